/**
 * The options of find-text: one table, read by the parser and by --help. No library: the program must start in a blink.
 * FlagsGiven is what the user typed; Flags is what it means, with defaults and checks done.
 */

import { distance } from '../shared/distance.js';
import { FindTextError } from '../shared/errors.js';
import { FIELDS, isFieldName } from '../shared/search/fields.js';

export interface Flags {
  readonly action: 'search' | 'interactive' | 'watch' | 'open' | 'preview' | 'help' | 'version';
  /** The arguments that are no options. */
  readonly words: readonly string[];
  /** `count`: how many files a list of paths has. */
  readonly output: 'text' | 'json' | 'paths' | 'count';
  /** Paths end with NUL instead of a line feed, and are printed as they are. */
  readonly hasNul: boolean;
  /** 0 = no limit. */
  readonly limit: number;
  readonly color: 'auto' | 'always' | 'never';
  /** Which hit to open or preview, from 1; 0: none. */
  readonly nth: number;
  /** Each hit says who changed its file last. */
  readonly hasWho: boolean;
  /** Each hit says what its score is made of. */
  readonly hasParts: boolean;
  /** Files with the same text, or nearly, are hits of their own, on a terminal, too. */
  readonly hasCopies: boolean;
}

export interface FlagDefinition {
  readonly short?: string;
  readonly long: string;
  /** Name of the value in --help; without it the flag takes none. */
  readonly value?: string;
  /** What the value may be; missing: a number. */
  readonly choices?: readonly string[];
  readonly help: string;
}

const COLORS = ['auto', 'always', 'never'] as const satisfies Flags['color'][];

const FLAGS = [
  { short: 'i', long: 'interactive', help: 'search as you type, on the whole screen' },
  { long: 'watch', help: 'print a line whenever a file begins (+) or ceases (-) to match, until Ctrl-C' },
  { short: 'n', long: 'limit', value: 'N', help: 'print at most N files, 0 = all (default 10; with -l and -0: all)' },
  { short: 'l', long: 'paths', help: 'print paths only, one a line, of the files that exist and have all words' },
  { short: '0', long: 'null', help: 'like -l, each path as its bytes and ended by NUL, for xargs -0' },
  { long: 'json', help: 'print one JSON object a line' },
  { long: 'count', help: 'print only how many files have all words' },
  { long: 'all', help: 'each of the files with nearly the same text, which a terminal else gets as one' },
  { long: 'open', value: 'N', help: 'open the file with this number, with the program that the desktop has for it' },
  { long: 'preview', value: 'N', help: 'print the lines around the match in the file with this number' },
  { long: 'explain', help: 'with each file what its score is made of' },
  { long: 'who', help: 'with each file what happened to it last, when, and who did it' },
  {
    long: 'color',
    value: 'WHEN',
    choices: COLORS,
    help: 'auto, always or never (default auto: on a terminal, without NO_COLOR)',
  },
  { short: 'h', long: 'help', help: 'print this' },
  { long: 'version', help: 'print the version' },
] as const satisfies readonly FlagDefinition[];

/** The same, for the manual page and completions. */
export const OPTIONS_OF_SEARCH: readonly FlagDefinition[] = FLAGS;

type FlagName = (typeof FLAGS)[number]['long'];
type FlagsGiven = Partial<Record<FlagName, string>>;

export const DEFAULT_LIMIT = 10;
const MAX_LIMIT = 10_000;

/** @throws FindTextError FT_CONFIG_INVALID for an option that is not understood. */
export function parseFlags(argv: readonly string[]): Flags {
  const { given, words } = readArguments(argv);
  const output = outputOf(given);
  const action = actionOf(given);
  return {
    action,
    words,
    output,
    hasNul: 'null' in given,
    limit: given.limit === undefined ? (isList(output) ? 0 : DEFAULT_LIMIT) : toLimit(given.limit),
    color: toColor(given.color ?? 'auto'),
    hasWho: 'who' in given || output === 'json',
    nth: toNth(given),
    hasParts: 'explain' in given,
    hasCopies: 'all' in given,
  };
}

