/**
 * The JSON that is sent: flat, valid as a Standard Webhooks body and as the body of a CloudEvent. Of a change, of many
 * changes at once (a digest), and of find-text itself. Pure. docs/notify-json.md says what each key means, the schema
 * beside it is checked against every payload of the tests.
 */
import { jsonPath } from '../../shared/path-text.js';
import type { PackageOwner } from '../packages/installed-packages.js';
import type { Witness } from '../witness/witness.js';
import { xattrNames } from '../witness/xattrs.js';
import type { ChainHead } from './ledger/ledger.js';
import type { Account, Doer, NetChange, OwnEvent } from './words.js';

/** Of a JavaScript date. */
const MAX_TIME_MS = 8.64e15;
/** A loop of a shell is thousands of processes. */
const MAX_ACTORS = 20;

export type Json = Readonly<Record<string, unknown>>;

export interface Host {
  readonly name: string;
  readonly id: string;
}

/** What a rule adds to each of its changes. */
export interface RuleLabel {
  readonly name: string;
  readonly severity: string;
  readonly tags: readonly string[];
}

/** What is found out about a change beside the change itself. */
export interface Findings {
  /** In words. */
  readonly changes?: readonly string[];
  readonly diff?: Json;
  readonly backup?: Json;
  /** Whose work it was: the content is what the package brought. */
  readonly package?: PackageOwner;
}

/** Where names of accounts come from. */
export interface Names {
  readonly users: ReadonlyMap<number, string>;
  readonly groups: ReadonlyMap<number, string>;
}

export interface Envelope {
  /** The same at each attempt to deliver it. */
  readonly id: string;
  readonly host: Host;
}

/** Every kind has the six keys of a watcher script, too: event_type, src_path, dest_path, is_directory, is_synthetic, timestamp. */
export function changeBody(
  change: NetChange,
  rule: RuleLabel,
  findings: Findings,
  { id, host, names }: Envelope & { readonly names: Names },
): Json {
  const { kind, path, to, via, isFolder, isSynthetic, origin, doers, isWithheld, before, after, changed } = change;
  return {
    type: `file.${kind}`,
    id,
    timestamp: timeOf(change.lastMs),
    event_type: kind,
    ...jsonPath('src_path', path),
    ...(to ? jsonPath('dest_path', to) : { dest_path: '' }),
    is_directory: isFolder,
    is_synthetic: isSynthetic,
    ...(via && jsonPath('via', via)),
    origin,
    success: kind !== 'denied',
    rule: rule.name,
    severity: rule.severity,
    ...(rule.tags.length > 0 && { tags: rule.tags }),
    host,
    actor: doers[0] ? actorOf(doers[0].doer) : null,
    ...(doers.length > 1 && actorsOf(doers)),
    ...(isWithheld && { actor_withheld: true }),
    file: { before: before && fileOf(before, names), after: after && fileOf(after, names) },
    changed,
    ...findings,
    count: change.count,
    first: timeOf(change.firstMs),
    last: timeOf(change.lastMs),
  };
}

export interface Digest {
  /** `backlog`: more waited for an endpoint than is kept. */
  readonly why: 'burst' | 'quiet' | 'window' | 'backlog';
  readonly reason?: string;
  readonly count: number;
  readonly counts: { readonly kinds: Counts; readonly actors: Counts; readonly folders: Counts };
  readonly firstSequence: number;
  readonly lastSequence: number;
  readonly firstMs: number;
  readonly lastMs: number;
  readonly text: string;
}
export type Counts = Readonly<Record<string, number>>;

export function digestBody(
  digest: Digest,
  rule: RuleLabel,
  { id, host, atMs }: Envelope & { readonly atMs: number },
): Json {
  const { why, reason, count, counts, firstSequence, lastSequence, firstMs, lastMs, text } = digest;
  return {
    type: 'digest',
    id,
    timestamp: timeOf(atMs),
    ...ofNoFile('digest'),
    rule: rule.name,
    severity: rule.severity,
    ...(rule.tags.length > 0 && { tags: rule.tags }),
    host,
    actor: null,
    text,
    why,
    ...(reason !== undefined && { reason }),
    count,
    counts,
    first_sequence: firstSequence,
    last_sequence: lastSequence,
    first: timeOf(firstMs),
    last: timeOf(lastMs),
  };
}

export function ownBody({ kind, atMs, text, details }: OwnEvent, severity: string, { id, host }: Envelope): Json {
  return {
    type: `monitor.${kind}`,
    id,
    timestamp: timeOf(atMs),
    ...ofNoFile(kind),
    severity,
    host,
    actor: null,
    text,
    ...(details && { details }),
  };
}

/** As it is sent: with its place in the history. */
export function sealed(body: Json, { sequence, hash }: ChainHead): Json {
  return { ...body, sequence, chain: { sequence, hash } };
}

/** Files may have times that no calendar has. */
export function timeOf(ms: number): string {
  return new Date(Math.max(-MAX_TIME_MS, Math.min(MAX_TIME_MS, ms))).toISOString();
}

function ofNoFile(eventType: string): Json {
  return { event_type: eventType, src_path: '', dest_path: '', is_directory: false, is_synthetic: false };
}

function actorsOf(doers: NetChange['doers']): Json {
  const shown = oneOfEachUserFirst(doers).slice(0, MAX_ACTORS);
  const actors = shown.map(({ doer, count }) => ({ actor: actorOf(doer), count }));
  return { actors, ...(shown.length < doers.length && { actors_omitted: doers.length - shown.length }) };
}

/** Nobody hides behind many processes of others, or of his own. */
function oneOfEachUserFirst(doers: NetChange['doers']): NetChange['doers'] {
  if (doers.length <= MAX_ACTORS) return doers;
  const first = new Map(doers.toReversed().map((each) => [JSON.stringify([each.doer.login, each.doer.user]), each]));
  const ofEach = new Set(first.values());
  return [...doers.filter((each) => ofEach.has(each)), ...doers.filter((each) => !ofEach.has(each))];
}

function actorOf({ login, user, effective, group, session, parents, isParentsCut, unit, ...process }: Doer): Json {
  const { pid, ppid, comm, exe } = process;
  return {
    login: login === 'unset' ? 'unset' : accountOf(login),
    user: accountOf(user),
    ...(effective && { effective: accountOf(effective) }),
    ...(group && { group: accountOf(group) }),
    ...(session !== null && { session }),
    process: {
      pid,
      parent_pid: ppid,
      name: comm,
      executable: exe,
      ...(parents.length > 0 && { parents }),
      ...(isParentsCut && { parents_incomplete: true }),
      ...(unit !== null && { unit }),
    },
  };
}

function accountOf(account: Account | null): Json | null {
  return account && { id: account.id, name: account.name };
}

function fileOf({ type, size, mode, uid, gid, ino, mtimeMs, sha256, xattrs }: Witness, { users, groups }: Names): Json {
  return {
    type,
    size,
    mode: mode.toString(8).padStart(4, '0'),
    uid,
    gid,
    owner: users.get(uid) ?? null,
    group: groups.get(gid) ?? null,
    inode: ino,
    mtime: timeOf(mtimeMs),
    sha256,
    xattr: xattrs === null ? null : xattrNames(xattrs),
  };
}
