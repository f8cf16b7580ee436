/**
 * One line of the audit stream → AuditRecord: where its type, time, serial and fields are. Called by the assembler for
 * every line, so it looks at the preamble only; fields are decoded later, by whoever needs one (record-fields.ts).
 * Invariant: no bytes make it throw; what does not begin like a record is refused with `false`.
 */
import { LastValue, latin1 } from './last-value.js';
import { canonicalType } from './record-types.js';

/** One record. `bytes` is borrowed from the chunk that was read until `own()` copies it. */
export class AuditRecord {
  // biome-ignore lint/complexity/useMaxParams: one is made for each line of the stream, and an object of options as well
  constructor(
    /** 'SYSCALL', 'PATH', ...; 'UNKNOWN[1399]' for what auditd has no name for. */
    readonly type: string,
    public bytes: Buffer,
    /** The line, node= included, without its line feed. */
    public start: number,
    /** The fields after `msg=audit(...):`. */
    public body: number,
    public end: number,
  ) {}

  /** A line that ends before its first field. */
  get isEmpty(): boolean {
    const equals = this.bytes.indexOf(EQUALS, this.body);
    return equals < 0 || equals >= this.end;
  }

  /** Makes the record independent of the chunk it was found in. */
  own(): void {
    const { start } = this;
    this.bytes = Buffer.from(this.bytes.subarray(start, this.end));
    this.body -= start;
    this.end -= start;
    this.start = 0;
  }
}

const SPACE = 0x20;
const CLOSE = 0x29;
const DOT = 0x2e;
const COLON = 0x3a;
const EQUALS = 0x3d;
const NODE = Buffer.from('node=');
const TYPE = Buffer.from('type=');
const MSG = Buffer.from('msg=audit(');
const LONGEST_PREFIX = 1024;
const LOOSE = /(?:^|\s)(?:node=(\S[^=]{0,255}?) )?type=(\S{1,64}) (?:msg=)?audit\([\d.:]{5,40}\) ?:?/;
/**
 * The host in the prefix of syslog, old and new: `Nov 29 01:02:03 host tag: `, `2026-11-29T01:02:03.456+01:00 host tag:
 * `.
 */
