/**
 * Bytes of an audit stream → complete events: lines, records, events, and the count of what was lost or not understood.
 * Used by the plugin (stdin), by `audit changes` and `audit events` (a file or a pipe) and by the library.
 */
import { cleanText } from '../../shared/paths.js';
import type { AuditEvent } from './audit-event.js';
import { type AssemblerOptions, EventAssembler } from './event-assembler.js';
import { LineSplitter } from './line-splitter.js';

/** A kernel record has at most 8,970 bytes, ENRICHED adds a part of that. */
const MAX_LINE_BYTES = 64 * 1024;
const MAX_SAMPLES = 5;
const SAMPLE_BYTES = 80;

export interface StreamStats {
  readonly lines: number;
  readonly events: number;
  /** Events with missing records: changes may have been lost. */
  readonly partialEvents: number;
  /** Lines that do not begin like a record, and a last one without its end. */
  readonly badLines: number;
  /** Lines longer than any record, passed over. */
  readonly longLines: number;
  /** Events handed on before their end because too many were open. */
  readonly evictedEvents: number;
  /** The beginnings of the first few bad lines, safe to print. */
  readonly badSamples: readonly string[];
}

export class AuditStream {
  readonly #splitter: LineSplitter;
  readonly #assembler: EventAssembler;
  readonly #badSamples: string[] = [];
  #lines = 0;
  #events = 0;
  #partialEvents = 0;
  #badLines = 0;

  /** @param onEvent  its event points into the chunk being pushed; call `event.own()` to keep it longer than the call. */
  constructor(onEvent: (event: AuditEvent) => void, options: Partial<AssemblerOptions> = {}) {
    this.#assembler = new EventAssembler((event) => {
      this.#events++;
      if (event.isPartial) this.#partialEvents++;
      onEvent(event);
    }, options);
    this.#splitter = new LineSplitter((bytes, start, end) => this.#takeLine(bytes, start, end), MAX_LINE_BYTES);
  }

  /** The chunk may be reused afterwards. */
  push(chunk: Buffer): void {
    this.#splitter.push(chunk);
    this.#assembler.own();
  }

  /** At the end of input, or when the stream has been quiet for long: hands on every open event. */
  end(): void {
    if (this.#splitter.end()) this.#countBad('(the last one, which has no end)');
    this.#assembler.flush();
  }

  stats(): StreamStats {
    return {
      lines: this.#lines,
      events: this.#events,
      partialEvents: this.#partialEvents,
      badLines: this.#badLines,
      longLines: this.#splitter.longLines,
      evictedEvents: this.#assembler.evictedEvents,
      badSamples: this.#badSamples,
    };
  }

  #takeLine(bytes: Buffer, start: number, end: number): void {
    this.#lines++;
    if (this.#assembler.add(bytes, start, end)) return;
    this.#countBad(bytes.toString('latin1', start, Math.min(end, start + SAMPLE_BYTES)));
  }

  #countBad(sample: string): void {
    this.#badLines++;
    if (this.#badSamples.length < MAX_SAMPLES) this.#badSamples.push(cleanText(sample));
  }
}
