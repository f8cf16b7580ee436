/** From entries of the history to the changes that a report lists and counts. Pure. */
import type { EventOrigin } from '../../../shared/file-event.js';
import { jsonPath } from '../../../shared/path-text.js';
import type { LedgerEntry } from '../../notify/ledger/ledger.js';
import { timeOf } from '../../notify/payload.js';
import type { OwnEntry } from './gaps.js';
import type { ChangeLine, Count, PathLine, Totals } from './report-words.js';

type Json = Readonly<Record<string, unknown>>;

const UNKNOWN = 'not known';
const WITHHELD = 'withheld';

/** An entry of a change, not of a digest or of find-text itself. */
export function isChange({ rule, path }: LedgerEntry): boolean {
  return rule !== null && path !== null;
}

export function changeLine({ sequence, atMs, rule, kind, path, delivery, json }: LedgerEntry): ChangeLine {
  const body = parse(json);
  const file = object(body.file);
  return {
    sequence,
    at: timeOf(atMs),
    rule: rule ?? '',
    kind,
    ...pathLine(path ?? Buffer.alloc(0)),
    ...(typeof body.dest_path === 'string' && body.dest_path !== '' && { to: body.dest_path }),
    ...(typeof body.dest_pathHex === 'string' && { toHex: body.dest_pathHex }),
    origin: body.origin as EventOrigin,
    doers: actorsOf(body).map(doerName),
    ...(body.actor_withheld === true && { isWithheld: true }),
    changed: list(body.changed).map(String),
    delivery,
    sha256Before: digestOf(file.before),
    sha256After: digestOf(file.after),
  };
}

export function ownEntry({ atMs, kind, json }: LedgerEntry): OwnEntry {
  const { text, details } = parse(json);
  return { atMs, kind, text: String(text ?? ''), details: object(details) };
}

export function pathLine(path: Buffer): PathLine {
  return jsonPath('path', path);
}

export function whoText({ doers, isWithheld }: ChangeLine): string {
  return doers.join(', ') || (isWithheld ? WITHHELD : UNKNOWN);
}

/** Counts as they come. */
export class Tally {
  #changes = 0;
  readonly #rules = new Map<string, number>();
  readonly #kinds = new Map<string, number>();
  readonly #doers = new Map<string, number>();
  readonly #deliveries = new Map<string, number>();

  add(change: ChangeLine): void {
    this.#changes++;
    count(this.#rules, change.rule);
    count(this.#kinds, change.kind);
    count(this.#deliveries, change.delivery);
    const unknown = [change.isWithheld ? WITHHELD : UNKNOWN];
    for (const doer of new Set(change.doers.length > 0 ? change.doers : unknown)) count(this.#doers, doer);
  }

  get totals(): Totals {
    return {
      changes: this.#changes,
      rules: sorted(this.#rules),
      kinds: sorted(this.#kinds),
      doers: sorted(this.#doers),
      deliveries: sorted(this.#deliveries),
    };
  }
}

function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

/** The most frequent first. */
function sorted(counts: ReadonlyMap<string, number>): Count[] {
  return [...counts].map(([name, count]) => ({ name, count })).sort((one, other) => other.count - one.count);
}

function actorsOf({ actor, actors }: Json): Json[] {
  const several = list(actors).map((each) => object(object(each).actor));
  if (several.length > 0) return several;
  return typeof actor === 'object' && actor !== null ? [object(actor)] : [];
}

/** `ann as root (/usr/bin/vim)` */
function doerName({ login, user, process }: Json): string {
  const [as, { executable, name }] = [accountName(user), object(process)];
  const by = login === 'unset' ? as : accountName(login);
  const who = by === as || as === '?' ? by : `${by} as ${as}`;
  const program = executable ?? name;
  return typeof program === 'string' ? `${who} (${program})` : who;
}

function accountName(account: unknown): string {
  const { id, name } = object(account);
  return String(name ?? id ?? '?');
}

function digestOf(file: unknown): string | null {
  const { sha256 } = object(file);
  return typeof sha256 === 'string' ? sha256 : null;
}

/** An entry that was tampered with is found by its digest. */
function parse(json: string): Json {
  try {
    return object(JSON.parse(json));
  } catch {
    return {};
  }
}

function object(value: unknown): Json {
  return typeof value === 'object' && value !== null ? (value as Json) : {};
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
