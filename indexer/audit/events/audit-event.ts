/**
 * All records with one node, timestamp and serial. Made by the assembler, read by to-changes.ts and by `audit events`.
 */
import { type CallHead, readRingOperation, readSyscall } from '../records/call-head.js';
import type { AuditRecord } from '../records/parse-record.js';
import type { ClockMark } from './node-clock.js';

export class AuditEvent {
  readonly records: AuditRecord[] = [];
  /** The SYSCALL record, or the URINGOP record of an operation that no system call waited for. */
  head: CallHead | undefined;
  /** All io_uring operations that ran inside this event. */
  ringHeads: readonly CallHead[] = [];
  /** Records are missing: the head, or some of its `items`, or more came than is kept. Then changes may be missing. */
  isPartial = false;
  /** Bytes and number of its records that no longer depend on a chunk. */
  ownedRecords = 0;
  bytes = 0;
  /** Its last record's place in the stream. */
  lastRecord = 0;
  /** When a record of another event came after its last one, by its node's clock. */
  parkedAt: ClockMark | undefined;

  constructor(
    /** '' when the stream names no node. */
    readonly node: string,
    readonly timestampMs: number,
    readonly serial: number,
  ) {}

  /** Of all rules that matched, in their order. */
  get keys(): readonly string[] {
    const keys = this.head?.keys ?? NO_KEYS;
    return keys.length > 0 ? keys : (this.ringHeads.find((ring) => ring.keys.length > 0)?.keys ?? NO_KEYS);
  }

  /** Makes the records independent of the chunk they were found in. */
  own(): void {
    for (; this.ownedRecords < this.records.length; this.ownedRecords++) this.records[this.ownedRecords]?.own();
  }

  /** To be called once, when the last record is in. */
  complete(isOverfull: boolean): void {
    let paths = 0;
    let needsHead = false;
    for (const record of this.records) {
      if (record.type === 'PATH') paths += record.isEmpty ? 0 : 1;
      else if (record.type === 'SYSCALL') this.head = readSyscall(record);
      else if (record.type === 'URINGOP') this.ringHeads = [...this.ringHeads, readRingOperation(record)];
      else if (record.type === 'CWD' || record.type === 'PROCTITLE') needsHead = true;
    }
    this.head ??= this.ringHeads[0];
    const items = this.head ? this.head.items : -1;
    this.isPartial = isOverfull || (items >= 0 ? items !== paths : paths > 0 || needsHead);
  }
}

const NO_KEYS: readonly string[] = [];
