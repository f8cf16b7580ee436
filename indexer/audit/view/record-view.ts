/**
 * One record with every field interpreted: a part of event-view.ts.
 */
import type { AuditEvent } from '../events/audit-event.js';
import type { AuditRecord } from '../records/parse-record.js';
import type { Accounts } from './accounts.js';
import { type Interpreted, interpret } from './interpret.js';
import { textFields } from './text-fields.js';

/**
 * `_type`, `_raw` (the fields whose meaning differs from what stands in the record), `type`, then every field. What a
 * program says under a name that the kernel has used before has `msg.` before it: it takes nobody's place.
 */
export interface RecordView {
  readonly _type: string;
  readonly _raw: Readonly<Record<string, string>>;
  readonly [field: string]: Interpreted | Readonly<Record<string, string>>;
}

/**
 * @param event  the one that the record is a part of.
 * @param path  what the record's relative `name` stands for, where that is known.
 */
export function toRecordView(
  record: AuditRecord,
  event: AuditEvent,
  path: string | undefined,
  accounts: Accounts,
): RecordView {
  const fields = textFields(record, event.head?.arch ?? 0);
  const raws: Record<string, string> = Object.create(null);
  const view: Record<string, Interpreted | Record<string, string>> = Object.create(null);
  view._type = record.type;
  view._raw = raws;
  if (event.node !== '') view.node = event.node;
  view.type = record.type;
  for (const field of fields.fields) {
    const key = field.isOfMessage && field.name in view ? `msg.${field.name}` : field.name;
    if (key.startsWith('_') || key in view) continue;
    const around = key === field.name ? fields : { ...fields, enriched: fields.enrichedAgain };
    const value = path && field.name === 'name' ? path : interpret(record.type, field, around, accounts);
    view[key] = value;
    if (String(value) !== field.raw) raws[key] = field.raw;
  }
  return view as unknown as RecordView;
}
