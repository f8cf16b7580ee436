/**
 * One line of the audit stream → AuditRecord: where its type, time, serial and fields are. Called by the assembler for
 * every line, so it looks at the preamble only; fields are decoded later, by whoever needs one (record-fields.ts).
 * Invariant: no bytes make it throw; what does not begin like a record is refused with `false`.
 */
import { LastValue, latin1 } from './last-value.js';
import { canonicalType } from './record-types.js';

/** One record. `bytes` is borrowed from the chunk that was read until `own()` copies it. */
export class AuditRecord {
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
const NODE = Buffer.from('node=');
const TYPE = Buffer.from('type=');
const MSG = Buffer.from('msg=audit(');
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
    if (close < 0 || bytes[close] !== CLOSE || close + 1 >= end || bytes[close + 1] !== COLON) return false;
    this.serial = this.#number;
    this.body = close + 2;
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
