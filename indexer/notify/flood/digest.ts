/** Many entries of the history in one: how many, of what, by whom, where. Pure, but for the entries it goes through. */
import { counted } from '../../../shared/counted.js';
import type { LedgerEntry } from '../ledger/ledger.js';
import type { Counts, Digest } from '../payload.js';

/** Of actors and folders; the others are counted together. */
const TOP = 10;
const OTHERS = 'others';

interface Told {
  readonly event_type?: string;
  readonly src_path?: string;
  readonly actor?: {
    readonly login?: unknown;
    readonly user?: unknown;
    readonly process?: { readonly name?: unknown };
  } | null;
}

/** @returns undefined when there are none */
export function digestOf(
  entries: Iterable<LedgerEntry>,
  why: Digest['why'],
  reason?: string,
): (Digest & { readonly sequences: readonly number[] }) | undefined {
  const [kinds, actors, folders] = [new Map<string, number>(), new Map<string, number>(), new Map<string, number>()];
  const sequences: number[] = [];
  let [firstMs, lastMs] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { sequence, json, atMs } of entries) {
    const { event_type: kind = '?', src_path: path = '', actor } = JSON.parse(json) as Told;
    sequences.push(sequence);
    count(kinds, kind);
    count(actors, actorName(actor));
    count(folders, path.slice(0, Math.max(1, path.lastIndexOf('/'))));
    [firstMs, lastMs] = [Math.min(firstMs, atMs), Math.max(lastMs, atMs)];
  }
  const [firstSequence, lastSequence] = [sequences[0], sequences.at(-1)];
  if (firstSequence === undefined || lastSequence === undefined) return undefined;
  const counts = { kinds: Object.fromEntries(kinds), actors: topOf(actors), folders: topOf(folders) };
  const text = `${counted(sequences.length, 'change')}: ${[...kinds].map(([kind, n]) => `${n} ${kind}`).join(', ')}`;
  const range = { firstSequence, lastSequence, firstMs, lastMs };
  return { why, ...(reason !== undefined && { reason }), count: sequences.length, counts, ...range, text, sequences };
}

function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

function topOf(counts: ReadonlyMap<string, number>): Counts {
  const sorted = [...counts].sort(([, one], [, other]) => other - one);
  const rest = sorted.slice(TOP).reduce((sum, [, n]) => sum + n, 0);
  return Object.fromEntries([...sorted.slice(0, TOP), ...(rest > 0 ? [[OTHERS, rest] as const] : [])]);
}

/** `anna as root, vim`; `unknown` where nobody is known. */
function actorName(actor: Told['actor']): string {
  if (!actor) return 'unknown';
  const [login, user, program] = [nameOf(actor.login), nameOf(actor.user), actor.process?.name];
  const who = login === undefined || login === user ? (user ?? 'unknown') : `${login} as ${user ?? 'unknown'}`;
  return typeof program === 'string' ? `${who}, ${program}` : who;
}

function nameOf(account: unknown): string | undefined {
  if (typeof account !== 'object' || account === null) return undefined;
  const { id, name } = account as { id?: unknown; name?: unknown };
  return typeof name === 'string' ? name : id === undefined ? undefined : String(id);
}
