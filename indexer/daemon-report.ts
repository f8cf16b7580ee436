/**
 * What the daemon reports of itself in the index: its state, and what may have been missed. Whatever is said of the two
 * is said in one write, together with the work that changes it.
 */
import { type DaemonState, STATE_KEY } from '../shared/daemon-state.js';
import { encodeFreshness, FRESHNESS_KEY } from '../shared/freshness.js';
import { identifyProcess } from '../shared/process-identity.js';
import type { Progress } from './flow/progress.js';
import type { FreshnessKeeper, Report } from './freshness/keeper.js';
import type { Restless } from './queue/restless.js';
import type { ChangeSource } from './sources/change-source.js';
import type { Clock } from './system/clock.js';
import type { WriteOp } from './words.js';

export interface DaemonReportParts {
  readonly source: Pick<ChangeSource, 'kind' | 'unwatchedFolders'>;
  readonly progress: Pick<Progress, 'totals'>;
  readonly restless: Pick<Restless, 'held'>;
  readonly clock: Clock;
}

type Told = Pick<FreshnessKeeper, 'isComplete' | 'comparisons' | 'ledger' | 'clockWentBack'>;

export class DaemonReport implements Report {
  #saved = '';
  #savedMs = 0;
  #isEnding = false;

  constructor(private readonly parts: DaemonReportParts) {}

  /** Is there anything to tell that was not told the last time? */
  hasNews(freshness: Told): boolean {
    return JSON.stringify(this.#state(freshness)) !== this.#saved || this.parts.clock.wallMs() < this.#savedMs;
  }

  opsFor(freshness: Told): WriteOp[] {
    const state = this.#state(freshness);
    this.#saved = JSON.stringify(state);
    const updatedMs = this.parts.clock.wallMs();
    if (updatedMs < this.#savedMs) freshness.clockWentBack();
    this.#savedMs = updatedMs;
    const keeper = this.#isEnding ? undefined : identifyProcess(process.pid);
    const ledger = encodeFreshness({ keeper, savedMs: updatedMs, roots: freshness.ledger });
    return [
      { kind: 'meta', key: STATE_KEY, value: { ...state, updatedMs } },
      { kind: 'meta', key: FRESHNESS_KEY, value: ledger },
    ];
  }

  /** Nobody keeps the index current from the next write on. */
  end(): void {
    this.#isEnding = true;
  }

  #state(freshness: Told): Omit<DaemonState, 'updatedMs'> {
    const { source, progress, restless } = this.parts;
    return {
      pid: process.pid,
      source: source.kind,
      isComplete: freshness.isComplete,
      comparisons: freshness.comparisons.map(({ root, ...folders }) => ({ root: root.toString('base64'), ...folders })),
      ...progress.totals,
      unwatchedFolders: source.unwatchedFolders,
      held: restless.held.map(({ path, untilMs }) => ({
        path: path.toString('base64'),
        untilMs: this.#toWall(untilMs),
      })),
    };
  }

  /** To the next second: it is written again only when it has changed. */
  #toWall(monotonicMs: number): number {
    const { clock } = this.parts;
    return Math.ceil((clock.wallMs() - clock.monotonicMs() + monotonicMs) / 1000) * 1000;
  }
}
