/** Does a file match a query? Looks at the file alone, and shares no code with the search. */
import type { Asked, Place } from './asked.js';
import type { OracleFile } from './corpus.js';

export function matches(file: OracleFile, asked: Asked): boolean {
  switch (asked.kind) {
    case 'words':
      return columnsIn(file, asked).some((column) => hasInRow(column, asked.words, asked.isBeginning));
    case 'near':
      return columnsIn(file, { place: 'any' }).some((column) => hasNear(column, asked.words, asked.between));
    case 'is':
      return asked.holds(file);
    case 'not':
      return !matches(file, asked.of);
    case 'either':
      return asked.of.some((each) => matches(file, each));
    case 'all':
      return matchesAll(file, asked.of);
  }
}

/** Of several types any one will do, of several folders too. */
function matchesAll(file: OracleFile, parts: readonly Asked[]): boolean {
  const groups = (['type', 'folder'] as const).map((group) => parts.filter((part) => isOf(part, group)));
  const others = parts.filter((part) => !isOf(part, 'type') && !isOf(part, 'folder'));
  const isAnyOf = (alike: readonly Asked[]) => alike.length === 0 || alike.some((each) => matches(file, each));
  return groups.every(isAnyOf) && others.every((part) => matches(file, part));
}

/** What is not left out is wanted as it is. */
function isOf(part: Asked, group: 'type' | 'folder'): boolean {
  switch (part.kind) {
    case 'either':
      return part.of.every((each) => isOf(each, group));
    case 'not':
      return part.of.kind === 'not' && isOf(part.of.of, group);
    default:
      return part.kind === 'is' && part.group === group;
  }
}

/** The beginning of one or two letters is not looked for in texts. */
function columnsIn(
  file: OracleFile,
  asked: { place: Place; isBeginning?: boolean; words?: readonly string[] },
): string[][] {
  const name = wordsOf(file.name);
  const parted = wordsOf(partedName(file.name));
  const names = parted.join() === name.join() ? name : [...name, ...parted];
  const path = [...(file.above ?? []), ...file.folders].flatMap((folder) => wordsOf(partedName(folder)));
  const title = wordsOf(file.title);
  const isShort = asked.isBeginning && (asked.words?.at(-1)?.length ?? 0) < 3;
  switch (asked.place) {
    case 'name':
      return [names];
    case 'path':
      return [names, path];
    case 'title':
      return [title];
    default:
      return [names, path, title, ...(isShort ? [] : [wordsOf(file.text)])];
  }
}

function partedName(name: string): string {
  return name.replace(/([a-z])([A-Z])/g, '$1 $2');
}

function wordsOf(text: string): string[] {
  return (text.toLowerCase().match(/[a-z]+|\d+/g) ?? []).map(singular);
}

function singular(word: string): string {
  return word.replace(/s$/, '');
}

function hasInRow(column: readonly string[], words: readonly string[], isBeginning: boolean): boolean {
  const wanted = words.map((word) => (isBeginning ? word : singular(word)));
  return column.some((_, start) =>
    wanted.every((word, i) => {
      const found = column[start + i] ?? '';
      return isBeginning && i === wanted.length - 1 ? found.startsWith(word) : found === singular(word);
    }),
  );
}

function hasNear(column: readonly string[], [one, other]: readonly [string, string], between: number): boolean {
  const at = (word: string) => column.flatMap((found, i) => (found === singular(word) ? i : []));
  return at(one).some((i) => at(other).some((j) => i !== j && Math.abs(i - j) - 1 <= between));
}
