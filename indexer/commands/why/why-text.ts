/** What `find-textd why` prints for people: the judgement first, then what it rests on. */
import { grouped } from '../../../shared/counted.js';
import { cleanText, displayPath, WITHIN } from '../../../shared/path-text.js';
import { type FileExplanation, LOOKED_AT } from '../../../shared/search/explain-file.js';
import { scoreText } from '../../../shared/search/score-text.js';
import { troubleText } from '../../../shared/troubles.js';
import { timeText, type UserNames } from '../../../shared/who-text.js';
import { type DaemonStatus, daemonText } from '../daemon-status.js';
import { eventText } from '../events.js';
import type { Facts } from './facts.js';
import { limitsText } from './file-limits.js';
import { judgePath } from './judge-path.js';

type Line = readonly [name: string, text: string];

export function whyText(facts: Facts, daemon: DaemonStatus, users: UserNames): string {
  const { isIndexed, text, advice } = judgePath(facts);
  const lines: Line[] = [
    [isIndexed ? 'indexed' : 'not indexed', cleanText(text)],
    ...(advice === undefined ? [] : [['to do', cleanText(advice)] as const]),
    ...queryLines(facts),
    ...ruleLines(facts),
    ...fileLines(facts),
    ...documentLines(facts),
    ...failureLines(facts),
    ...limitLines(facts),
    ...facts.reasons.map(({ text, advice }): Line => ['note', cleanText(advice ? `${text}; ${advice}` : text)]),
    ...facts.known.troubles.map((trouble): Line => ['trouble', cleanText(troubleText(trouble))]),
    ...(facts.lastEvent ? [['last event', eventText(facts.lastEvent, users).trimEnd()] as const] : []),
    ['daemon', daemonText(daemon, facts.known.state)],
  ];
  return `${shownPlace(facts)}\n${lines.map(([name, line]) => `  ${name.padEnd(12)}${line}\n`).join('')}`;
}

function shownPlace({ path, innerPath }: Facts): string {
  return displayPath(path) + (innerPath ? WITHIN + displayPath(innerPath) : '');
}

function queryLines({ query }: Facts): Line[] {
  if (!query) return [];
  const { text, explained } = query;
  const about = (line: string): Line[] => [['query', cleanText(`${text}: ${line}`)]];
  if (!explained) return about('does not find it: the index does not have it');
  const { isFound, rank, total, isTotalExact, score = 0, parts } = explained;
  const lacks = lackText(explained);
  if (!isFound) return about(`does not find it: ${lacks}`);
  const of = `${isTotalExact ? '' : 'more than '}${grouped(total)}`;
  if (rank === undefined) return about(`finds it, behind the first ${LOOKED_AT} of ${of}`);
  const place = lacks === '' ? `at place ${rank} of ${of}` : `at place ${rank}, with only some of the words: ${lacks}`;
  return about(`finds it ${place}; ${scoreText(score, parts)}`);
}

function lackText({ missing, unwanted, unmet, searched }: FileExplanation): string {
  return [
    ...missing.map((words) => `it does not have ${words}`),
    ...unwanted.map((words) => `it has ${words}, which is not wanted`),
    ...unmet.map((condition) => `it is not so: ${condition}`),
    ...(searched === undefined ? [] : [`searched instead: ${searched}`]),
  ].join('; ');
}

function ruleLines({ exclusion }: Facts): Line[] {
  if (!exclusion?.file || exclusion.line === undefined) return [];
  return [['rule', `line ${exclusion.line} of ${displayPath(exclusion.file)}: ${exclusion.pattern}`]];
}

function fileLines({ observed }: Facts): Line[] {
  if (observed.kind !== 'file') return [];
  const { size, mtimeMs } = observed.stat;
  return [['file', `${bytesText(size)}, written ${timeText(mtimeMs)}`]];
}

function documentLines({ row, isPartial }: Facts): Line[] {
  if (!row) return [];
  const title = row.title === '' ? '' : `, "${cleanText(row.title)}"`;
  const part = isPartial ? '; in part only: it is longer than extract.maxFileMiB, damaged, or encrypted' : '';
  const of = `${bytesText(row.size)}, written ${timeText(row.mtime_ms)}`;
  return [
    ['in index', `${cleanText(row.type)} by \`${row.extractor}\` ${row.extractor_version}${title}, of ${of}${part}`],
  ];
}

function limitLines({ limits }: Facts): Line[] {
  return limits ? [['limits', limitsText(limits)]] : [];
}

function failureLines({ failure }: Facts): Line[] {
  return failure ? [['failure', `${failure.code} ${timeText(failure.at_ms)}: ${cleanText(failure.message)}`]] : [];
}

function bytesText(size: number): string {
  return `${grouped(size)} bytes`;
}
