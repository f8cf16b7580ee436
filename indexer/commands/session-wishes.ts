/** What a session of the daemon is given. */
import type { Lock } from '../../shared/store/lock.js';
import type { Budget } from '../budget/budget.js';
import type { HangingVolumes } from '../disk/hanging-volumes.js';
import type { OwnExtractor } from '../extract/own/own-extractor.js';
import type { PageSeat } from '../page/page-host.js';
import type { NotifyWishes } from '../session-parts.js';
import type { ServiceManager } from '../system/service-manager.js';
import type { SourceName } from './choose-source.js';
import type { DaemonRules } from './notify-rules.js';
import type { Roots } from './roots.js';

export interface RunOptions {
  /** Default: as configured. */
  readonly source?: SourceName;
  /** Default: the rules of the configuration. */
  readonly monitor?: MonitorOptions;
}

/** For a daemon that is there to tell of changes, and not for searches. */
export interface MonitorOptions {
  readonly wishes: (roots: readonly Buffer[]) => NotifyWishes;
  /** It knows what is there. */
  readonly ready: Promise<void>;
  readonly readyText: (source: string) => string;
  /** More folders of find-text itself. */
  readonly own: readonly string[];
}

export interface SessionWishes extends RunOptions {
  /** Where the roots are now: each session begins with it. */
  readonly locate: (stopped: AbortSignal) => Promise<Roots>;
  readonly lastAliveMs: number;
  /** Those of the configuration; missing: it is there for others. */
  readonly rules: DaemonRules | undefined;
  /** That read files. */
  readonly commands: readonly OwnExtractor[];
  readonly budget: Budget;
  readonly manager: ServiceManager;
  readonly lock: Lock;
  readonly volumes: HangingVolumes;
  readonly seat: PageSeat;
}

export interface LocatedWishes extends SessionWishes {
  readonly roots: Roots;
}
