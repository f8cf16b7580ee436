/** A hit in JSON. docs/search-json.md is its contract, made from the table here and that of the fields. */
import { pathHex, pathText } from '../path-text.js';
import { FIELDS, type FieldSpec } from '../search/fields.js';
import { SCORE_PARTS } from '../search/rank.js';
import { allParts, roundedScore } from '../search/score-text.js';
import type { SearchResult } from '../search/search.js';
import type { ToldHit } from './last-change.js';

interface Key {
  readonly help: string;
  /** undefined: a hit does not have it. */
  readonly of: (hit: ToldHit, answer: Answered) => unknown;
}

/** What was searched, and which words were replaced for that. */
export type Answered = Pick<SearchResult, 'searched' | 'corrections'> | undefined;

function partsHelp(): string {
  return Object.entries(SCORE_PARTS)
    .map(([name, help]) => `\`${name}\`: ${help}`)
    .join('. ');
}

export const JSON_KEYS: Readonly<Record<string, Key>> = {
  path: { help: 'of the file, as text', of: ({ path }) => pathText(path) },
  pathHex: {
    help: 'its bytes in hexadecimal, when they are not UTF-8',
    of: ({ path }) => pathHex(path),
  },
  inner: {
    help: 'of a document within the file (a member of an archive): its path there, as text',
    of: ({ innerPath }) => innerPath && pathText(innerPath),
  },
  innerHex: {
    help: 'its bytes in hexadecimal, when they are not UTF-8',
    of: ({ innerPath }) => innerPath && pathHex(innerPath),
  },
  score: {
    help: 'the higher the better, comparable within one answer',
    of: ({ score }) => roundedScore(score),
  },
  scoreParts: {
    help: `with \`--explain\`: what the score is made of. ${partsHelp()}`,
    of: ({ score, parts }) => parts && allParts(score, parts()),
  },
  copyOf: {
    help: 'the path of a hit before this one whose file has the same text',
    of: ({ copyOf }) => copyOf && pathText(copyOf),
  },
  copyOfHex: {
    help: 'its bytes in hexadecimal, when they are not UTF-8',
    of: ({ copyOf }) => copyOf && pathHex(copyOf),
  },
  nearCopyOf: {
    help: 'the path of a hit before this one whose file has nearly the same text: few words differ, and no number',
    of: ({ nearCopyOf }) => nearCopyOf && pathText(nearCopyOf),
  },
  nearCopyOfHex: {
    help: 'its bytes in hexadecimal, when they are not UTF-8',
    of: ({ nearCopyOf }) => nearCopyOf && pathHex(nearCopyOf),
  },
  ...Object.fromEntries(Object.entries(FIELDS).flatMap(([name, field]) => fieldKey(name, field))),
  lastChange: {
    help:
      'what happened to the file last: `atMs`, `kind`, `origin`, `isWithheld` and `who`, each as in ' +
      '[events-json.md](events-json.md). Missing: no such event is kept',
    of: ({ lastChange }) => lastChange?.json,
  },
  snippet: {
    help:
      '`text`, and `highlights` in it: `[start, end)` in UTF-16 units; `line` of the file, from 1 on: of the first ' +
      'match in it, or of a pasted place. No `line`: not known',
    of: ({ snippet, pointed, line }) => ({ ...snippet, line: pointed ? pointed.line : line?.() }),
  },
  pointed: {
    help: 'true: it is the file that a pasted path, place, module or URL points to',
    of: ({ pointed }) => (pointed ? true : undefined),
  },
  line: { help: 'of a pasted place, from 1 on', of: ({ pointed }) => pointed?.line },
  page: {
    help: 'of a PDF, from 1 on: of the first match in the snippet. Missing: not known, as beyond 256 kB of text',
    of: ({ page }) => page?.(),
  },
  column: { help: 'of a pasted place, from 1 on', of: ({ pointed }) => pointed?.column },
  missing: {
    help: 'the words of the query (of `searched`, where there is one) that it does not have. Not there: it has all',
    of: ({ missing }) => missing,
  },
  searched: {
    help: 'the query that was searched instead, its words repaired',
    of: (_, answer) => searchedInstead(answer),
  },
  corrected: {
    help: 'the words that were repaired, each with `from` and `to`',
    of: (_, answer) => (searchedInstead(answer) === undefined ? undefined : answer?.corrections),
  },
  stale: { help: 'true: the file has changed since it was indexed', of: ({ isStale }) => isStale || undefined },
  unverified: { help: 'true: its volume does not answer', of: ({ isUnverified }) => isUnverified || undefined },
  partial: { help: 'true: only the first part of the file is known', of: ({ isPartial }) => isPartial || undefined },
};

const KEYS = Object.entries(JSON_KEYS);

/** undefined: the query itself. */
export function searchedInstead(answer: Answered): string | undefined {
  return answer && answer.corrections.length > 0 ? answer.searched : undefined;
}

export function jsonLine(hit: ToldHit, answer: Answered): string {
  return `${JSON.stringify(hitJson(hit, answer))}\n`;
}

export function hitJson(hit: ToldHit, answer: Answered): Readonly<Record<string, unknown>> {
  const json: Record<string, unknown> = {};
  for (const [name, { of }] of KEYS) {
    const value = of(hit, answer);
    if (value !== undefined) json[name] = value;
  }
  return json;
}

function fieldKey(name: string, { takes, json }: FieldSpec): [string, Key][] {
  if (!json) return [];
  const toText = (value: unknown) => (typeof value === 'number' ? isoTime(value) : value);
  const of = takes === 'date' ? (hit: ToldHit) => toText(json.of(hit)) : json.of;
  return [[name, { help: json.help, of }]];
}

/** '' for a time no calendar has: a file may carry any number. */
function isoTime(ms: number): string {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? '' : date.toISOString();
}
