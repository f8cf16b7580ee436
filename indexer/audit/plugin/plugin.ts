/**
 * Chunks of the audit stream in, lines of the change logs out: what main.ts feeds with stdin. Knows no file and no process,
 * waits for nothing and never throws: what goes wrong inside is counted and becomes a gap, because a lost change that nobody
 * hears of is the one thing that must not be.
 */
import type { AuditEvent } from '../audit-event.js';
import { encodeChange } from '../change-line.js';
import { ChangeStream, type StreamGap } from '../change-stream.js';
import type { FileChange } from '../file-change.js';
import type { GapReason } from '../log/gap.js';
import type { LogWriter } from '../log/log-writer.js';
import type { AuditConfig, WatchedRoot } from './audit-config.js';
import { Router } from './route.js';
import { SerialWatch } from './serial-watch.js';

type Writer = Pick<LogWriter, 'append' | 'gap'>;

export class Plugin {
  events = 0;
  changes = 0;
  gaps = 0;
  failures = 0;
  lastFailure: string | null = null;

  readonly #stream = new ChangeStream({
    onChange: (change) => this.#takeChange(change),
    onGap: (gap) => this.#takeGap(gap),
    onEvent: (event) => this.#takeEvent(event),
  });
  readonly #router: Router;
  readonly #serials = new SerialWatch();
  #isQuiet = true;

  constructor(
    config: Pick<AuditConfig, 'roots' | 'leaveOut'>,
    readonly writers: ReadonlyMap<WatchedRoot, Writer>,
    readonly now: () => number,
  ) {
    this.#router = new Router(config);
  }

  /** The chunk may be reused afterwards. */
  push(chunk: Buffer): void {
    this.#isQuiet = false;
    this.#guard(() => this.#stream.push(chunk));
  }

  /** To be called every few seconds: when nothing came since the last time, what is incomplete stays so. */
  tick(): void {
    if (this.#isQuiet) this.end();
    this.#isQuiet = true;
  }

  /** At the end of input. */
  end(): void {
    this.#guard(() => this.#stream.flush());
    const loss = this.#serials.giveUp();
    if (loss) this.gap('overflow', loss.sinceMs, loss.count);
  }

  /** A gap in one log, or in all. */
  gap(reason: GapReason, sinceMs: number, count: number, isFor: (root: WatchedRoot) => boolean = () => true): void {
    this.gaps++;
    for (const [root, writer] of this.writers) if (isFor(root)) writer.gap(reason, sinceMs, count);
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
    this.#router.route(change, (root, view) => {
      this.changes++;
      this.writers.get(root)?.append(encodeChange(view), view.timestampMs);
    });
  }

  #takeGap({ reason, sinceMs, count, keys }: StreamGap): void {
    this.gap(reason, sinceMs, count, ({ key }) => keys === null || keys.includes(key));
  }

  #takeEvent({ node, serial, timestampMs, records }: AuditEvent): void {
    this.events++;
    const [first] = records;
    if (!first || first.type.startsWith('DAEMON_')) return;
    const loss = this.#serials.see(node, serial, timestampMs);
    if (loss) this.gap('overflow', loss.sinceMs, loss.count);
  }
}
