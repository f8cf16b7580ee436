/** One `[[notify]]` table of the configuration → a rule, checked. */
import { pathKey } from '../../../shared/path-key.js';
import { toBytes } from '../../../shared/paths.js';
import { PLACE_KEYS } from '../../backup/places.js';
import { CHANGED_ATTRIBUTES, NET_KINDS, type NetKind } from '../words.js';
import { parseBackup } from './parse-backup.js';
import { parseDoers } from './parse-doers.js';
import { OWN_ENDPOINT_KEYS, parseName } from './parse-endpoint.js';
import { PathSelection, type Surroundings, toGlobs } from './path-selection.js';
import { type DiffWish, type NotifyRule, type QuietHours, SEVERITIES } from './rule.js';
import { shown, type TableReader } from './table-reader.js';

export const RULE_KEYS = [
  ...['name', 'paths', 'events', 'attributes', 'ignore', 'only', 'severity', 'quiet', 'tags', 'diff', 'backup', 'to'],
  ...['first', 'settleMs', 'kind'],
  ...OWN_ENDPOINT_KEYS,
];

const DEFAULT_EVENTS: readonly NetKind[] = ['created', 'modified', 'moved', 'deleted', 'attrib'];
const DEFAULT_FIRST = 10;
const DEFAULT_SETTLE_MS = 1_000;
const MAX_PATTERNS = 1_000;
const TIME = /^(?:[01]\d|2[0-3]):[0-5]\d$/;

/** What a rule says of itself; where it is told is found with the endpoints. */
export type RuleAlone = Omit<NotifyRule, 'to'>;

export interface ParsedRule {
  readonly rule: RuleAlone;
  readonly selection: PathSelection;
}

export function parseRule(table: TableReader, surroundings: Surroundings): ParsedRule {
  const name = parseName(table);
  const { paths, selection } = parsePaths(table, surroundings);
  const severity = table.choice('severity', SEVERITIES) ?? 'notice';
  const quiet = parseQuiet(table);
  const kind = table.choice('kind', ['append-only']);
  const attributes = table.choices('attributes', CHANGED_ATTRIBUTES);
  const rule: RuleAlone = {
    name,
    paths,
    events: parseEvents(table),
    ...(attributes && { attributes: new Set(attributes) }),
    ignore: parseDoers(table, 'ignore'),
    only: parseDoers(table, 'only'),
    severity,
    ...(quiet && { quiet }),
    tags: table.strings('tags') ?? [],
    diff: parseDiff(table, surroundings),
    backup: table.below('backup', PLACE_KEYS).map(parseBackup),
    first: parseFirst(table) ?? (severity === 'critical' ? 'all' : DEFAULT_FIRST),
    settleMs: table.integer('settleMs', { min: 0, max: 600_000, unit: 'ms' }) ?? DEFAULT_SETTLE_MS,
    ...(kind && { kind }),
  };
  return { rule, selection };
}

function parsePaths(table: TableReader, surroundings: Surroundings) {
  const expected = 'a list of patterns, as ["/srv/data", "!*.tmp"]';
  const paths = table.strings('paths', expected);
  if (!paths) return table.failHere(`\`paths\` is missing, expected ${expected}`);
  if (paths.length > MAX_PATTERNS)
    table.fail(['paths'], `has ${paths.length} patterns, expected at most ${MAX_PATTERNS}`);
  if (paths.every((path) => path.startsWith('!')))
    table.fail(['paths'], 'selects nothing, expected a pattern without `!` first');
  return { paths, selection: selectionOf(table, 'paths', surroundings) };
}

function selectionOf(table: TableReader, key: string, surroundings: Surroundings): PathSelection {
  const globs = (table.strings(key) ?? []).flatMap((pattern, at) => {
    const found = toGlobs(pathKey(toBytes(pattern)), surroundings);
    return 'globs' in found
      ? found.globs
      : table.fail([key, at], `has ${shown(pattern)}, which fits nothing: ${found.refused}`);
  });
  return new PathSelection(globs);
}

function parseEvents(table: TableReader): ReadonlySet<NetKind> {
  const events = table.choices('events', [...NET_KINDS, 'any']) ?? DEFAULT_EVENTS;
  if (events.length === 0) table.fail(['events'], 'is an empty list', 'leave the key out for the usual ones');
  return new Set(events.flatMap((event) => (event === 'any' ? NET_KINDS : [event])));
}

function parseQuiet(table: TableReader): QuietHours | undefined {
  const [quiet] = table.below('quiet', ['from', 'to']);
  if (!quiet) return undefined;
  const [from, to] = [parseTime(quiet, 'from'), parseTime(quiet, 'to')];
  return from === to ? quiet.failHere(`it begins and ends at ${from}, expected two times`) : { from, to };
}

function parseTime(table: TableReader, key: string): string {
  const text = table.requiredString(key, 'a time as "22:00"');
  return TIME.test(text) ? text : table.fail([key], `is ${shown(text)}, expected a time as "22:00"`);
}

function parseDiff(table: TableReader, surroundings: Surroundings): DiffWish {
  const off = { isOn: false, redact: [], never: [] };
  if (!table.has('diff')) return off;
  if (!table.isTable('diff')) return { ...off, isOn: table.flag('diff') ?? false };
  const [wish] = table.below('diff', ['redact', 'never']);
  if (!wish) return off;
  selectionOf(wish, 'never', surroundings);
  return { isOn: true, redact: wish.strings('redact') ?? [], never: wish.strings('never') ?? [] };
}

function parseFirst(table: TableReader): number | 'all' | undefined {
  if (table.is('first', 'all')) return 'all';
  return table.integer('first', { min: 0, max: 10_000, unit: 'changes, or "all"' });
}
