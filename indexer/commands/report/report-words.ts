/** What `find-textd report` says. docs/report-json.md is the contract of the JSON. Nothing here runs. */
import type { EventOrigin } from '../../../shared/file-event.js';
import type { HistoryRecord } from '../../baseline/store.js';
import type { EndpointHealth } from '../../notify/deliver/health.js';
import type { Delivery } from '../../notify/ledger/ledger.js';

/** Times are RFC 3339, UTC. */
export interface Report {
  readonly made: string;
  /** Null: from the beginning of the history. */
  readonly since: string | null;
  /** What happened then is not in it any more. */
  readonly until: string;
  readonly host: { readonly name: string; readonly id: string };
  /** A rule of integrity monitoring has ever been at work. */
  readonly isMonitored: boolean;
  /** The folder whose `find-textd watch` it is about; null: it is about `find-textd run`. */
  readonly watch: PathLine | null;
  /** Folders with a history of their own that the report is not about. */
  readonly otherWatches: readonly PathLine[];
  readonly scope: Scope;
  readonly baselines: readonly BaselineLine[];
  /** With a baseline. */
  readonly checks: readonly CheckLine[];
  /** Of what is watched, with what was known of it. */
  readonly comparisons: readonly ComparisonLine[];
  readonly gaps: readonly GapLine[];
  readonly pauses: readonly PauseLine[];
  readonly windows: readonly WindowLine[];
  readonly deliveries: Deliveries;
  readonly history: HistoryLine;
  readonly totals: Totals;
}

/** `--json`. The changes come last: there may be many. */
export interface ReportJson extends Report {
  readonly changes: readonly ChangeLine[];
}

export interface PathLine {
  readonly path: string;
  /** When the bytes are not UTF-8. */
  readonly pathHex?: string;
}

export interface Scope {
  readonly roots: readonly PathLine[];
  /** Null: of `find-textd watch`, which has its rule on the command line. */
  readonly configFile: string | null;
  /** Of the file as it is now; null: there is none, or it cannot be read. */
  readonly configSha256: string | null;
  /** Why the rules cannot be read from it. */
  readonly problem: string | null;
  /** Digest of the rules that the last daemon began with. */
  readonly settings: string | null;
  readonly rules: readonly RuleLine[];
  readonly ruleChanges: readonly OwnLine[];
}

export interface RuleLine {
  readonly name: string;
  readonly paths: readonly string[];
  readonly events: readonly string[];
  readonly severity: string;
  readonly ignore: readonly string[];
  readonly only: readonly string[];
  readonly to: readonly string[];
}

export interface OwnLine {
  readonly at: string;
  readonly kind: string;
  readonly text: string;
}

export interface BaselineLine {
  readonly at: string;
  readonly kind: HistoryRecord['kind'];
  readonly number: number | null;
  readonly by: string;
  readonly reason: string | null;
  readonly sha256: string | null;
  /** It is the one that counts now. */
  readonly isCurrent: boolean;
  /** Of the one that counts: `valid`, or why it cannot be believed; null: of another one. */
  readonly signature: string | null;
}

export interface CheckLine {
  readonly at: string;
  readonly by: string;
  readonly baseline: number | null;
  /** Nothing differs, and everything could be read. */
  readonly isClean: boolean;
  /** Exit status of `find-textd baseline check`. */
  readonly status: number | null;
  readonly added: number | null;
  readonly removed: number | null;
  readonly changed: number | null;
  readonly errors: number | null;
}

export interface ComparisonLine {
  readonly at: string;
  readonly names: number;
  readonly changes: number;
  readonly unreachable: number;
}

export interface Count {
  readonly name: string;
  readonly count: number;
}

export interface Totals {
  readonly changes: number;
  readonly rules: readonly Count[];
  readonly kinds: readonly Count[];
  readonly doers: readonly Count[];
  /** What became of them. */
  readonly deliveries: readonly Count[];
}

export interface ChangeLine extends PathLine {
  readonly sequence: number;
  readonly at: string;
  readonly rule: string;
  readonly kind: string;
  /** Of `moved`: the name after. */
  readonly to?: string;
  readonly toHex?: string;
  readonly origin: EventOrigin;
  /** Empty: not known. */
  readonly doers: readonly string[];
  /** It is known who did it, and not proven that the owner may know. */
  readonly isWithheld?: true;
  readonly changed: readonly string[];
  readonly delivery: Delivery;
  readonly sha256Before: string | null;
  readonly sha256After: string | null;
}

/** A time in which changes may have been missed. */
export interface GapLine {
  /** Null: not known. */
  readonly from: string | null;
  /** Null: it is not over. */
  readonly to: string | null;
  /** Null: everything. */
  readonly folder: string | null;
  readonly reason: string;
  /** When a comparison that began after it had ended: from then on everything is known. Null: not yet. */
  readonly comparedAt: string | null;
}

export interface PauseLine {
  readonly from: string;
  readonly to: string | null;
  readonly text: string;
}

export interface WindowLine {
  readonly from: string;
  readonly until: string;
  readonly reason: string;
  readonly by: string;
}

export interface Deliveries {
  readonly endpoints: readonly Pick<EndpointHealth, 'name' | 'place' | 'state' | 'delivered' | 'waiting' | 'dead'>[];
  readonly failures: readonly OwnLine[];
  /** Given up. */
  readonly deadLetters: readonly DeadLine[];
}

export interface DeadLine {
  readonly endpoint: string;
  readonly created: string;
  readonly firstSequence: number;
  readonly lastSequence: number;
  readonly why: string;
}

export interface HistoryLine {
  /** Null: there is none. */
  readonly isWhole: boolean | null;
  /** Where, and why it is not. */
  readonly fault: string | null;
  /** Oldest entry that is kept; 0: none. */
  readonly first: number;
  readonly last: number;
  readonly head: string | null;
}
