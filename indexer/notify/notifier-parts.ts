/** What the notifier works with. Nothing here runs. */
import type { Db } from '../../shared/store/open.js';
import type { Accounts } from '../audit/view/accounts.js';
import type { Clock } from '../system/clock.js';
import type { CaughtUp } from './caught-up.js';
import type { Findings as Finder } from './findings.js';
import type { IndexEvents } from './index-events.js';
import type { Looker } from './looker.js';
import type { NewRules } from './new-rules.js';
import type { PackageWork } from './packages/package-work.js';
import type { Findings } from './payload.js';
import type { Recorder } from './recorder.js';
import type { RuleSet } from './rules/rule-set.js';
import type { Watched } from './watched.js';

/** What else there is to say about a change. `keep` is called in the transaction that tells of it. */
export interface Found {
  readonly findings: Findings;
  readonly keep?: () => void;
  /** It is none for this rule: a log that has grown. */
  readonly isNothing?: boolean;
}

export interface NotifierListener {
  /** Something is told, and committed. */
  told(): void;
}

export interface NotifierParts {
  readonly db: Db;
  readonly index: Pick<
    IndexEvents,
    'name' | 'hasNews' | 'last' | 'first' | 'after' | 'at' | 'idAt' | 'isGoingOn' | 'goingOn' | 'missing'
  >;
  readonly rules: RuleSet;
  readonly watched: Watched;
  readonly recorder: Recorder;
  readonly looker: Looker;
  readonly accounts: { readonly now: Accounts };
  readonly clock: Clock;
  readonly newRules: Pick<NewRules, 'isNew'>;
  readonly findings: Pick<Finder, 'find' | 'learn'>;
  readonly listener?: NotifierListener;
  /** Missing: what package managers do is told like anything else. */
  readonly packages?: PackageWork;
  /** Between a look and its decision: events of what happened before the look may be on their way. */
  readonly graceMs?: number;
  /** What a comparison finds can wait for them. */
  readonly arriving?: Pick<CaughtUp, 'ask'>;
}
