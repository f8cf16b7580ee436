/**
 * Reads the configuration file (TOML) into a checked, frozen Config. A missing file means the defaults; anything that
 * is not understood stops the program with the name of the option, what was found and what is expected.
 */

import { parse } from 'smol-toml';
import { FindTextError } from '../errors.js';
import { configFolder } from '../locations.js';
import { readOwnFile } from '../own-file.js';
import { checkFile } from '../own-folder.js';
import { type Config, OPTIONS, type OptionName, type OptionSpec } from './options.js';
import { placesIn, type TomlPlaces } from './toml-places.js';

/** Of integrity monitoring and of backups, which read them themselves. */
const OTHER_TABLES: readonly string[] = ['notify', 'endpoint', 'backup'];

/** A configuration file as it is written. */
export interface TomlFile {
  readonly file: string;
  readonly text: string;
  readonly table: Readonly<Record<string, unknown>>;
  readonly places: TomlPlaces;
}

export function loadConfig(file: string): Config {
  return toConfig(parseToml(readText(file), file), file);
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

/** `{ queue: { settleMs: 5 } }` → `{ 'queue.settleMs': 5, … }`. @throws FindTextError FT_CONFIG_INVALID */
export function toConfig(input: unknown, file: string): Config {
  const options = Object.entries(input as Record<string, unknown>).filter(([name]) => !OTHER_TABLES.includes(name));
  const given = flatten(Object.fromEntries(options));
  for (const name of given.keys()) {
    if (!(name in OPTIONS))
      throw invalid(file, `there is no option \`${name}\``, `known options: ${Object.keys(OPTIONS).join(', ')}`);
  }
  const values = Object.entries(OPTIONS).map(([name, spec]) => {
    const value = given.has(name) ? given.get(name) : spec.default;
    if (!isValid(spec, value))
      throw invalid(file, `\`${name}\` is ${JSON.stringify(value)}, expected ${expected(spec)}`);
    return [name, value];
  });
  return Object.freeze(Object.fromEntries(values) as Record<OptionName, unknown>) as Config;
}

function readText(file: string): string {
  const real = checkFile(file, configFolder(file));
  try {
    return (real && readOwnFile(real)) ?? '';
  } catch (error) {
    throw invalid(file, (error as Error).message);
  }
}

function parseToml(text: string, file: string): Record<string, unknown> {
  try {
    return parse(text);
  } catch (error) {
    throw invalid(file, (error as Error).message);
  }
}

function unquote(raw: string): string {
  const { text } = parse(`text = ${raw}`);
  return String(text);
}

/** Tables become `table.key`; arrays and scalars are values. */
function flatten(input: unknown, prefix = '', into = new Map<string, unknown>()): Map<string, unknown> {
  for (const [key, value] of Object.entries(input as Record<string, unknown>)) {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) flatten(value, `${prefix}${key}.`, into);
    else into.set(prefix + key, value);
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

function invalid(
  file: string,
  why: string,
  hint = 'correct the file, or move it away to use the defaults',
): FindTextError {
  return new FindTextError('FT_CONFIG_INVALID', `read the configuration ${file}: ${why}`, { hint });
}
