/**
 * All fields of any record as text, for `audit events`: also of records that programs write (USER_LOGIN: msg='op=login
 * ...'). The hot path does not come here (record-fields.ts). Bytes are latin1 text, one character a byte, until a field
 * is decoded.
 */
import { isUtf8 } from 'node:buffer';
import type { AuditRecord } from '../records/parse-record.js';

export interface TextField {
  readonly name: string;
  /** As it stands in the record, quotes included. */
  readonly raw: string;
  /** It stands in the message of a program: the kernel has not vouched for it. */
  readonly isOfMessage?: true;
}

export interface TextFields {
  readonly fields: readonly TextField[];
  /** What auditd added in its ENRICHED format, by upper-case name: AUID → root. Quotes are removed. */
  readonly enriched: ReadonlyMap<string, string>;
  /** The same for a name that the record has twice: of the second. */
  readonly enrichedAgain: ReadonlyMap<string, string>;
  /** Of the event's call, as 32 signed bits; 0 when it has none. */
  readonly arch: number;
}

const ENRICHED = '\u001d';
/** A value in double quotes, in braces, in apostrophes, or up to the next space. */
const FIELD = /([^\s=]+)=("[^"]*"|\{[^}]*\}|'[^']*'(?=[\s,)]|$)|[^\s]*)|(\S+)/g;
/** Where the message of a program begins; it goes up to the last apostrophe. */
const MESSAGE = /(?:^|\s)msg='/;
/** What SELinux decided, before the fields. */
const ACCESS_VECTOR = /^\s*avc:\s+(denied|granted)\s+(?:\{([^}]*)\}|null)(?:\s+for\b)?/;
const PUNCTUATION = /^[^\w/]+$/;
/** How old kernels begin a record; it says no more than the type. */
const EMPTY_BEGINNINGS = ['user', 'login', 'tty'];
/** Values that are never more than a word; a label may have its mode behind it: subj=/usr/bin/x (enforce) */
const ONE_WORD = new Set('addr dev exe hostname res result success terminal tty'.split(' '));
const LABELS = new Set('label obj peer scontext subj tcontext'.split(' '));
/** What kernels before 3.16 wrote `old auid=` for. */
const OF_LOGIN = ['auid', 'ses'];

export function textFields(record: AuditRecord, arch: number): TextFields {
  const text = record.bytes.toString('latin1', record.body, record.end);
  const at = text.indexOf(ENRICHED);
  const own = at === -1 ? text : text.slice(0, at);
  const added = at === -1 ? [] : split(text.slice(at + 1)).fields;
  const enriched = new Map<string, string>();
  const enrichedAgain = new Map<string, string>();
  for (const { name, raw } of added) {
    (enriched.has(name) ? enrichedAgain : enriched).set(name, raw.replace(/^"(.*)"$/s, '$1'));
  }
  return { fields: ofRecord(own), enriched, enrichedAgain, arch };
}

/** The words of a message never belong to the value before it. */
function ofRecord(text: string): TextField[] {
  const found = MESSAGE.exec(text);
  if (!found) return ofKernel(text);
  const start = found.index + found[0].length;
  const end = text.lastIndexOf("'");
  const message = text.slice(start, end < start ? undefined : end);
  return [
    ...ofKernel(text.slice(0, found.index)),
    ...ofProgram(message).map((field) => ({ ...field, isOfMessage: true as const })),
    ...ofKernel(text.slice(start + message.length + 1)),
  ];
}

function ofKernel(text: string): TextField[] {
  const { decision, rest } = accessVector(text);
  const { beginning, fields } = split(rest);
  return [...decision, ...(EMPTY_BEGINNINGS.includes(beginning) ? [] : ofBeginning(beginning)), ...fields];
}

/**
 * Daemons of long ago put commas, colons and brackets around their fields: acct=ann : exe="/x" (hostname=?,
 * res=success)
 */