/** Exact, and without the hits themselves. */
export function isList(output: Flags['output']): boolean {
  return output === 'paths' || output === 'count';
}

export function helpText(): string {
  const names = FLAGS.map((flag: FlagDefinition) => {
    const value = flag.value ? (flag.long === 'color' ? `=${flag.value}` : ` ${flag.value}`) : '';
    return `  ${flag.short ? `-${flag.short}, ` : '    '}--${flag.long}${value}`;
  });
  const width = Math.max(...names.map((name) => name.length)) + 2;
  const flags = FLAGS.map((flag, i) => `${(names[i] as string).padEnd(width)}${flag.help}`);
  return `${HELP_HEAD}${fieldLines().join('')}\n${flags.join('\n')}\n${HELP_FOOT}`;
}

const EXAMPLE_WIDTH = 28;

/** The example of each field, what it finds, and other values. */
function fieldLines(): string[] {
  return Object.values(FIELDS).flatMap(({ example, help, also }) => {
    if (example === undefined) return [];
    const others = also ? `; also ${also.join(', ')}` : '';
    return [`  find-text ${example.padEnd(EXAMPLE_WIDTH)}${help}${others}\n`];
  });
}

const HELP_HEAD = `Usage: find-text [OPTION...] QUERY...

Finds files by their text, title, name and folder in the index that find-textd keeps.

  find-text kernel memory               both words, in any order, in text, title, name or path
  find-text '"wait queue" -driver'      a phrase; a word that must not be there
  find-text 'sched* OR task'            the beginning of a word; one or the other
`;

const HELP_FOOT = `
What begins with a minus and is no option is a part of the query: letter -draft, -in:~/old, -note.
Options of one letter are -i, and -n with a number, -l, -0 and -h, also together: -l0n5. Behind --
nothing is an option: find-text rsync -- --delete. Exit status: 0 found, 1 nothing found, 2 error.
`;

/** `-i` alone; the other letters together, `n` last and with its number or before it. */
const CLUSTER = /^-(?:i|(?=.)[l0h]*(?:n(\d*))?)$/;
/** What may be meant as a long option. A text with a blank comes from a quoted query. */
const LONG = /^--+([a-z][^\s=]*)(?:=(.*))?$/is;

function readArguments(argv: readonly string[]): { given: FlagsGiven; words: string[] } {
  const given: FlagsGiven = {};
  const words: string[] = [];
  const rest = [...argv];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === '--') return { given, words: [...words, ...rest] };
    if (LONG.test(word)) readLong(word, rest, given);
    else if (CLUSTER.test(word)) readShort(word, rest, given);
    else words.push(word);
  }
  return { given, words };
}

function readLong(word: string, rest: string[], given: FlagsGiven): void {
  const [, name = '', value] = LONG.exec(word) as RegExpExecArray;
  const flag = FLAGS.find(({ long }) => long === name && !word.startsWith('---')) as FlagDefinition | undefined;
  if (!flag) throw unknown(word, name);
  if (!flag.value && value !== undefined) throw invalid(`--${name}`, 'it takes no value');
  given[flag.long as FlagName] = flag.value ? (value ?? nextValue(`--${name}`, rest)) : '';
}

/** `-n5`, `-n 5` and `-l0` alike. */
function readShort(word: string, rest: string[], given: FlagsGiven): void {
  for (let i = 1; i < word.length; i++) {
    const flag = FLAGS.find((one: FlagDefinition) => one.short === word[i]) as FlagDefinition;
    given[flag.long as FlagName] = flag.value ? word.slice(i + 1) || nextValue(`-${flag.short}`, rest) : '';
    if (flag.value) return;
  }
}

function nextValue(flag: string, rest: string[]): string {
  const value = rest.shift();
  if (value === undefined) throw invalid(flag, 'its value is missing');
  return value;
}

