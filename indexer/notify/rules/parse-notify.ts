/**
 * The rules and endpoints of a configuration file. One bad entry refuses them all: a rule that is silently left out
 * would watch nothing.
 */
import { readToml, type TomlFile } from '../../../shared/config/load.js';
import { nearest } from '../../../shared/nearest.js';
import { type BackupPlace, PLACE_KEYS } from '../../backup/places.js';
import { parseBackup } from './parse-backup.js';
import { ENDPOINT_KEYS, parseEndpoint, parseOwnEndpoint, parseWebhook, WEBHOOK_KEYS } from './parse-endpoint.js';
import { type ParsedRule, parseRule, RULE_KEYS } from './parse-rule.js';
import type { PathSelection, Surroundings } from './path-selection.js';
import type { Endpoint, NotifyConfig, NotifyRule } from './rule.js';
import { invalid, shown, TableReader } from './table-reader.js';

const MAX_TABLES = 500;

/** A rule and what it is about. */
export interface CompiledRule {
  readonly rule: NotifyRule;
  readonly selection: PathSelection;
}

export interface ParsedNotify extends NotifyConfig {
  readonly compiled: readonly CompiledRule[];
}

/** @throws FindTextError FT_CONFIG_INVALID with line and column */
export function parseNotify(text: string, file: string, surroundings: Surroundings): ParsedNotify {
  return toNotify(readToml(text, file), surroundings);
}

/** @throws FindTextError FT_CONFIG_INVALID with line and column */
export function toNotify(source: TomlFile, surroundings: Surroundings): ParsedNotify {
  const endpoints = named(
    tablesIn(source, 'endpoint', ENDPOINT_KEYS).map((table) => ({ table, ...parsedEndpoint(table) })),
  );
  const known = endpoints.map(({ endpoint }) => endpoint.name);
  const rules = named(
    tablesIn(source, 'notify', RULE_KEYS).map((table) => ({ table, ...parsedRule(table, surroundings) })),
  );
  const told = rules.map(({ table, parsed }) => ({ parsed, told: whereTold(table, parsed, known) }));
  const places = backupPlaces(source);
  const compiled = told.map(({ parsed, told: { to } }) => ({
    selection: parsed.selection,
    rule: { ...parsed.rule, backup: [...parsed.rule.backup, ...places], to },
  }));
  return {
    rules: compiled.map(({ rule }) => rule),
    endpoints: [...endpoints.map(({ endpoint }) => endpoint), ...told.flatMap(({ told: { own } }) => own ?? [])],
    compiled,
  };
}

/** Of all rules, and of `find-textd backup`. @throws FindTextError FT_CONFIG_INVALID with line and column */
export function backupPlaces(source: TomlFile): readonly BackupPlace[] {
  return tablesIn(source, 'backup', PLACE_KEYS).map(parseBackup);
}

function parsedEndpoint(table: TableReader) {
  const endpoint = parseEndpoint(table);
  return { name: endpoint.name, endpoint };
}

function parsedRule(table: TableReader, surroundings: Surroundings) {
  const parsed = parseRule(table, surroundings);
  return { name: parsed.rule.name, parsed };
}

function tablesIn(source: TomlFile, key: string, keys: readonly string[]): readonly TableReader[] {
  const value = Object.hasOwn(source.table, key) ? source.table[key] : [];
  const fail = (why: string) => invalid(source.file, source.places.keyOf([key]), why, 'correct the file');
  if (!Array.isArray(value)) throw fail(`\`${key}\` is one table, expected a list of them: write [[${key}]]`);
  if (value.length > MAX_TABLES)
    throw fail(`there are ${value.length} tables [[${key}]], expected at most ${MAX_TABLES}`);
  return value.map((item, at) => {
    const name = (item as { name?: unknown } | null)?.name;
    const what = typeof name === 'string' ? shown(name) : `number ${at + 1}`;
    return new TableReader(source, [key, at], `[[${key}]] ${what}`, keys);
  });
}

/** Each name once. */
function named<T extends { readonly table: TableReader; readonly name: string }>(tables: readonly T[]): readonly T[] {
  const seen = new Set<string>();
  for (const { table, name } of tables) {
    if (seen.has(name)) table.fail(['name'], 'is taken by another one before it');
    seen.add(name);
  }
  return tables;
}

interface Told {
  readonly to: readonly string[];
  readonly own?: Endpoint;
}

function whereTold(table: TableReader, { rule: { name } }: ParsedRule, known: readonly string[]): Told {
  const to = table.strings('to', 'a list of endpoint names');
  for (const [at, each] of (to ?? []).entries()) requireKnown(table, ['to', at], each, known);
  const target = parseWebhook(table);
  if (!target) {
    requireNoWebhookKey(table);
    return { to: to ?? all(table, known) };
  }
  if (known.includes(name)) table.fail(['name'], 'is that of an endpoint, too, and the rule has a webhook of its own');
  return { to: [...(to ?? []), name], own: parseOwnEndpoint(table, name, target) };
}

function requireKnown(
  table: TableReader,
  place: readonly (string | number)[],
  name: string,
  known: readonly string[],
): void {
  if (known.includes(name)) return;
  const meant = nearest(name, known);
  const hint = meant === undefined ? '' : `; did you mean ${shown(meant)}?`;
  const names = known.length === 0 ? 'there is no [[endpoint]]' : `known endpoints: ${known.join(', ')}`;
  table.fail(place, `names the endpoint ${shown(name)}, which is not there${hint}`, names);
}

function requireNoWebhookKey(table: TableReader): void {
  const key = ['secretFile', 'secretEnv', 'format'].find((each) => table.has(each));
  if (key !== undefined) table.fail([key], 'is of a webhook, and there is none here', 'write it into the [[endpoint]]');
}

/** A rule that tells nobody has to say so. */
function all(table: TableReader, known: readonly string[]): readonly string[] {
  if (known.length > 0) return known;
  return table.failHere(
    `it tells nobody, expected ${WEBHOOK_KEYS.join(', ')} or an [[endpoint]]`,
    'write `to = []` when it should only be recorded',
  );
}
