/**
 * Chunks of the audit stream in, lines of the change logs out: what main.ts feeds with stdin. Knows no file and no
 * process, waits for nothing and never throws. What goes wrong inside is counted and becomes a gap. For a lost change
 * that nobody hears of is the one thing that must not be.
 */

import { encodeChange } from '../changes/change-line.js';
import { ChangeStream, type StreamGap } from '../changes/change-stream.js';
import type { FileChange } from '../changes/file-change.js';
import type { AuditEvent } from '../events/audit-event.js';
import type { GapReason } from '../log/gap.js';
import type { LogWriter } from '../log/log-writer.js';
import type { AuditConfig, WatchedRoot } from './audit-config.js';
import { type Eyes, maySee } from './eyes.js';
import type { RootBinding } from './root-binding.js';
import { Router } from './route.js';
import { type Loss, SerialWatch } from './serial-watch.js';

/** What a root is written to, how it is tied to its folder, and who reads it; without eyes, all may be seen. */
export interface RootEnd {
  readonly writer: Pick<LogWriter, 'append' | 'gap'>;
  readonly binding?: RootBinding;
  readonly eyes?: Eyes;
}

export class Plugin {
  events = 0;
  changes = 0;
  gaps = 0;
  failures = 0;
  lastFailure: string | null = null;
  /** When the newest event happened that came from the kernel; 0 before the first one. */
  readMs = 0;

  readonly #stream = new ChangeStream({
    onChange: (change) => this.#takeChange(change),
    onGap: (gap) => this.#takeGap(gap),
    onEvent: (event) => this.#takeEvent(event),
  });
  readonly #serials = new SerialWatch();
  readonly #loose = new Set<WatchedRoot>();
  #router: Router;
  #event: AuditEvent | undefined;

  constructor(
    readonly config: Pick<AuditConfig, 'roots' | 'leaveOut'>,
    readonly ends: ReadonlyMap<WatchedRoot, RootEnd>,
    readonly now: () => number,
  ) {
    this.#router = new Router(config);
    this.#bind(() => true, now());
  }

  /** Roots that are not routed, because their path leads elsewhere. */
  get looseRoots(): number {
    return this.#loose.size;
  }

  /** Events that changed something, of a kernel that does not say what happened to which name. */
  get untoldEvents(): number {
    return this.#stream.counters.untoldEvents;
  }

  /** The chunk may be reused afterwards. */
  push(chunk: Buffer): void {
    this.#guard(() => this.#stream.push(chunk));
  }

  /** To be called every few seconds: what was incomplete the last time and got nothing since stays so. */
  tick(): void {
    this.#guard(() => this.#stream.age());
    this.#takeLoss(this.#serials.age());
  }

  /** At the end of input. */
  end(): void {
    this.#guard(() => this.#stream.flush());
    this.#takeLoss(this.#serials.giveUp());
  }

  /** A gap in one log, or in all. */
  gap(reason: GapReason, sinceMs: number, count: number, isFor: (root: WatchedRoot) => boolean = () => true): void {
    this.gaps++;
    for (const [root, { writer }] of this.ends) if (isFor(root)) writer.gap(reason, sinceMs, count);
  }

  fail(error: unknown): void {
    this.failures++;
    this.lastFailure = String(error).slice(0, 200);
  }

  #guard(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.fail(error);
      this.gap('unparsable', this.now(), 1);
    }
  }

  #takeChange(change: FileChange): void {
    const deliver = (root: WatchedRoot, view: FileChange) => {
      this.changes++;
      this.ends.get(root)?.writer.append(encodeChange(view), view.timestampMs);
    };
    this.#router.route(change, deliver, (place, root) => {
      const eyes = this.ends.get(root)?.eyes;
      return !eyes || (this.#event !== undefined && maySee(place, change, this.#event, eyes));
    });
  }

  /** Rules that are loaded may have gone to another folder. */
  #takeGap({ reason, sinceMs, count, keys }: StreamGap): void {
    const isFor = ({ key }: WatchedRoot) => keys === null || keys.includes(key);
    if (reason === 'rule-added' || reason === 'daemon-start') this.#bind(isFor, sinceMs);
    this.gap(reason, sinceMs, count, (root) => isFor(root) && !(reason === 'rule-added' && this.#loose.has(root)));
  }

  /** What is not where it was noted is not routed; it is told, and told again each time. */
  #bind(isFor: (root: WatchedRoot) => boolean, sinceMs: number): void {
    const before = this.#loose.size;
    for (const [root, { binding }] of this.ends) {
      if (!isFor(root)) continue;
      if (binding?.whyLoose() === undefined) this.#loose.delete(root);
      else this.#loose.add(root);
    }
    if (before + this.#loose.size === 0) return;
    const roots = this.config.roots.filter((root) => !this.#loose.has(root));
    this.#router = new Router({ ...this.config, roots });
    this.gap('root-replaced', sinceMs, 0, (root) => isFor(root) && this.#loose.has(root));
  }

  #takeEvent(event: AuditEvent): void {
    const { node, serial, timestampMs, records } = event;
    this.#event = event;
    this.events++;
    const [first] = records;
    if (!first || first.type.startsWith('DAEMON_')) return;
    this.#takeTime(timestampMs);
    this.#takeLoss(this.#serials.see(node, serial, timestampMs));
  }

  /** A call that took long has an old time, and comes late. A time to come is from before the clock was set back. */
  #takeTime(timestampMs: number): void {
    if (timestampMs > this.readMs || this.readMs > this.now()) this.readMs = timestampMs;
  }

  #takeLoss(loss: Loss | undefined): void {
    if (loss) this.gap('overflow', loss.sinceMs, loss.count);
  }
}
