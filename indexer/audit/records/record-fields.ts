/**
 * Walks the fields of a kernel record without making strings: the hot path between a line and a FileChange.
 * A field is told by a hash of its name, a value by its place; the helpers decode one value where it is needed.
 * Only for records the kernel writes itself (SYSCALL, URINGOP, CWD, PATH, OPENAT2), where a value never holds a space.
 */
import type { AuditRecord } from './parse-record.js';

const SPACE = 0x20;
/** Between a space and a quote. */
const EXCLAMATION_MARK = 0x21;
const QUOTE = 0x22;
const EQUALS = 0x3d;
/** Before the fields that auditd adds in its ENRICHED format. */
export const ENRICHED = 0x1d;

/** The number `FieldCursor.tag` has at a field of this name. */
export function fieldTag(name: string): number {
  let tag = 0;
  for (let i = 0; i < name.length; i++) tag = (tag << 5) ^ name.charCodeAt(i);
  return tag;
}

/**
 *   item=0 name="/tmp/a" inode=12   →   (tag of 'item', '0'), (tag of 'name', '/tmp/a', isQuoted), (tag of 'inode', '12')
 */
export class FieldCursor {
  tag = 0;
  /** The value, without its quotes, is [from, to) of the record's bytes. */
  from = 0;
  to = 0;
  isQuoted = false;

  #bytes: Buffer = Buffer.alloc(0);
  #body = 0;
  #at = 0;
  #end = 0;

  /** @param passed  how many bytes behind `body` the first search begins: as with `leap`, only for speed. */
  start(record: AuditRecord, passed = 0): void {
    this.#bytes = record.bytes;
    this.#body = record.body;
    this.#at = record.body + passed;
    this.#end = record.end;
  }

  /**
   * Goes to the field with this tag: fastest when fields are asked for in the record's order. False when there is none.
   */
  seek(tag: number): boolean {
    const asked = this.#at;
    while (this.next()) if (this.tag === tag) return true;
    this.#at = this.#body;
    while (this.#at < asked && this.next()) if (this.tag === tag) return true;
    this.#at = asked;
    return false;
  }

  /**
   * Jumps to the field in which `byte` is found next: a native search passes over the fields between in a fraction of
   * the time. Only for speed; a `seek` for a field that was jumped over still finds it.
   */
  leap(byte: number): void {
    const found = this.#bytes.indexOf(byte, this.#at);
    if (found < 0 || found >= this.#end) return;
    let at = found;
    while (at > this.#at && this.#bytes[at] !== SPACE) at--;
    this.#at = at;
  }

  /** The decimal number in the field with this tag, -1 without one. */
  seekDecimal(tag: number): number {
    return this.seek(tag) ? decimal(this.#bytes, this.from, this.to) : -1;
  }

  /** The low 32 bits of the hex number in the field with this tag, 0 without one. */
  seekHex32(tag: number): number {
    return this.seek(tag) ? hex32(this.#bytes, this.from, this.to) : 0;
  }

  /** Goes to the next field; false at the end of what the kernel wrote. Words without `=` are passed over. */
  next(): boolean {
    const bytes = this.#bytes;
    const end = this.#end;
    let tag = 0;
    for (let at = this.#at; at < end; at++) {
      const byte = bytes[at] as number;
      if (byte > EQUALS) tag = (tag << 5) ^ byte;
      else if (byte === EQUALS) {
        this.tag = tag;
        this.#readValue(bytes, at + 1, end);
        return true;
      } else if (byte === SPACE) tag = 0;
      else if (byte === ENRICHED) break;
      else tag = (tag << 5) ^ byte;
    }
    this.#at = end;
    return false;
  }

  /** False for a quoted value that the end of the record cut off. */
  get isWhole(): boolean {
    return !this.isQuoted || this.to < this.#end;
  }

  #readValue(bytes: Buffer, start: number, end: number): void {
    const isQuoted = start < end && bytes[start] === QUOTE;
    let at = isQuoted ? start + 1 : start;
    this.isQuoted = isQuoted;
    this.from = at;
    if (isQuoted) at = endOfQuoted(bytes, at, end);
    else while (at < end && (bytes[at] as number) > SPACE) at++;
    this.to = at;
    this.#at = isQuoted && bytes[at] === QUOTE ? at + 1 : at;
  }
}

/** Where the closing quote is; or a blank, where that is missing: a value with a blank would be hex. */
function endOfQuoted(bytes: Buffer, from: number, end: number): number {
  let at = from;
  for (; at < end; at++) {
    const byte = bytes[at] as number;
    if (byte <= QUOTE && byte !== EXCLAMATION_MARK) break;
  }
  return at;
}

/** Decimal digits as a number; -1 when there are none or something else is among them. */
export function decimal(bytes: Buffer, from: number, to: number): number {
  if (to - from > 15) return longDecimal(bytes, from, to);
  let value = from < to ? 0 : -1;
  for (let at = from; at < to; at++) {
    const digit = (bytes[at] as number) - 0x30;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}

/** Inode numbers of 64 bits are rounded once, exactly as lstat rounds them. */
function longDecimal(bytes: Buffer, from: number, to: number): number {
  const text = bytes.toString('latin1', from, Math.min(to, from + 21));
  return /^\d{1,20}$/.test(text) ? Number(text) : -1;
}

/** The low 32 bits of hex digits, signed: ffffffffffffff9c → -100. */
export function hex32(bytes: Buffer, from: number, to: number): number {
  let value = 0;
  for (let at = Math.max(from, to - 8); at < to; at++) value = (value << 4) | hexDigit(bytes[at] as number);
  return value;
}

/** Octal digits as a number, 0 for anything else. */
export function octal(bytes: Buffer, from: number, to: number): number {
  let value = 0;
  for (let at = from; at < to; at++) {
    const digit = (bytes[at] as number) - 0x30;
    if (digit < 0 || digit > 7) return 0;
    value = (value << 3) | digit;
  }
  return value;
}

/** 0 to 15; -1 (all bits) for what is no hex digit. */
function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  if (byte >= 0x41 && byte <= 0x46) return byte - 0x37;
  if (byte >= 0x61 && byte <= 0x66) return byte - 0x57;
  return -1;
}

/**
 * The bytes of a value the kernel did not trust: quoted as it is (then they point into `bytes`), else hex (some byte is
 * below 0x21, above 0x7e or a quote). null for `(null)` and whatever else is neither.
 */
export function untrusted(bytes: Buffer, from: number, to: number, isQuoted: boolean): Buffer | null {
  if (isQuoted) return bytes.subarray(from, to);
  if (to === from || (to - from) % 2 !== 0) return null;
  const decoded = Buffer.allocUnsafe((to - from) / 2);
  for (let i = 0, at = from; at < to; i++, at += 2) {
    const byte = (hexDigit(bytes[at] as number) << 4) | hexDigit(bytes[at + 1] as number);
    if (byte < 0) return null;
    decoded[i] = byte;
  }
  return decoded;
}

/** The same for a value that begins with its opening quote, if it has one. */
export function untrustedRaw(raw: Buffer): Buffer | null {
  const isQuoted = raw[0] === QUOTE;
  return untrusted(raw, Number(isQuoted), raw.length, isQuoted);
}
