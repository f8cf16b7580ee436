/** The rules and endpoints of the configuration file, with everything about them checked. */
import { createHash } from 'node:crypto';
import { loadToml, readToml, type TomlFile } from '../../../shared/config/load.js';
import { whyBadPattern } from '../content/redact/user-patterns.js';
import { type ParsedNotify, toNotify } from './parse-notify.js';
import type { Surroundings } from './path-selection.js';
import { RuleSet } from './rule-set.js';
import { invalid } from './table-reader.js';

export interface LoadedRules extends ParsedNotify {
  /** The configuration they were read from. */
  readonly text: string;
  readonly set: RuleSet;
  /** Of all that the tables say; lower-case hexadecimal. */
  readonly hash: string;
  /** The same of each rule, by its name. */
  readonly hashes: ReadonlyMap<string, string>;
}

/** @throws FindTextError FT_CONFIG_INVALID with line and column */
export async function loadNotify(file: string, surroundings: Surroundings): Promise<LoadedRules> {
  return toLoaded(loadToml(file), surroundings);
}

/** The same rules in other surroundings. @throws FindTextError FT_CONFIG_INVALID */
export function moved(rules: LoadedRules, file: string, surroundings: Surroundings): Promise<LoadedRules> {
  return toLoaded(readToml(rules.text, file), surroundings);
}

async function toLoaded(source: TomlFile, surroundings: Surroundings): Promise<LoadedRules> {
  const parsed = toNotify(source, surroundings);
  await checkRedactions(source, parsed);
  const { notify = [], endpoint = [], backup = [] } = source.table;
  const hashes = new Map(parsed.rules.map(({ name }, at) => [name, hashOf((notify as unknown[])[at])]));
  const set = new RuleSet(parsed.compiled);
  return { ...parsed, text: source.text, set, hash: hashOf([notify, endpoint, backup]), hashes };
}

/** What is different now, for a person: `added pii; removed web; changed logs`. Empty: nothing but their order. */
export function differenceText(before: LoadedRules, after: LoadedRules): string {
  const names = (rules: LoadedRules, isSo: (name: string) => boolean) => [...rules.hashes.keys()].filter(isSo);
  const changes: readonly (readonly [string, readonly string[]])[] = [
    ['added', names(after, (name) => !before.hashes.has(name))],
    ['removed', names(before, (name) => !after.hashes.has(name))],
    ['changed', names(after, (name) => before.hashes.has(name) && before.hashes.get(name) !== after.hashes.get(name))],
  ];
  return changes.flatMap(([what, which]) => (which.length > 0 ? [`${what} ${which.join(', ')}`] : [])).join('; ');
}

async function checkRedactions(source: TomlFile, { rules }: ParsedNotify): Promise<void> {
  for (const [at, { name, diff }] of rules.entries())
    for (const [index, pattern] of diff.redact.entries()) {
      const why = await whyBadPattern(pattern);
      if (why === undefined) continue;
      const place = source.places.valueOf(['notify', at, 'diff', 'redact', index]);
      throw invalid(source.file, place, `[[notify]] "${name}": \`redact\` has a pattern that is wrong: ${why}`, SYNTAX);
    }
}

const SYNTAX = 'patterns are those of RE2';

function hashOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}
