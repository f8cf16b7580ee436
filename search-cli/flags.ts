/**
 * The options of find-text: one table, read by the parser and by --help. No library: the program must start in a blink.
 * FlagsGiven is what the user typed; Flags is what it means, with defaults and checks done.
 */
import { FindTextError } from '../shared/errors.js';

export interface Flags {
  readonly action: 'search' | 'help' | 'version';
  readonly query: string;
  readonly output: 'text' | 'json' | 'paths';
  /** Paths end with NUL instead of a line feed, and are printed as they are. */
  readonly hasNul: boolean;
  /** 0 = no limit. */
  readonly limit: number;
  readonly color: 'auto' | 'always' | 'never';
}

interface FlagDefinition {
  readonly short?: string;
  readonly long: string;
  /** Name of the value in --help; without it the flag takes none. */
  readonly value?: string;
  readonly help: string;
}

const FLAGS = [
  { short: 'n', long: 'limit', value: 'N', help: 'print at most N files, 0 = all (default 10; with -l and -0: all)' },
  { short: 'l', long: 'paths', help: 'print paths only, one a line, of the files that exist and have all words' },
  { short: '0', long: 'null', help: 'like -l, each path as its bytes and ended by NUL, for xargs -0' },
  { long: 'json', help: 'print one JSON object a line' },
  { long: 'color', value: 'WHEN', help: 'auto, always or never (default auto: on a terminal, without NO_COLOR)' },
  { short: 'h', long: 'help', help: 'print this' },
  { long: 'version', help: 'print the version' },
] as const satisfies readonly FlagDefinition[];

type FlagName = (typeof FLAGS)[number]['long'];
type FlagsGiven = Partial<Record<FlagName, string>>;

const DEFAULT_LIMIT = 10;
const MAX_LIMIT = 10_000;

/** @throws FindTextError FT_CONFIG_INVALID for an option that is not understood. */
export function parseFlags(argv: readonly string[]): Flags {
  const { given, words } = readArguments(argv);
  const output = outputOf(given);
  const action = 'help' in given ? 'help' : 'version' in given ? 'version' : 'search';
  const query = words.join(' ');
  return {
    action,
    query,
    output,
    hasNul: 'null' in given,
    limit: given.limit === undefined ? (output === 'paths' ? 0 : DEFAULT_LIMIT) : toLimit(given.limit),
    color: toColor(given.color ?? 'auto'),
  };
}

export function helpText(): string {
  const names = FLAGS.map((flag: FlagDefinition) => {
    const value = flag.value ? (flag.long === 'color' ? `=${flag.value}` : ` ${flag.value}`) : '';
    return `  ${flag.short ? `-${flag.short}, ` : '    '}--${flag.long}${value}`;
  });
  const width = Math.max(...names.map((name) => name.length)) + 2;
  const flags = FLAGS.map((flag, i) => `${(names[i] as string).padEnd(width)}${flag.help}`);
  return `${HELP_HEAD}\n${flags.join('\n')}\n${HELP_FOOT}`;
}

const HELP_HEAD = `Usage: find-text [OPTION...] QUERY...

Finds files by their text, title, name and folder in the index that find-textd keeps.

  find-text kernel memory            both words, in any order, in text, title, name or path
  find-text '"wait queue" -driver'   a phrase; a word that must not be there
  find-text 'sched* OR task'         the beginning of a word; one or the other
  find-text letter type:pdf          also type:image, type:code, type:text/html, ext:md
  find-text letter in:~/Documents    in a folder; name:letter and path:letter look at names only
  find-text letter modified:2w       also today, yesterday, 2024-05, 2024-01..2024-03, '>1y'
  find-text letter size:'>10k'       also '<1M', 10k..20k
`;

const HELP_FOOT = `
Put a query that begins with a minus after --. Exit status: 0 found, 1 nothing found, 2 error.
`;

function readArguments(argv: readonly string[]): { given: FlagsGiven; words: string[] } {
  const given: FlagsGiven = {};
  const words: string[] = [];
  const rest = [...argv];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === '--') return { given, words: [...words, ...rest] };
    if (word.startsWith('--')) readLong(word, rest, given);
    else if (word.startsWith('-') && word !== '-') readShort(word, rest, given);
    else words.push(word);
  }
  return { given, words };
}

function readLong(word: string, rest: string[], given: FlagsGiven): void {
  const [name = '', value] = splitOnce(word.slice(2), '=');
  const flag = FLAGS.find(({ long }) => long === name) as FlagDefinition | undefined;
  if (!flag) throw unknown(`--${name}`);
  if (!flag.value && value !== undefined) throw invalid(`--${name}`, 'it takes no value');
  given[flag.long as FlagName] = flag.value ? (value ?? nextValue(`--${name}`, rest)) : '';
}

/** `-n5`, `-n 5` and `-l0` alike. */
function readShort(word: string, rest: string[], given: FlagsGiven): void {
  for (let i = 1; i < word.length; i++) {
    const flag = FLAGS.find((one: FlagDefinition) => one.short === word[i]) as FlagDefinition | undefined;
    if (!flag) throw unknown(word);
    const value = flag.value ? word.slice(i + 1) || nextValue(`-${flag.short}`, rest) : '';
    given[flag.long as FlagName] = value;
    if (flag.value) return;
  }
}

function nextValue(flag: string, rest: string[]): string {
  const value = rest.shift();
  if (value === undefined) throw invalid(flag, 'its value is missing');
  return value;
}

function outputOf(given: FlagsGiven): Flags['output'] {
  const isPaths = 'paths' in given || 'null' in given;
  if (isPaths && 'json' in given) throw invalid('--json', 'it cannot go together with -l or -0');
  return isPaths ? 'paths' : 'json' in given ? 'json' : 'text';
}

function toLimit(text: string): number {
  const limit = Number(text);
  if (/^\d{1,9}$/.test(text) && limit <= MAX_LIMIT) return limit;
  throw invalid('-n', `it must be a number from 0 to ${MAX_LIMIT}, not ${JSON.stringify(text)}`);
}

function toColor(text: string): Flags['color'] {
  if (text === 'auto' || text === 'always' || text === 'never') return text;
  throw invalid('--color', `it must be auto, always or never, not ${JSON.stringify(text)}`);
}

function splitOnce(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

function unknown(flag: string): FindTextError {
  const hint = 'a query that begins with a minus goes after --; `find-text --help` lists the options';
  return new FindTextError('FT_CONFIG_INVALID', `read the option ${flag}: there is none of this name`, { hint });
}

function invalid(flag: string, why: string): FindTextError {
  return new FindTextError('FT_CONFIG_INVALID', `read the option ${flag}: ${why}`, {
    hint: '`find-text --help` lists the options',
  });
}
