/**
 * One table of the configuration, read key by key. What is wrong stops the reading with the line, what was found and
 * what is expected. Values that may be secret are not shown.
 */
import type { TomlFile } from '../../../shared/config/load.js';
import { OPTIONS } from '../../../shared/config/options.js';
import type { Place, TomlPath } from '../../../shared/config/toml-places.js';
import { FindTextError } from '../../../shared/errors.js';
import { nearest } from '../../../shared/nearest.js';
import { cleanText } from '../../../shared/path-text.js';

const MAX_SHOWN = 60;

export interface Range {
  readonly min: number;
  readonly max: number;
  readonly unit: string;
}

export class TableReader {
  readonly #table: Readonly<Record<string, unknown>>;

  /**
   * @param what  `[[notify]] "pii"`
   * @throws FindTextError FT_CONFIG_INVALID when there is a key that is not known
   */
  constructor(
    readonly source: TomlFile,
    readonly path: TomlPath,
    readonly what: string,
    keys: readonly string[],
  ) {
    const value = valueAt(source.table, path);
    if (!isTable(value)) this.fail([], `is ${shown(value)}, expected a table`);
    this.#table = value;
    for (const key of Object.keys(value)) if (!keys.includes(key)) this.#failUnknown(key, keys);
  }

  /** For what checks its tables itself. */
  get value(): Readonly<Record<string, unknown>> {
    return this.#table;
  }

  has(key: string): boolean {
    return Object.hasOwn(this.#table, key);
  }

  is(key: string, value: unknown): boolean {
    return this.#get(key) === value;
  }

  isTable(key: string): boolean {
    return isTable(this.#get(key));
  }

  isList(key: string): boolean {
    return Array.isArray(this.#get(key));
  }

  string(key: string): string | undefined {
    const value = this.#get(key);
    if (value === undefined) return undefined;
    return typeof value === 'string' && value !== '' ? value : this.fail([key], `is ${shown(value)}, expected a text`);
  }

  requiredString(key: string, expected: string): string {
    return this.string(key) ?? this.failHere(`\`${key}\` is missing, expected ${expected}`);
  }

  flag(key: string): boolean | undefined {
    const value = this.#get(key);
    if (value === undefined || typeof value === 'boolean') return value;
    return this.fail([key], `is ${shown(value)}, expected true or false`);
  }

  integer(key: string, { min, max, unit }: Range): number | undefined {
    const value = this.#get(key);
    if (value === undefined) return undefined;
    if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value;
    return this.fail([key], `is ${shown(value)}, expected a whole number from ${min} to ${max} (${unit})`);
  }

  choice<T extends string>(key: string, choices: readonly T[]): T | undefined {
    const value = this.#get(key);
    return value === undefined ? undefined : this.#chosen([key], value, choices);
  }

  choices<T extends string>(key: string, choices: readonly T[]): readonly T[] | undefined {
    return this.list(key, `a list of ${choices.join(', ')}`)?.map((value, at) =>
      this.#chosen([key, at], value, choices),
    );
  }

  strings(key: string, expected = 'a list of texts'): readonly string[] | undefined {
    return this.list(key, expected)?.map((value, at) =>
      typeof value === 'string' && value !== ''
        ? value
        : this.fail([key, at], `has ${shown(value)}, expected ${expected}`),
    );
  }

  /** One value is a list of one. */
  oneOrMore(key: string, expected: string): readonly unknown[] | undefined {
    const value = this.#get(key);
    return value === undefined || Array.isArray(value) ? this.list(key, expected) : [value];
  }

  list(key: string, expected: string): readonly unknown[] | undefined {
    const value = this.#get(key);
    if (value === undefined || Array.isArray(value)) return value;
    return this.fail([key], `is ${shown(value)}, expected ${expected}`);
  }

  /** `key` is a table, or a list of tables. */
  below(key: string, keys: readonly string[]): readonly TableReader[] {
    const value = this.#get(key);
    if (value === undefined) return [];
    const paths = Array.isArray(value) ? value.map((_, at) => [...this.path, key, at]) : [[...this.path, key]];
    return paths.map((path) => new TableReader(this.source, path, `\`${key}\` of ${this.what}`, keys));
  }

  /** @param rest  from this table to the value. @throws FindTextError FT_CONFIG_INVALID */
  fail(rest: TomlPath, why: string, hint?: string): never {
    const key = rest.find((step) => typeof step === 'string');
    const subject = key === undefined ? '' : `\`${key}\` `;
    throw this.#error(this.source.places.valueOf([...this.path, ...rest]), `${subject}${why}`, hint);
  }

  /** Of the table as a whole. */
  failHere(why: string, hint?: string): never {
    throw this.#error(this.source.places.keyOf(this.path), why, hint);
  }

  #get(key: string): unknown {
    return this.has(key) ? this.#table[key] : undefined;
  }

  #chosen<T extends string>(rest: TomlPath, value: unknown, choices: readonly T[]): T {
    const found = choices.find((choice) => choice === value);
    if (found !== undefined) return found;
    const meant = typeof value === 'string' ? nearest(value, choices) : undefined;
    const hint = meant === undefined ? '' : `; did you mean "${meant}"?`;
    return this.fail(rest, `has ${shown(value)}, expected one of ${choices.join(', ')}${hint}`);
  }

  #failUnknown(key: string, keys: readonly string[]): never {
    const hint = meantText(key, keys);
    const place = this.source.places.keyOf([...this.path, key, ...firstKey(this.#get(key))]);
    throw this.#error(place, `there is no key \`${cleanText(key)}\`${hint}`, `known keys: ${keys.join(', ')}`);
  }

  #error(place: Place, why: string, hint = 'correct the file'): FindTextError {
    return invalid(this.source.file, place, `${this.what}: ${why}`, hint);
  }
}

export function invalid(file: string, { line, column }: Place, why: string, hint: string): FindTextError {
  const where = `line ${line}, column ${column}`;
  return new FindTextError('FT_CONFIG_INVALID', `read the configuration ${file}, ${where}: ${why}`, { hint });
}

/** As it may stand in a message. */
export function shown(value: unknown): string {
  const text = cleanText(JSON.stringify(value) ?? String(value));
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
}

function valueAt(table: unknown, path: TomlPath): unknown {
  return path.reduce<unknown>((value, step) => (value as Record<string | number, unknown>)?.[step], table);
}

function isTable(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

/** Of `a.b = 1` only the place of the whole name is known. */
function firstKey(value: unknown): readonly string[] {
  return typeof value === 'object' && value !== null ? Object.keys(value).slice(0, 1) : [];
}

/** What stands below a table is a part of it, also where it was meant for the whole file. */
function meantText(key: string, keys: readonly string[]): string {
  const isOption = Object.keys(OPTIONS).some((option) => option === key || option.startsWith(`${key}.`));
  if (isOption) return `; as an option it has to stand above all tables`;
  const meant = nearest(key, keys);
  return meant === undefined ? '' : `; did you mean \`${meant}\`?`;
}
