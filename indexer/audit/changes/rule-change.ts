/**
 * CONFIG_CHANGE records: rules that came and went, by `auditctl` or because a watched directory was deleted, and
 * auditing as a whole. Read by the assembler as they come in: the event of a rule that went may be the last one for
 * long, and have no end.
 */
import type { AuditRecord } from '../records/parse-record.js';
import { untrustedRaw } from '../records/record-fields.js';

export interface RuleChange {
  /** removed: something that was reported is reported no more; added: it may be reported again. */
  readonly kind: 'removed' | 'added';
  readonly timestampMs: number;
  /** Of the rule, empty when it has none; null when auditing as a whole was switched off or on. */
  readonly keys: readonly string[] | null;
}

// The space before each cannot come from a name: the kernel writes names with spaces in hex.
const REMOVED = / op="?remove[_ ]rule/;
const ADDED = / op="?add[_ ]rule/;
const SWITCHED_OFF = / audit_enabled=0\b/;
const SWITCHED_ON = / audit_enabled=[12] old=0\b/;
const FAILED = / res=0\b/;
const KEY = / key=("[^"]*|[0-9A-F]+)/;

/** @param record  of type CONFIG_CHANGE. @returns undefined when no rule comes or goes. */
export function readRuleChange({ bytes, body, end }: AuditRecord, timestampMs: number): RuleChange | undefined {
  const fields = bytes.toString('latin1', body, end);
  if (FAILED.test(fields)) return undefined;
  if (SWITCHED_OFF.test(fields)) return { kind: 'removed', timestampMs, keys: null };
  if (SWITCHED_ON.test(fields)) return { kind: 'added', timestampMs, keys: null };
  if (REMOVED.test(fields)) return { kind: 'removed', timestampMs, keys: keysIn(fields) };
  return ADDED.test(fields) ? { kind: 'added', timestampMs, keys: keysIn(fields) } : undefined;
}

function keysIn(fields: string): readonly string[] {
  const key = KEY.exec(fields)?.[1];
  const keys = key && untrustedRaw(Buffer.from(key, 'latin1'))?.toString('utf8').split('\u0001');
  return keys || [];
}