const HOST =
  /^(?:<\d{1,3}>(?:\d )?)?(?:[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d|\d{4}-\d\d-\d\dT\S{8,32}) ([^\s:]{1,255}) /;
const NO_BYTES: Buffer = Buffer.alloc(0);
const LONGEST_NAME = 256;
const LONGEST_SECONDS = 12;
const LONGEST_SERIAL = 15;

/** The types of nearly every line, the most frequent first, and how they are spelled with the space behind them. */
const COMMON = ['PATH', 'SYSCALL', 'CWD', 'PROCTITLE', 'EOE'];
const SPELLED = COMMON.map((type) => Buffer.from(`${type} `));

/**
 * Reads preambles: `[node=NAME ]type=TYPE msg=audit(SECONDS.MILLISECONDS:SERIAL): `. After `read` returned true the
 * fields hold the line's values; the next `read` overwrites them.
 */
export class PreambleReader {
  /** '' when the line names no node. */
  node = '';
  type = '';
  timestampMs = 0;
  serial = 0;
  /** Where the fields begin. */
  body = 0;

  readonly #nodes = new LastValue(latin1);
  #number = 0;
  /** Where `msg=audit(...):` of the line before is; nowhere when its length is 0. */
  #stampBytes = NO_BYTES;
  #stampFrom = 0;
  #stampLength = 0;

  /** To be called before the bytes of the last line change. */
  forget(): void {
    this.#stampBytes = NO_BYTES;
    this.#stampLength = 0;
  }

  read(bytes: Buffer, start: number, end: number): boolean {
    let at = this.#readNode(bytes, start, end);
    if (at < 0) return false;
    at = this.#readType(bytes, at, end);
    if (at < 0) return false;
    return this.#isSameStamp(bytes, at, end) || this.#readNewStamp(bytes, at, end);
  }

  /**
   * Reads a line in a form other than auditd's: behind the prefix of a log (`Nov 29 01:02:03 host kernel: audit:
   * type=1300 audit(...): `), with blanks in the node's name or before the colon. Slower, and only for lines that
   * `read` has refused.
   */
  readLoose(bytes: Buffer): boolean {
    const text = bytes.toString('latin1', 0, LONGEST_PREFIX);
    const found = LOOSE.exec(text);
    if (!found) return false;
    const [whole, node, type = ''] = found;
    this.forget();
    if (!this.#readStamp(bytes, found.index + whole.lastIndexOf('(') + 1, bytes.length)) return false;
    this.node = node ?? HOST.exec(text.slice(0, found.index))?.[1] ?? '';
    this.type = canonicalType(type);
    this.body = found.index + whole.length;
    return true;
  }

  /** Most lines are of the same event as the line before. */
  #isSameStamp(bytes: Buffer, at: number, end: number): boolean {
    const known = this.#stampBytes;
    const from = this.#stampFrom;
    const length = this.#stampLength;
    if (length === 0 || end - at < length) return false;
    for (let i = length - 1; i >= 0; i--) {
      if (bytes[at + i] !== known[from + i]) return false;
    }
    this.body = at + length;
    return true;
  }

  #readNewStamp(bytes: Buffer, at: number, end: number): boolean {
    this.#stampLength = 0;
    if (!spells(bytes, at, end, MSG) || !this.#readStamp(bytes, at + MSG.length, end)) return false;
    this.#stampBytes = bytes;
    this.#stampFrom = at;
    this.#stampLength = this.body - at;
    return true;
  }

  #readNode(bytes: Buffer, start: number, end: number): number {
    if (!spells(bytes, start, end, NODE)) {
      this.node = '';
      return start;
    }
    const from = start + NODE.length;
    const to = endOfName(bytes, from, end);
    if (to < 0) return -1;
    this.node = this.#nodes.read(bytes, from, to);
    return to + 1;
  }

  #readType(bytes: Buffer, start: number, end: number): number {
    if (!spells(bytes, start, end, TYPE)) return -1;
    const from = start + TYPE.length;
    for (let i = 0; i < COMMON.length; i++) {
      const spelled = SPELLED[i] as Buffer;
      if (!spells(bytes, from, end, spelled)) continue;
      this.type = COMMON[i] as string;
      return from + spelled.length;
    }
    const to = endOfName(bytes, from, end);
    if (to < 0) return -1;
    this.type = canonicalType(bytes.toString('latin1', from, to));
    return to + 1;
  }

  #readStamp(bytes: Buffer, start: number, end: number): boolean {
    const dot = this.#readNumber(bytes, start, end, LONGEST_SECONDS);
    const seconds = this.#number;
    if (dot < 0 || bytes[dot] !== DOT) return false;
    const colon = this.#readNumber(bytes, dot + 1, end, 3);
    if (colon < 0 || bytes[colon] !== COLON) return false;
    this.timestampMs = seconds * 1000 + this.#number;
    const close = this.#readNumber(bytes, colon + 1, end, LONGEST_SERIAL);
    if (close < 0 || close >= end || bytes[close] !== CLOSE) return false;
    this.serial = this.#number;
    // auditd up to 2.x wrote its own records without the colon.
    const after = close + 1;
    this.body = after < end && bytes[after] === COLON ? after + 1 : after;
    return true;
  }

  /** Reads 1 to `longest` digits into #number; returns the place after them, or -1. */
  #readNumber(bytes: Buffer, start: number, end: number, longest: number): number {
    let at = start;
    let value = 0;
    for (; at < end; at++) {
      const digit = (bytes[at] as number) - 0x30;
      if (digit < 0 || digit > 9) break;
      value = value * 10 + digit;
    }
    this.#number = value;
    return at === start || at - start > longest ? -1 : at;
  }
}

function endOfName(bytes: Buffer, from: number, end: number): number {
  const limit = Math.min(end, from + LONGEST_NAME);
  let at = from;
  while (at < limit && bytes[at] !== SPACE) at++;
  return at < limit && at > from ? at : -1;
}

function spells(bytes: Buffer, at: number, end: number, word: Buffer): boolean {
  if (end - at < word.length) return false;
  for (let i = 0; i < word.length; i++) {
    if (bytes[at + i] !== word[i]) return false;
  }
  return true;
}
