/**
 * CONFIG_CHANGE records: rules that came and went, by `auditctl` or because a watched directory was deleted. Read by the assembler
 * as they come in: the event of a rule that went may be the last one for long, and have no end.
 */
import type { AuditRecord } from './parse-record.js';
import { untrustedRaw } from './record-fields.js';

export interface RuleChange {
  readonly timestampMs: number;
  /** True when something that was reported is reported no more: a rule is gone, or auditing was turned off. */
  readonly isRemoval: boolean;
  /** Of the rule; empty when it has none, or when all rules are concerned. */
  readonly keys: readonly string[];
}

/** The space before it cannot come from a name: the kernel writes names with spaces in hex. */
const REMOVAL = / (?:op="?remove[_ ]rule|audit_enabled=0\b)/;
const KEY = / key=("[^"]*|[0-9A-F]+)/;

/** @param record  of type CONFIG_CHANGE. */
export function readRuleChange({ bytes, body, end }: AuditRecord, timestampMs: number): RuleChange {
  const fields = bytes.toString('latin1', body, end);
  const key = KEY.exec(fields)?.[1];
  const keys = key && untrustedRaw(Buffer.from(key, 'latin1'))?.toString('utf8').split('\u0001');
  return { timestampMs, isRemoval: REMOVAL.test(fields), keys: keys || [] };
}
