/** Hits, previews and facets for the page: by the code that answers the query socket. */
import { queryOptions } from '../../../shared/answer/answer.js';
import { type Answering, answerTo, type HitsAnswer } from '../../../shared/ask/answer-line.js';
import { FindTextError } from '../../../shared/errors.js';
import { displayPath, jsonPathBytes, WITHIN } from '../../../shared/path-text.js';
import { splitPath } from '../../../shared/paths.js';
import { facets } from '../../../shared/search/facets.js';
import type { Handlers, Question } from '../handlers.js';
import type { FacetWords, HitsWords, PageHit } from '../words.js';

/** Facets of more documents would take longer than somebody waits who types. */
const MOST_COUNTED = 5_000;

export function searchHandlers(answering: Answering): Handlers {
  return {
    hits: (question) => hitsWords(ask({ ...question, path: undefined, pathHex: undefined }, answering) as HitsAnswer),
    preview: (question) => ask({ path: '', ...question }, answering),
    facets: (question) => facetWords(question, answering),
  };
}

/** @throws FindTextError as the query socket would tell it */
function ask(question: Question, answering: Answering): unknown {
  const answer = answerTo(JSON.stringify(question), answering);
  if (!('error' in answer)) return answer;
  const { code, message, hint } = answer.error;
  throw new FindTextError(code as FindTextError['code'], message, hint === undefined ? {} : { hint });
}

function hitsWords({ hits, total, isTotalExact, searched, offered, reasons }: HitsAnswer): HitsWords {
  const reason = reasons.find(({ isNote }) => !isNote);
  return {
    hits: hits.map((hit) => pageHit(hit as unknown as PageHit)),
    total,
    isTotalExact,
    ...(searched !== undefined && { searched }),
    ...(offered !== undefined && { offered }),
    ...(reason && { notice: { text: reason.text, ...(reason.advice !== undefined && { advice: reason.advice }) } }),
  };
}

function pageHit(hit: PageHit): PageHit {
  const file = splitPath(jsonPathBytes(hit.path, hit.pathHex));
  const inner = hit.inner === undefined ? '' : `${WITHIN}${displayPath(jsonPathBytes(hit.inner, hit.innerHex))}`;
  return { ...hit, shownName: `${displayPath(file.name)}${inner}`, shownFolder: displayPath(file.directory) };
}

function facetWords({ query }: Question, { index, canLook, home, now }: Answering): FacetWords {
  const text = typeof query === 'string' ? query : '';
  return index.ask((open) => {
    const options = queryOptions(open, { nowMs: now(), home, cwd: '/', canLook });
    return facets(open.db, text, { ...options, most: MOST_COUNTED });
  });
}
