/**
 * AuditEvent → the object `audit events` prints and the library returns: every record with every field interpreted, in
 * the shape of auditd_tools. Slower than to-changes.ts by design: it decodes everything.
 */
import { pathText } from '../../../shared/path-text.js';
import { actionOf } from '../changes/action-names.js';
import type { FileChange } from '../changes/file-change.js';
import { namesOf, toChanges } from '../changes/to-changes.js';
import type { AuditEvent } from '../events/audit-event.js';
import type { AuditRecord } from '../records/parse-record.js';
import type { Accounts } from './accounts.js';
import { type Normalized, normalize } from './normalize.js';
import { type RecordView, toRecordView } from './record-view.js';
import { decodeEscaped, textFields } from './text-fields.js';

const SLASH = 0x2f;

export interface EventView {
  readonly serial: number;
  /** Seconds since 1970, with milliseconds. */
  readonly timestamp: number;
  /** The same as local time: '2020-12-04 17:06:23.160000'. */
  readonly datetime: string;
  readonly records: readonly RecordView[];
  /** Who did what to what; empty for records that say nothing on their own. */
  readonly normalized: Normalized;
  /** Of the first rule that matched. */
  readonly key: string | null;
  readonly keys: readonly string[];
  /** Of the first change; '' when nothing was changed or its path cannot be told. */
  readonly filepath: string;
  /**
   * What was changed; '' for nothing, so also for a call that failed. Of an event without a call what was tried:
   * `normalized.result` says with what result.
   */
  readonly action: string;
}

export function toEventView(event: AuditEvent, accounts: Accounts): EventView {
  const [change] = toChanges(event);
  const paths = joinedNames(event);
  const records = event.records.map((record) => toRecordView(record, event, paths.get(record), accounts));
  const keys = keysOf(event);
  const normalized = normalize(records, change);
  return {
    serial: event.serial,
    timestamp: event.timestampMs / 1000,
    datetime: localTime(event.timestampMs),
    records,
    normalized,
    key: keys[0] ?? null,
    keys,
    filepath: change?.from.path ? pathText(change.from.path) : '',
    action: actionOfEvent(event, change, normalized),
  };
}

function actionOfEvent(event: AuditEvent, change: FileChange | undefined, normalized: Normalized): string {
  if (change) return actionOf(change);
  return event.head ? '' : String(normalized.action ?? '');
}

/** Also of a CONFIG_CHANGE that came alone. */
function keysOf(event: AuditEvent): readonly string[] {
  if (event.keys.length > 0) return event.keys;
  const raws = event.records
    .filter(({ type }) => type === 'CONFIG_CHANGE')
    .flatMap((record) => textFields(record, 0).fields.filter(({ name }) => name === 'key'));
  return raws.flatMap(({ raw }) => decodeEscaped(raw)?.toString('utf8').split('\u0001') ?? []);
}

/** Relative names of PATH records as paths, where the records determine these. */
function joinedNames(event: AuditEvent): ReadonlyMap<AuditRecord, string> {
  const names = namesOf(event);
  const relative = names?.items.filter((item) => item.name !== null && item.name[0] !== SLASH) ?? [];
  return new Map(
    relative.flatMap((item): [AuditRecord, string][] => {
      const path = names?.absolute(item);
      return path ? [[item.record, pathText(path)]] : [];
    }),
  );
}

function localTime(timestampMs: number): string {
  const date = new Date(timestampMs);
  const pad = (value: number, digits = 2) => String(value).padStart(digits, '0');
  const day = [pad(date.getFullYear(), 4), pad(date.getMonth() + 1), pad(date.getDate())].join('-');
  const time = [pad(date.getHours()), pad(date.getMinutes()), pad(date.getSeconds())].join(':');
  return `${day} ${time}.${pad(date.getMilliseconds(), 3)}000`;
}
