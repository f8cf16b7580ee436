/** What find-text says beside its results, on standard error: one quiet line each. Pure. */
import { type Rest, restText } from '../shared/activity.js';
import type { DaemonState } from '../shared/daemon-state.js';
import { cleanText } from '../shared/paths.js';
import type { SearchResult } from '../shared/search/search.js';

/** Said when the answer may miss files: the index is not complete. */
export function stateNotice(state: DaemonState | undefined, isRunning: boolean): string | undefined {
  if (!state || state.isComplete) return undefined;
  const progress = `${grouped(state.filesDone)} of ${grouped(state.filesFound)} files`;
  if (isRunning) return `still indexing: ${progress}`;
  return `the index is not complete (${progress}): start \`find-textd run\` to finish it`;
}

/** Said instead while the daemon rests, when that keeps changes from being found. */
export function restNotice(rest: Rest, waiting: number, nowMs: number): string | undefined {
  if (waiting === 0) return undefined;
  return `paused ${restText(rest, nowMs)} with ${grouped(waiting)} ${waiting === 1 ? 'change' : 'changes'} waiting`;
}

export function correctionNotice({ corrections, searched }: Pick<SearchResult, 'corrections' | 'searched'>) {
  return corrections.length > 0 ? `showing results for "${cleanText(searched)}"` : undefined;
}

export function partialNotice({ hits, total }: SearchResult): string | undefined {
  return total === 0 && hits.length > 0 ? 'no file has all of these words; these have some' : undefined;
}

/** Below the hits, on a terminal. */
export function totalNotice({ hits, total, isTotalExact }: SearchResult): string | undefined {
  const shown = hits.filter((hit) => hit.isWhole).length;
  if (shown >= total && isTotalExact) return undefined;
  return `${grouped(shown)} of ${isTotalExact ? '' : 'more than '}${grouped(total)} files; -n 0 prints all`;
}

export function nothingFound(query: string, suggestion: string | undefined): string {
  const hint = suggestion ? `did you mean "${cleanText(suggestion)}"?` : '`find-textd status` tells what is indexed';
  return `nothing found for "${cleanText(query)}"; ${hint}`;
}

/** 1234567 → 1,234,567, without Intl, which takes 20 ms to load. */
export function grouped(count: number): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, ',');
}
