/**
 * The commands that read files: `[[extractor]]` of the configuration, and tesseract where `ocr.enabled` says so. Only
 * the user's own configuration names them; load.ts refuses one that others could write.
 */
import { realpathSync, statSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { loadToml } from '../../shared/config/load.js';
import type { Config } from '../../shared/config/options.js';
import { FindTextError } from '../../shared/errors.js';
import type { Locations } from '../../shared/locations.js';
import { whySteerable } from '../../shared/own-folder.js';
import { type OwnExtractor, versionOf } from '../extract/own/own-extractor.js';
import { shown, TableReader } from '../notify/rules/table-reader.js';
import { findProgram } from '../system/find-program.js';
import { type Context, say } from './context.js';

/** Keys of `[[extractor]]`, with what each is for. */
export const EXTRACTOR_KEYS = {
  name: 'A short name, for `status`, `why` and messages: letters, digits, `-` and `_`.',
  command:
    'The program and its arguments, a list. No shell reads it. `{}` in an argument stands for the path of the document; without it the document is the standard input.',
  endings: 'Of the names of its files, without the dot: `["doc", "dot"]`.',
  types: 'Media types of its files, by their content: `["application/msword"]`; `image/*` is all of a kind.',
  output: 'What it prints: `"text"` (default) or `"json"`.',
} as const;

const OUTPUTS = ['text', 'json'] as const;
const NAME = /^[\w-]{1,40}$/;
const ENDING = /^[^\s./]{1,32}$/;
const TYPE = /^[\w.+-]+\/(?:[\w.+-]+|\*)$/;
const MAX_EXTRACTORS = 100;
const OCR = 'ocr';
const PICTURES = [
  'png',
  'jpeg',
  'tiff',
  'webp',
  'bmp',
  'gif',
  'x-portable-anymap',
  'x-portable-bitmap',
  'x-portable-graymap',
  'x-portable-pixmap',
];

export interface OwnExtractors {
  readonly extractors: readonly OwnExtractor[];
  /** Whose program is not there, and what that means. */
  readonly missing: readonly string[];
}

/** What is not used is told. @throws FindTextError FT_CONFIG_INVALID */
export function commandsOf(context: Context): readonly OwnExtractor[] {
  const { extractors, missing } = loadOwnExtractors(context);
  for (const text of missing) say(context, text);
  return extractors;
}

/** Of a running daemon. A configuration that is wrong changes nothing. */
export function rereadCommands(context: Context, before: readonly OwnExtractor[]): readonly OwnExtractor[] {
  try {
    return commandsOf(context);
  } catch (error) {
    if (!(error instanceof FindTextError)) throw error;
    say(context, `${error.message}; the commands of before go on`);
    return before;
  }
}

interface CommandsContext {
  readonly locations: Pick<Locations, 'configFile'>;
  readonly config: Config;
}

type Wanted = Omit<OwnExtractor, 'version'>;

/** @throws FindTextError FT_CONFIG_INVALID with line and column */
export function loadOwnExtractors({ locations, config }: CommandsContext): OwnExtractors {
  const wanted = [...parseExtractors(locations.configFile), ...ocrOf(config)];
  const resolved = wanted.map((one) => ({ one, extractor: resolve(one) }));
  return {
    extractors: resolved.flatMap(({ extractor }) => (typeof extractor === 'string' ? [] : [extractor])),
    missing: resolved.flatMap(({ one, extractor }) =>
      typeof extractor === 'string' ? [`the extractor \`${one.name}\` is not used: ${extractor}`] : [],
    ),
  };
}

function parseExtractors(file: string): readonly Wanted[] {
  const source = loadToml(file);
  const { extractor = [] } = source.table;
  const tables = Array.isArray(extractor) ? extractor.slice(0, MAX_EXTRACTORS) : [extractor];
  const paths = Array.isArray(extractor) ? tables.map((_, at) => ['extractor', at]) : [['extractor']];
  const readers = paths.map((path) => new TableReader(source, path, '[[extractor]]', Object.keys(EXTRACTOR_KEYS)));
  const names = new Set<string>([OCR]);
  return readers.map((table) => {
    const wanted = parseExtractor(table);
    if (names.has(wanted.name)) table.fail(['name'], `is ${shown(wanted.name)}, which another one has`);
    names.add(wanted.name);
    return wanted;
  });
}

function parseExtractor(table: TableReader): Wanted {
  const name = table.requiredString('name', 'a short name');
  if (!NAME.test(name)) table.fail(['name'], `is ${shown(name)}, expected letters, digits, - and _`);
  const command = table.strings('command', 'a list of the program and its arguments') ?? [];
  if (command.length === 0) table.failHere('`command` is missing, expected a list of the program and its arguments');
  const endings = matching(table, 'endings', ENDING).map((ending) => ending.toLowerCase());
  const types = matching(table, 'types', TYPE);
  if (endings.length + types.length === 0) table.failHere('expected `endings` or `types`: which files it reads');
  return { name, command, endings, types, output: table.choice('output', OUTPUTS) ?? 'text', isAdded: false };
}

function matching(table: TableReader, key: 'endings' | 'types', pattern: RegExp): readonly string[] {
  const expected = key === 'types' ? 'media types such as image/png' : 'endings without the dot';
  const values = table.strings(key, expected) ?? [];
  for (const [at, value] of values.entries())
    if (!pattern.test(value)) table.fail([key, at], `has ${shown(value)}, expected ${expected}`);
  return values;
}

/** One thread: commands run side by side already. */
function ocrOf(config: Config): readonly Wanted[] {
  if (!config['ocr.enabled']) return [];
  const languages = config['ocr.languages'].join('+');
  const tesseract = ['env', 'OMP_THREAD_LIMIT=1', 'tesseract', 'stdin', 'stdout', '-l', languages];
  const types = PICTURES.map((type) => `image/${type}`);
  return [{ name: OCR, command: tesseract, endings: [], types, output: 'text', isAdded: true }];
}

/** @returns why not. */
function resolve(wanted: Wanted): OwnExtractor | string {
  const programs = wanted.name === OCR ? [wanted.command[0] ?? '', 'tesseract'] : [wanted.command[0] ?? ''];
  const found: string[] = [];
  for (const program of programs) {
    const path = findProgram(program);
    if (path === undefined) return `${program} is not installed`;
    const why = whySteerable(path, 'run');
    if (why) return why;
    found.push(path);
  }
  const command = [found[0] as string, ...wanted.command.slice(1)];
  return { ...wanted, command, version: versionOf([wanted, [...found, ...command.slice(1)].map(stateOf)]) };
}

/** Of the program, and of a script among the arguments. */
function stateOf(arg: string): unknown {
  try {
    if (!isAbsolute(arg)) return undefined;
    const { size, mtimeMs } = statSync(realpathSync(arg));
    return [arg, size, mtimeMs];
  } catch {
    return undefined;
  }
}
