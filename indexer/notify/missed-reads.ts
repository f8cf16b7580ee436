/**
 * Rules that ask who reads a file while the audit rules that are loaded are older than they. Root has to install them
 * again, beside whom no daemon of the user runs. Said once, and shown by `find-textd status` as long as it is so.
 */
import { orUndefined } from '../../shared/errors.js';
import { overlap } from '../../shared/path-within.js';
import type { Db } from '../../shared/store/open.js';
import { readNotedReads } from '../audit/log/noted-reads.js';
import { findOwnLogs } from '../audit/log/own-logs.js';
import type { Notices } from '../words.js';
import type { CompiledRule } from './rules/parse-notify.js';
import { missedReads } from './rules/reads-of-rules.js';
import { Notes } from './store.js';

export interface AskedReads {
  readonly rules: readonly CompiledRule[];
  /** Folders that are indexed. */
  readonly roots: readonly Buffer[];
  /** Of the audit plugin. */
  readonly auditConfig: string;
}

export const MISSED_READS_NOTE = 'missedReads';
export const WHY_MISSED =
  'the audit rules that are loaded do not tell of it: `sudo find-textd audit install` makes those that the configuration asks for';

/** Events by the name of the rule; none where audit is not set up. */
export function readsMissed({ rules, roots, auditConfig }: AskedReads): ReadonlyMap<string, ReadonlySet<string>> {
  const logs = rules.length === 0 ? [] : (orUndefined(() => findOwnLogs(auditConfig).logs) ?? []);
  const missed = new Map<string, ReadonlySet<string>>();
  for (const { root, directory } of logs.filter((log) => roots.some((each) => overlap(each, log.root) !== undefined))) {
    const told = readNotedReads(directory);
    const found = told === undefined ? undefined : orUndefined(() => missedReads(rules, root, told));
    for (const { rule, kinds } of found ?? []) missed.set(rule, new Set([...(missed.get(rule) ?? []), ...kinds]));
  }
  return missed;
}

export interface MissedReadsParts {
  /** Undefined: audit is not the source. */
  readonly asked: AskedReads | undefined;
  readonly db: Db;
  readonly listener: Notices;
}

export class MissedReads {
  readonly #notes: Notes;
  #told: string | undefined;

  constructor(private readonly parts: MissedReadsParts) {
    this.#notes = new Notes(parts.db);
  }

  look(): void {
    const { asked, db, listener } = this.parts;
    const texts = asked ? missedTexts(readsMissed(asked)) : [];
    const all = texts.join('\n');
    if (all === this.#told) return;
    this.#told = all;
    db.transaction(() => this.#notes.set(MISSED_READS_NOTE, texts)).immediate();
    for (const text of texts) listener.noticed(`${text}: ${WHY_MISSED}`);
  }
}

function missedTexts(missed: ReadonlyMap<string, ReadonlySet<string>>): readonly string[] {
  return [...missed].map(([rule, kinds]) => `the rule "${rule}" asks for ${[...kinds].join(' and ')}`);
}