/** What may go together with an option that is no search. */
const ALLOWED: Readonly<Record<string, readonly FlagName[]>> = {
  interactive: ['interactive'],
  watch: ['watch', 'json'],
  open: ['open', 'all'],
  preview: ['preview', 'all'],
};

function actionOf(given: FlagsGiven): Flags['action'] {
  const action =
    (['help', 'version', 'interactive', 'watch', 'open', 'preview'] as const).find((name) => name in given) ?? 'search';
  const allowed = ALLOWED[action];
  const other = allowed && FLAGS.find(({ long }) => long in given && !allowed.includes(long));
  if (other) throw invalid(`--${action}`, `it cannot go together with --${other.long}`);
  return action;
}

function outputOf(given: FlagsGiven): Flags['output'] {
  const isPaths = 'paths' in given || 'null' in given;
  const isCount = 'count' in given;
  for (const name of ['json', 'who', 'explain', 'all'] as const) {
    const other = isCount ? '--count' : '-l or -0';
    if ((isPaths || isCount) && name in given) throw invalid(`--${name}`, `it cannot go together with ${other}`);
  }
  if (isCount && isPaths) throw invalid('--count', 'it cannot go together with -l or -0');
  return isCount ? 'count' : isPaths ? 'paths' : 'json' in given ? 'json' : 'text';
}

function toLimit(text: string): number {
  const limit = Number(text);
  if (/^\d{1,9}$/.test(text) && limit <= MAX_LIMIT) return limit;
  const why = `it must be a number from 0 to ${MAX_LIMIT}, not ${JSON.stringify(text)}`;
  const hint = 'to leave out files with the word n, write \'-"n"\'';
  throw new FindTextError('FT_CONFIG_INVALID', `read the option -n: ${why}`, { hint });
}

function toNth({ open, preview }: FlagsGiven): number {
  const [name, text] = open === undefined ? ['--preview', preview] : ['--open', open];
  if (text === undefined) return 0;
  if (/^[1-9]\d{0,8}$/.test(text) && Number(text) <= MAX_LIMIT) return Number(text);
  throw invalid(name, `it must be the number of a file, from 1 to ${MAX_LIMIT}, not ${JSON.stringify(text)}`);
}

function toColor(text: string): Flags['color'] {
  const color = COLORS.find((each) => each === text);
  if (color) return color;
  throw invalid('--color', `it must be auto, always or never, not ${JSON.stringify(text)}`);
}

function unknown(word: string, name: string): FindTextError {
  return new FindTextError('FT_CONFIG_INVALID', `read the option ${word}: there is none of this name`, {
    hint: `${instead(name)} to search for it, put it behind --: find-text -- ${word}`,
  });
}

function instead(name: string): string {
  const begun = begunFlag(name);
  if (!begun && isFieldName(name))
    return `it is a field of the query: find-text ${FIELDS[name].example ?? `${name}:…`};`;
  const nearest = begun ?? nearestFlag(name);
  return nearest ? `did you mean --${nearest}?` : '`find-text --help` lists the options;';
}

/** What was typed of it is its beginning. */
function begunFlag(name: string): FlagName | undefined {
  return name.length > 1 ? FLAGS.find(({ long }) => long.startsWith(name.toLowerCase()))?.long : undefined;
}

/** Half of its letters may be wrong, or missing at the end. */
function nearestFlag(name: string): FlagName | undefined {
  const lower = name.toLowerCase();
  const slips = FLAGS.map(({ long }) => ({ long, count: distance(lower, long) }));
  const best = slips.reduce((a, b) => (b.count < a.count ? b : a));
  return best.count <= best.long.length / 2 ? best.long : undefined;
}

function invalid(flag: string, why: string): FindTextError {
  return new FindTextError('FT_CONFIG_INVALID', `read the option ${flag}: ${why}`, {
    hint: '`find-text --help` lists the options',
  });
}
