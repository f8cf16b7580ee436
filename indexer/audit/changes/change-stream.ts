/**
 * Bytes of an audit stream → FileChanges, and a word where some may be missing. The one entry to the audit core, for
 * the plugin and for `audit changes`. Never throws and never waits, whatever comes in; memory is bounded by the limits
 * of what it uses.
 */
import type { AuditEvent } from '../events/audit-event.js';
import { AuditStream, type StreamStats } from '../events/audit-stream.js';
import type { FileChange } from './file-change.js';
import type { RuleChange } from './rule-change.js';
import { toChanges, UNTOLD } from './to-changes.js';

export type StreamGapReason =
  | 'daemon-start'
  | 'rule-removed'
  | 'rule-added'
  | 'partial-event'
  | 'overflow'
  | 'unparsable';

export interface StreamGap {
  readonly reason: StreamGapReason;
  /** Milliseconds since 1970: from then on changes may be missing. 0 when no record came before. */
  readonly sinceMs: number;
  /** How many events, lines or rules; at least 1. */
  readonly count: number;
  /** Of the rule that came or went, empty when it has none; null when all rules are concerned. */
  readonly keys: readonly string[] | null;
}

export interface ChangeCounters extends StreamStats {
  readonly changes: number;
  /** Events that changed something, of a kernel whose records do not say what happened to which name. */
  readonly untoldEvents: number;
}

export interface ChangeHandlers {
  readonly onChange: (change: FileChange) => void;
  readonly onGap?: (gap: StreamGap) => void;
  /** Before its changes. Its records are valid during the call only; `own()` keeps them. */
  readonly onEvent?: (event: AuditEvent) => void;
}

export class ChangeStream {
  readonly #handlers: ChangeHandlers;
  readonly #events: AuditStream;
  /** Gaps of this push, one per reason: a flood of bad lines is one gap with a count. */
  readonly #gaps = new Map<StreamGapReason, { sinceMs: number; count: number }>();
  #changes = 0;
  #untoldEvents = 0;
  #lastMs = 0;
  #toldBad = 0;
  #toldEvicted = 0;

  constructor(handlers: ChangeHandlers) {
    this.#handlers = handlers;
    this.#events = new AuditStream((event) => this.#takeEvent(event), {
      onRuleChange: (change) => this.#takeRuleChange(change),
    });
  }

  get counters(): ChangeCounters {
    return { ...this.#events.stats(), changes: this.#changes, untoldEvents: this.#untoldEvents };
  }

  /** The chunk may be reused afterwards. */
  push(chunk: Buffer): void {
    this.#events.push(chunk);
    this.#tellGaps();
  }

  /** To be called every few seconds where the stream is live: hands on what got no record since the last time. */
  age(): void {
    this.#events.age();
    this.#tellGaps();
  }

  /** At the end of input: hands on what is open. */
  flush(): void {
    this.#events.end();
    this.#tellGaps();
  }

  #takeEvent(event: AuditEvent): void {
    this.#lastMs = event.timestampMs;
    this.#handlers.onEvent?.(event);
    const changes = toChanges(event);
    for (const change of changes) {
      this.#changes++;
      this.#handlers.onChange(change);
    }
    if (changes === UNTOLD) this.#takeUntold(event);
    if (event.isPartial && event.head?.isSuccess !== false) this.#note('partial-event', event.timestampMs, 1);
    if (event.records[0]?.type === 'DAEMON_START') this.#note('daemon-start', event.timestampMs, 1);
  }

  #takeUntold({ timestampMs }: AuditEvent): void {
    this.#untoldEvents++;
    this.#note('unparsable', timestampMs, 1);
  }

  /** At once: after the last rule has gone, no other record may ever come. */
  #takeRuleChange({ kind, timestampMs, keys }: RuleChange): void {
    this.#handlers.onGap?.({ reason: `rule-${kind}`, sinceMs: timestampMs, count: 1, keys });
  }

  #note(reason: StreamGapReason, sinceMs: number, count: number): void {
    const known = this.#gaps.get(reason);
    if (!known) this.#gaps.set(reason, { sinceMs, count });
    else {
      known.sinceMs = Math.min(known.sinceMs, sinceMs);
      known.count += count;
    }
  }

  #tellGaps(): void {
    const { badLines, longLines, evictedEvents } = this.#events.stats();
    const bad = badLines + longLines - this.#toldBad;
    const evicted = evictedEvents - this.#toldEvicted;
    this.#toldBad += bad;
    this.#toldEvicted += evicted;
    if (bad > 0) this.#note('unparsable', this.#lastMs, bad);
    if (evicted > 0) this.#note('overflow', this.#lastMs, evicted);
    for (const [reason, { sinceMs, count }] of this.#gaps) {
      this.#handlers.onGap?.({ reason, sinceMs, count, keys: null });
    }
    this.#gaps.clear();
  }
}
