/**
 * All fields of any record as text, for `audit events`: also of records that programs write (USER_LOGIN: msg='op=login ...').
 * The hot path does not come here (record-fields.ts). Bytes are latin1 text, one character a byte, until a field is decoded.
 */
import type { AuditRecord } from '../parse-record.js';

export interface TextField {
  readonly name: string;
  /** As it stands in the record, quotes included. */
  readonly raw: string;
}

export interface TextFields {
  readonly fields: readonly TextField[];
  /** What auditd added in its ENRICHED format, by upper-case name: AUID → root. Quotes are removed. */
  readonly enriched: ReadonlyMap<string, string>;
}

const ENRICHED = '\u001d';
/** A value in double quotes, in braces, or up to the next space. */
const FIELD = /([^\s=]+)=("[^"]*"|\{[^}]*\}|[^\s]*)|(\S+)/g;
/** The message of a program: everything up to the last apostrophe. */
const MESSAGE = /(^|\s)msg='(.*)'/s;

export function textFields(record: AuditRecord): TextFields {
  const text = record.bytes.toString('latin1', record.body, record.end);
  const at = text.indexOf(ENRICHED);
  const own = at === -1 ? text : text.slice(0, at);
  const added = at === -1 ? [] : split(text.slice(at + 1));
  return {
    fields: split(own.replace(MESSAGE, '$1$2')),
    enriched: new Map(added.map(({ name, raw }) => [name, raw.replace(/^"(.*)"$/s, '$1')])),
  };
}

/** A word without `=` belongs to the value before it: subj=/usr/bin/x (enforce) */
function split(text: string): TextField[] {
  const fields: TextField[] = [];
  for (const [, name, raw = '', word] of text.matchAll(FIELD)) {
    const last = fields.at(-1);
    if (name !== undefined) fields.push({ name, raw });
    else if (last) fields[fields.length - 1] = { name: last.name, raw: `${last.raw} ${word}` };
  }
  return fields;
}

const HEX = /^(?:[0-9A-Fa-f]{2})+$/;

/** "abc" → abc and 616263 → abc, as bytes; undefined when it is neither. */
export function decodeEscaped(raw: string): Buffer | undefined {
  if (raw.startsWith('"')) return Buffer.from(raw.replace(/^"|"$/g, ''), 'latin1');
  return HEX.test(raw) ? Buffer.from(raw, 'hex') : undefined;
}
