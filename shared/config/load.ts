/**
 * Reads the configuration file (TOML) into a checked, frozen Config. A missing file means the defaults. Anything that
 * is not understood stops the program with the name of the option, what was found and what is expected.
 */

import { parse, type TomlError } from 'smol-toml';
import { FindTextError } from '../errors.js';
import { configFolder } from '../locations.js';
import { nearest } from '../nearest.js';
import { readOwnFile } from '../own-file.js';
import { checkFile } from '../own-folder.js';
import { cleanText } from '../path-text.js';
import { type Config, OPTIONS, type OptionName, type OptionSpec } from './options.js';
import { type Place, placesIn, type TomlPath, type TomlPlaces } from './toml-places.js';

/** Of integrity monitoring, of backups and of commands that read files, which read them themselves. */
const OTHER_TABLES: readonly string[] = ['notify', 'endpoint', 'backup', 'extractor'];

/** A configuration file as it is written. */
export interface TomlFile {
  readonly file: string;
  readonly text: string;
  readonly table: Readonly<Record<string, unknown>>;
  readonly places: TomlPlaces;
}

/** @throws FindTextError FT_CONFIG_INVALID with line and column */
export function loadConfig(file: string): Config {
  return readConfig(loadToml(file));
}

/** @throws FindTextError FT_CONFIG_INVALID with line and column */
export function readConfig(source: TomlFile): Config {
  return toConfig(source.table, source.file, source.places);
}

/** For what stands in it beside the options. @throws FindTextError FT_CONFIG_INVALID */
export function loadToml(file: string): TomlFile {
  return readToml(readText(file), file);
}

/** @throws FindTextError FT_CONFIG_INVALID */
export function readToml(text: string, file: string): TomlFile {
  const table = parseToml(text, file);
  return { file, text, table, places: placesIn(text, unquote) };
}

/**
 * `{ queue: { settleMs: 5 } }` → `{ 'queue.settleMs': 5, … }`.
 * @param places  where in the file; missing: it is from no file
 * @throws FindTextError FT_CONFIG_INVALID
 */
export function toConfig(input: unknown, file: string, places?: TomlPlaces): Config {
  const given = givenOptions(input);
  for (const [name, { path }] of given) {
    if (name in OPTIONS) continue;
    const known = `known options: ${Object.keys(OPTIONS).join(', ')}`;
    throw invalid(
      { file, place: places?.keyOf(path) },
      `there is no option \`${cleanText(name)}\`${meantText(name)}`,
      known,
    );
  }
  const values = Object.entries(OPTIONS).map(([name, spec]) => {
    const { value, path } = given.get(name) ?? { value: spec.default, path: [] };
    if (isValid(spec, value)) return [name, value];
    const why = `\`${name}\` is ${JSON.stringify(value)}, expected ${expected(spec)}${choiceText(spec, value)}`;
    throw invalid({ file, place: places?.valueOf(path) }, why);
  });
  return Object.freeze(Object.fromEntries(values) as Record<OptionName, unknown>) as Config;
}

interface Given {
  readonly value: unknown;
  readonly path: TomlPath;
}

/** What stands in the file, by the names of options; some may be none. */
export function givenOptions(input: unknown): ReadonlyMap<string, Given> {
  const options = Object.entries(input as Record<string, unknown>).filter(([name]) => !OTHER_TABLES.includes(name));
  return flatten(Object.fromEntries(options), []);
}

/** The last part alone is what somebody writes who forgets the table. */
function meantText(name: string): string {
  const known = Object.keys(OPTIONS);
  const [table = ''] = name.split('.', 1);
  const inner = name.slice(table.length + 1);
  if (known.includes(inner)) return `; \`${inner}\` has to stand above [${table}]`;
  const meant = known.find((each) => each.endsWith(`.${name}`)) ?? nearest(name, [...known, ...OTHER_TABLES]);
  if (meant === undefined) return '';
  return OTHER_TABLES.includes(meant) ? `; did you mean [[${meant}]]?` : `; did you mean \`${meant}\`?`;
}

function choiceText(spec: OptionSpec, value: unknown): string {
  const meant = spec.kind === 'choice' && typeof value === 'string' ? nearest(value, spec.choices) : undefined;
  return meant === undefined ? '' : `; did you mean "${meant}"?`;
}

function readText(file: string): string {
  const real = checkFile(file, configFolder(file));
  try {
    return (real && readOwnFile(real)) ?? '';
  } catch (error) {
    throw invalid({ file }, (error as Error).message);
  }
}

function parseToml(text: string, file: string): Record<string, unknown> {
  try {
    return parse(text);
  } catch (error) {
    const { line, column, message } = error as TomlError;
    throw invalid({ file, place: line === undefined ? undefined : { line, column } }, firstLine(message));
  }
}

/** Below it the library draws the place, which is told already, over several lines. */
function firstLine(message: string): string {
  return message.split('\n', 1)[0] ?? '';
}

function unquote(raw: string): string {
  const { text } = parse(`text = ${raw}`);
  return String(text);
}

/** Tables become `table.key`; arrays and scalars are values. */
function flatten(input: unknown, above: TomlPath, into = new Map<string, Given>()): Map<string, Given> {
  for (const [key, value] of Object.entries(input as Record<string, unknown>)) {
    const path = [...above, key];
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) flatten(value, path, into);
    else into.set(path.join('.'), { value, path });
  }
  return into;
}

function isValid(spec: OptionSpec, value: unknown): boolean {
  switch (spec.kind) {
    case 'boolean':
      return typeof value === 'boolean';
    case 'number':
      return typeof value === 'number' && value >= spec.min && value <= spec.max;
    case 'string':
      return typeof value === 'string';
    case 'strings':
      return Array.isArray(value) && value.every((item) => typeof item === 'string');
    case 'choice':
      return spec.choices.includes(value as string);
  }
}

function expected(spec: OptionSpec): string {
  switch (spec.kind) {
    case 'boolean':
      return 'true or false';
    case 'number':
      return `a number from ${spec.min} to ${spec.max} (${spec.unit})`;
    case 'string':
      return 'a string';
    case 'strings':
      return 'a list of strings';
    case 'choice':
      return `one of ${spec.choices.join(', ')}`;
  }
}

interface Where {
  readonly file: string;
  readonly place?: Place | undefined;
}

function invalid(
  { file, place }: Where,
  why: string,
  hint = 'correct the file, or move it away to use the defaults',
): FindTextError {
  const where = place ? `, line ${place.line}, column ${place.column}` : '';
  return new FindTextError('FT_CONFIG_INVALID', `read the configuration ${file}${where}: ${why}`, { hint });
}
