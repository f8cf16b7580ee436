/**
 * Bytes of an audit stream → complete events: lines, records, events, and the count of what was lost or not understood.
 * Used by the plugin (stdin), by `audit changes` and `audit events` (a file or a pipe) and by the library.
 */
import { cleanText } from '../../../shared/path-text.js';
import { LineSplitter } from '../records/line-splitter.js';
import type { AuditEvent } from './audit-event.js';
import { type AssemblerOptions, EventAssembler } from './event-assembler.js';

/** A kernel record has at most 8,970 bytes, ENRICHED adds a part of that. */
const MAX_LINE_BYTES = 64 * 1024;
const MAX_SAMPLES = 5;
const SAMPLE_BYTES = 80;
const CARRIAGE_RETURN = 0x0d;

/** What ausearch prints beside records. */
const BETWEEN_EVENTS = /^----\s*$/;
const SAYS_NOTHING = /^(?:\s*$|time->)/;
/** `msg=audit(11/29/2026 01:02:03.456:789) : ` */
const INTERPRETED = /^(?:node=.{1,255} )?type=\S{1,64} msg=audit\((?!\d+\.\d{1,3}:)[^)]{5,80}:\d{1,15}\)/;

export interface StreamStats {
  readonly lines: number;
  readonly events: number;
  /** Events with missing records: changes may have been lost. */
  readonly partialEvents: number;
  /** Lines that are no records. */
  readonly badLines: number;
  /** Those among them in which ausearch has replaced what the kernel wrote, the stamp first, by what it means. */
  readonly interpretedLines: number;
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
  #interpretedLines = 0;
  #isEnding = false;

  /**
   * @param onEvent  its event points into the chunk being pushed; call `event.own()` to keep it longer than the call.
   */
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

  /**
   * To be called every few seconds where the stream is live: hands on the events that got no record since the last
   * time.
   */
  age(): void {
    this.#assembler.age();
  }

  /** At the end of input: hands on every open event. */
  end(): void {
    this.#isEnding = true;
    this.#splitter.end();
    this.#isEnding = false;
    this.#assembler.flush();
  }

  stats(): StreamStats {
    return {
      lines: this.#lines,
      events: this.#events,
      partialEvents: this.#partialEvents,
      badLines: this.#badLines,
      interpretedLines: this.#interpretedLines,
      longLines: this.#splitter.longLines,
      evictedEvents: this.#assembler.evictedEvents,
      badSamples: this.#badSamples,
    };
  }

  #takeLine(bytes: Buffer, start: number, lineEnd: number): void {
    this.#lines++;
    const end = bytes[lineEnd - 1] === CARRIAGE_RETURN ? lineEnd - 1 : lineEnd;
    if (this.#isEnding && isCutPath(bytes.toString('latin1', start, end)))
      this.#countBad('(a PATH record without its end)');
    else if (!this.#assembler.add(bytes, start, end)) this.#takeOther(bytes.toString('latin1', start, end));
  }

  /** @param line  one character a byte. */
  #takeOther(line: string): void {
    if (BETWEEN_EVENTS.test(line)) this.#assembler.endBlock();
    else if (!SAYS_NOTHING.test(line) && !this.#assembler.addLoose(unescaped(line))) this.#countBad(line);
  }

  #countBad(line: string): void {
    this.#badLines++;
    if (INTERPRETED.test(line)) this.#interpretedLines++;
    if (this.#badSamples.length < MAX_SAMPLES) this.#badSamples.push(cleanText(line.slice(0, SAMPLE_BYTES)));
  }
}

/** A name without its kind would make a rename of what is an exchange: the event is better known to be partial. */
function isCutPath(line: string): boolean {
  return (
    /\b(?:PATH|1302)\b.* item=/.test(line) &&
    !/ (?:nametype|objtype)=(?:PARENT|CREATE|DELETE|NORMAL|UNKNOWN)\b/.test(line)
  );
}

/** syslog daemons write the byte before what auditd adds in its ENRICHED format as an octal number. */
function unescaped(line: string): Buffer {
  return Buffer.from(line.replace('#035', '\x1d'), 'latin1');
}
