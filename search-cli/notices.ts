/** What find-text says beside its results, on standard error: one quiet line each. Pure. */
import type { Reason } from '../shared/answer/judge.js';
import { grouped } from '../shared/counted.js';
import { cleanText } from '../shared/path-text.js';
import { FIELDS, type FieldName } from '../shared/search/fields.js';
import type { Misread } from '../shared/search/query.js';
import type { SearchResult } from '../shared/search/search.js';

/**
 * Why the answer may lack changes: what matters most, and how many gaps more there are. A search that finds nothing
 * prints the notes, too.
 */
export function reasonNotices(reasons: readonly Reason[], count: number): string[] {
  const [first, ...others] = reasons.filter(({ isNote }) => !isNote);
  const notes = count === 0 ? reasons.filter(({ isNote }) => isNote) : [];
  const more = first?.scope && first.advice ? others.filter(({ scope }) => scope).length : 0;
  return [...notes.map((note) => reasonNotice(note, 0)), ...(first ? [reasonNotice(first, more)] : [])];
}

function reasonNotice({ text, advice }: Reason, more: number): string {
  return cleanText(`${text}${more > 0 ? ` (and ${more} more)` : ''}${advice ? `; ${advice}` : ''}`);
}

/** The first of each kind: a text that was pasted may have many. */
export function misreadNotices(all: readonly Misread[]): string[] {
  const firsts = all.filter(({ kind }, i) => all.findIndex((one) => one.kind === kind) === i);
  return firsts.map(misreadNotice);
}

function misreadNotice(misread: Misread): string {
  switch (misread.kind) {
    case 'value':
      return `${cleanText(misread.source)} is searched as words: ${expected(misread.field)}`;
    case 'field': {
      const { nearest, name } = misread;
      const advice = nearest ? `; did you mean ${nearest}:?` : '';
      return `${cleanText(misread.source)} is searched as words: there is no field ${cleanText(name)}:${advice}`;
    }
    case 'operator':
      return `${cleanText(misread.source)} is searched as words: ${misread.instead}`;
    case 'idle': {
      const { source, at } = misread;
      return `${source} at character ${at + 1} joins nothing and is left out; to search for the word, put it in quotes`;
    }
    case 'cut':
      return `a phrase is long: only its first ${misread.words} words are searched`;
    case 'length':
      return `the query is long: the ${misread.asked} rarest of its words must be there`;
  }
}

function expected(field: FieldName): string {
  const { takes, example = '' } = FIELDS[field];
  if (takes === 'users') return 'there is no such user; a number is understood, too';
  const wanted = takes === 'bytes' ? 'size' : takes === 'number' ? 'number' : 'date';
  return `it has no ${wanted}, as ${example.split(' ').at(-1)} has`;
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

/** @param searched  the corrected query, if it was corrected. */
export function searchedNotice(searched: string | undefined): string | undefined {
  return searched === undefined ? undefined : `showing results for "${cleanText(searched)}"`;
}

export function offerNotice({ offered }: Pick<SearchResult, 'offered'>): string | undefined {
  return offered === undefined ? undefined : `did you mean "${cleanText(offered)}"?`;
}

/** Of a question, a file with some of its words may come before one with all. */
export function isMixed({ hits }: Pick<SearchResult, 'hits'>): boolean {
  return hits.some((hit, i) => hit.isWhole && hits[i - 1]?.isWhole === false);
}

export function someWordsNotice({ hits, total }: SearchResult): string | undefined {
  if (isMixed({ hits })) return 'some of these files have not all of the words';
  return total === 0 && hits.length > 0 ? 'no file has all of these words; these have some' : undefined;
}

/** One line of what is to be said of all hits. */
export function bothNotices(first: string | undefined, second: string | undefined): string | undefined {
  return first && second ? `${first}; ${second}` : (first ?? second);
}

/** Below the hits, on a terminal. */
export function totalNotice({ hits, total, isTotalExact }: SearchResult): string | undefined {
  const whole = hits.filter((hit) => hit.isWhole);
  const shown = whole.reduce((sum, { copies = [], nearCopies = [] }) => sum + 1 + copies.length + nearCopies.length, 0);
  if (shown === 0 || (isTotalExact && shown >= total)) return undefined;
  const those = shown === 1 ? 'the first file' : `the first ${grouped(shown)} files`;
  const part = `${grouped(shown)} of ${isTotalExact ? '' : 'more than '}${grouped(total)} files`;
  return `${total > shown ? part : those}; -n 0 prints all`;
}

export function nothingFound(query: string, suggestion: string | undefined): string {
  const hint = suggestion ? `did you mean "${cleanText(suggestion)}"?` : '`find-textd status` tells what is indexed';
  return `nothing found for "${cleanText(query)}"; ${hint}`;
}
