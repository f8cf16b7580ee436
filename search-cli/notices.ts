/** What find-text says beside its results, on standard error: one quiet line each. Pure. */
import { type Rest, restText } from '../shared/activity.js';
import type { DaemonState } from '../shared/daemon-state.js';
import { type Freshness, gapText, sinceText } from '../shared/freshness.js';
import { cleanText, displayPath } from '../shared/paths.js';
import type { SearchResult } from '../shared/search/search.js';
import type { Keeping } from '../shared/store/keeping.js';

/** Said when the answer may lack changes. */
export function gapNotice({ roots }: Freshness, keeping: Keeping, nowMs: number): string | undefined {
  if (keeping.kind === 'starting')
    return 'find-textd is starting: it does not know yet what has changed since it last ran';
  if (keeping.kind === 'silent') {
    const since = sinceText(keeping.untilMs, nowMs);
    return keeping.isStopped
      ? `find-textd stands still${since}: later changes are not known; let it go on with \`kill -CONT ${keeping.pid}\``
      : `find-textd has given no sign of life${since}: later changes are not known; see \`find-textd status\``;
  }
  if (keeping.kind === 'ended') {
    const since = sinceText(keeping.untilMs, nowMs);
    return `nothing keeps the index current${since}: later changes are not known; start \`find-textd run\``;
  }
  const [first, ...others] = roots.flatMap(({ root, gaps }) => gaps.map((gap) => ({ root, gap })));
  if (!first) return undefined;
  const more = others.length > 0 ? ` (and ${others.length} more)` : '';
  return `${displayPath(first.root)} ${gapText(first.gap, first.root, nowMs)}${more}: see \`find-textd status\``;
}

/** Said instead while the first crawl is not done. */
export function crawlNotice({ filesDone, filesFound }: DaemonState, isRunning: boolean): string {
  const progress = `${grouped(filesDone)} of ${grouped(filesFound)} files`;
  if (isRunning) return `still indexing: ${progress}`;
  return `the index is not complete (${progress}): start \`find-textd run\` to finish it`;
}

/** Where the hits themselves are not marked. */
export function staleNotice(count: number): string | undefined {
  if (count === 0) return undefined;
  return count === 1
    ? 'one of these files has changed since it was indexed'
    : `${grouped(count)} of these files have changed since they were indexed`;
}

/** Said of hits on a volume that hangs, wherever they are printed: they may have changed, or be gone. */
export function unverifiedNotice(count: number): string | undefined {
  if (count === 0) return undefined;
  const these = count === 1 ? 'one of these files' : `${grouped(count)} of these files`;
  return `${these} could not be looked at: a volume does not answer`;
}

/** Said instead while the daemon rests, when that keeps changes from being found. */
export function restNotice(rest: Rest, waiting: number, nowMs: number): string | undefined {
  if (waiting === 0) return undefined;
  return `paused ${restText(rest, nowMs)} with ${grouped(waiting)} ${waiting === 1 ? 'change' : 'changes'} waiting`;
}

export function correctionNotice({ corrections, searched }: Pick<SearchResult, 'corrections' | 'searched'>) {
  return corrections.length > 0 ? `showing results for "${cleanText(searched)}"` : undefined;
}

export function someWordsNotice({ hits, total }: SearchResult): string | undefined {
  return total === 0 && hits.length > 0 ? 'no file has all of these words; these have some' : undefined;
}

/** Below the hits, on a terminal. */
export function totalNotice({ hits, total, isTotalExact }: SearchResult): string | undefined {
  const shown = hits.filter((hit) => hit.isWhole).length;
  if (shown === 0 || (isTotalExact && shown >= total)) return undefined;
  const those = shown === 1 ? 'the first file' : `the first ${grouped(shown)} files`;
  const part = `${grouped(shown)} of ${isTotalExact ? '' : 'more than '}${grouped(total)} files`;
  return `${total > shown ? part : those}; -n 0 prints all`;
}

export function nothingFound(query: string, suggestion: string | undefined): string {
  const hint = suggestion ? `did you mean "${cleanText(suggestion)}"?` : '`find-textd status` tells what is indexed';
  return `nothing found for "${cleanText(query)}"; ${hint}`;
}

/** Said when nothing is found: the words may stand further on. */
export function partlyKnownNotice(count: number): string | undefined {
  if (count === 0) return undefined;
  const what = count === 1 ? 'one file is' : `${grouped(count)} files are`;
  return `${what} known in the first part only, and the words may stand further on: see \`find-textd status\``;
}

/** Said when nothing was found: the words may stand in what was written to these files since they were read. */
export function delayedNotice(files: readonly { readonly path: Uint8Array }[]): string | undefined {
  const [first] = files;
  if (!first) return undefined;
  const others = files.length > 1 ? ` and ${grouped(files.length - 1)} more` : '';
  return `${displayPath(first.path)}${others} changed and will be read later: see \`find-textd status\``;
}

/** 1234567 → 1,234,567, without Intl, which takes 20 ms to load. */
export function grouped(count: number): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, ',');
}
