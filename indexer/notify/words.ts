/**
 * The vocabulary of integrity monitoring: what a file was, what has changed of it, who did it, which rule asks for it.
 * Nothing here runs. docs/notify-json.md has the JSON that is sent.
 */
import type { EventOrigin } from '../../shared/file-event.js';
import type { WitnessAttribute } from '../witness/compare.js';
import type { Witness } from '../witness/witness.js';

export { WITNESS_ATTRIBUTES as CHANGED_ATTRIBUTES } from '../witness/compare.js';
export type ChangedAttribute = WitnessAttribute;

/** Whoever asks for `attrib` asks for these. */
export const SECURITY_ATTRIBUTES: readonly ChangedAttribute[] = ['mode', 'uid', 'gid', 'xattr'];

/** What rules name. `touched`: the same bytes and attributes again. `attrib`: attributes only. */
export const NET_KINDS = [
  'created',
  'modified',
  'moved',
  'deleted',
  'attrib',
  'touched',
  'opened',
  'closed',
  'closed_no_write',
  'denied',
] as const;
export type NetKind = (typeof NET_KINDS)[number];

/** Of those, what changes nothing: the sources tell of it only where a rule names it. */
export const READ_NETS = ['opened', 'closed_no_write', 'denied'] as const satisfies readonly NetKind[];

export interface Account {
  readonly id: number;
  /** Null: no name belongs to it. */
  readonly name: string | null;
}

/** A process that changed a file, as far as it is known. Null: not known. Nothing is guessed. */
export interface Doer {
  /** The user who logged in; it stays under `sudo`. Null: not known. `unset`: nobody did, as in a service. */
  readonly login: Account | 'unset' | null;
  readonly user: Account | null;
  readonly effective: Account | null;
  readonly group: Account | null;
  readonly session: number | null;
  readonly pid: number | null;
  readonly ppid: number | null;
  readonly comm: string | null;
  readonly exe: string | null;
  /** Names of the processes above it, nearest first, at most four. */
  readonly parents: readonly string[];
  /** There were more, or they had ended before they could be looked up. */
  readonly isParentsCut: boolean;
  readonly unit: string | null;
}

/** All that happened to one name within a settle time, as the disk shows it after. */
export interface NetChange {
  readonly kind: NetKind;
  readonly path: Buffer;
  /** Of `moved`: the name after. */
  readonly to?: Buffer;
  /** Of `modified`: the temporary name that was renamed to `path`. */
  readonly via?: Buffer;
  readonly isFolder: boolean;
  /** Not seen itself: it moved with its folder, or a comparison found it. */
  readonly isSynthetic: boolean;
  readonly origin: EventOrigin;
  /** Each once, with how many events it caused. Empty: nobody is known. */
  readonly doers: readonly { readonly doer: Doer; readonly count: number }[];
  /** The source knows more than the owner may. */
  readonly isWithheld: boolean;
  /** null: there was nothing, or it was not known. */
  readonly before: Witness | null;
  readonly after: Witness | null;
  readonly changed: readonly ChangedAttribute[];
  /** Events that it is made of. */
  readonly count: number;
  readonly firstMs: number;
  readonly lastMs: number;
  readonly eventIds: readonly string[];
}

/** What the daemon itself tells: it is chained and sent like a change. */
export const OWN_KINDS = [
  'start',
  'stop',
  'pause',
  'resume',
  'rules_changed',
  'audit_rule_removed',
  'gap_opened',
  'gap_closed',
  'compared',
  'baseline_accepted',
  'baseline_differs',
  'baseline_check_failed',
  'window_opened',
  'window_closed',
  'endpoint_failing',
  'endpoint_off',
  'package_changed',
  'history_lost',
  'heartbeat',
  'test',
] as const;
export type OwnKind = (typeof OWN_KINDS)[number];

export interface OwnEvent {
  readonly kind: OwnKind;
  readonly atMs: number;
  /** One line for a person. */
  readonly text: string;
  readonly details?: Readonly<Record<string, unknown>>;
}