function ofProgram(text: string): TextField[] {
  const { decision, rest } = accessVector(text);
  const { beginning, fields } = split(rest);
  return [
    ...decision,
    ...ofBeginning(beginning),
    ...fields.map(({ name, raw }) => ({ name, raw: raw.replace(/([^:]):$/, '$1') })),
  ];
}

/** What a message says before its first field. */
function ofBeginning(words: string): TextField[] {
  return words === '' ? [] : [{ name: 'msg', raw: words }];
}

/** avc:  denied  { read write } for → seresult=denied seperms=read,write */
function accessVector(text: string): { readonly decision: TextField[]; readonly rest: string } {
  const found = ACCESS_VECTOR.exec(text);
  if (!found) return { decision: [], rest: text };
  const [whole, result = '', permissions = ''] = found;
  const perms = permissions.trim().replaceAll(/\s+/g, ',');
  const decision = [{ name: 'seresult', raw: result }, ...(perms === '' ? [] : [{ name: 'seperms', raw: perms }])];
  return { decision, rest: text.slice(whole.length) };
}

function split(text: string): { readonly beginning: string; readonly fields: TextField[] } {
  const fields: TextField[] = [];
  const beginning: string[] = [];
  let word = '';
  for (const [, name, raw = '', lone] of text.matchAll(FIELD)) {
    const last = fields.at(-1);
    if (name !== undefined) {
      const plain = plainName(name, word);
      if (plain !== '') fields.push({ name: plain, raw });
    } else if (lone === undefined || PUNCTUATION.test(lone)) continue;
    else if (!last) beginning.push(lone);
    else if (goesOn(last, lone)) fields[fields.length - 1] = { name: last.name, raw: `${last.raw} ${lone}` };
    word = lone ?? '';
  }
  return {
    beginning: withoutOld(beginning)
      .join(' ')
      .replace(/[,:;]+$/, ''),
    fields: fields.map(plainValue),
  };
}

/** (hostname → hostname; old auid → old-auid */
function plainName(name: string, word: string): string {
  const plain = name.replace(/^[("'{,]+/, '');
  return word === 'old' && OF_LOGIN.includes(plain) ? `old-${plain}` : plain;
}

function withoutOld(words: readonly string[]): readonly string[] {
  return words.at(-1) === 'old' ? words.slice(0, -1) : words;
}

/** ?, → ? and success) → success, but (none) and "quoted," stay. */
function plainValue(field: TextField): TextField {
  const { name, raw } = field;
  if (!/[,;)]$/.test(raw) || /^["'{]/.test(raw)) return field;
  const plain = raw.includes('(') ? withoutEnd(raw, ',;') : withoutEnd(raw, ',;)');
  return { name, raw: plain || raw };
}

/** Not a pattern, which would take the square of the time on many such characters. */
function withoutEnd(text: string, chars: string): string {
  let end = text.length;
  while (end > 0 && chars.includes(text[end - 1] as string)) end--;
  return text.slice(0, end);
}

/** True when a word without `=` belongs to the value before it: op=adding group */
function goesOn({ name, raw }: TextField, word: string): boolean {
  if (LABELS.has(name)) return word.startsWith('(');
  return !ONE_WORD.has(name) && !/^["'{]|[,;)]$|^[\d?]*$/.test(raw);
}

const HEX = /^(?:[0-9A-Fa-f]{2})+$/;
const LOWER_CASE = /[a-f]/;

/** "abc" → abc and 616263 → abc, as bytes; undefined when it is neither. */
export function decodeEscaped(raw: string): Buffer | undefined {
  if (raw.startsWith('"')) return Buffer.from(raw.replace(/^"|"$/g, ''), 'latin1');
  return HEX.test(raw) ? Buffer.from(raw, 'hex') : undefined;
}

/** The same as text. Only capitals are sure to be hex: acct=abba is a name, so what makes no text stays. */
export function escapedText(raw: string): string | undefined {
  const bytes = decodeEscaped(raw);
  if (bytes === undefined || (LOWER_CASE.test(raw) && !raw.startsWith('"') && !isUtf8(bytes))) return undefined;
  return bytes.toString('utf8');
}
