/** After a torture run of integrity monitoring: what is other than it must be. */
import type { LedgerEntry } from '../../../indexer/notify/ledger/ledger.js';
import { faultsOf } from '../../helpers/notify-schema.js';
import type { Received } from '../../helpers/receiver.js';
import { NOTHING, type State } from './files.js';
import { type Message, missingFrom, Told } from './told.js';

export interface Evidence {
  /** What the receiver took, by id, in the order of arrival. */
  readonly taken: ReadonlyMap<string, readonly Received[]>;
  /** What the endpoint beside it was told. */
  readonly lines: readonly Message[];
  /** The history, from its first entry. */
  readonly entries: readonly LedgerEntry[];
  /** Ids of what was given up at first, and sent again by hand. */
  readonly givenUp: ReadonlySet<string>;
  /** By path: what was there before, all it was, and what it was while nothing changed. */
  readonly there: ReadonlyMap<string, State>;
  readonly histories: ReadonlyMap<string, readonly State[]>;
  readonly rests: ReadonlyMap<string, readonly State[]>;
}

export function faultsIn(evidence: Evidence): readonly string[] {
  const { taken, lines, entries } = evidence;
  const arrived = [...taken.values()].map(([first]) => JSON.parse((first as Received).body) as Message);
  return [
    ...repeated(taken),
    ...arrived.flatMap((message) => faultsOf(message).map((fault) => `message ${message.sequence}: ${fault}`)),
    ...outOfOrder(arrived.filter(({ id }) => !evidence.givenUp.has(id))).map((fault) => `receiver: ${fault}`),
    ...outOfOrder(onlyFirst(lines)).map((fault) => `lines: ${fault}`),
    ...missing(arrived, entries, 'ops').map((fault) => `receiver: ${fault}`),
    ...missing(lines, entries, 'lines').map((fault) => `lines: ${fault}`),
    ...miscounted(arrived, entries),
    ...mistold(arrived, evidence),
  ];
}

/** The same id is the same message. */
function repeated(taken: Evidence['taken']): readonly string[] {
  return [...taken].flatMap(([id, [first, ...more]]) => {
    const isOther = ({ body, headers }: Received) => body !== first?.body || headers['webhook-id'] !== id;
    const isOwn = first && (JSON.parse(first.body) as Message).id === id;
    return more.some(isOther) || !isOwn ? [`${id} is two messages`] : [];
  });
}

function onlyFirst(messages: readonly Message[]): readonly Message[] {
  const seen = new Set<string>();
  return messages.filter(({ id }) => !seen.has(id) && seen.add(id));
}

function outOfOrder(messages: readonly Message[]): readonly string[] {
  return messages.flatMap(({ sequence }, at) => {
    const before = messages[at - 1]?.sequence ?? 0;
    return sequence > before ? [] : [`${sequence} came after ${before}`];
  });
}

/** What was to be told in full is. An endpoint is not told of itself. */
function missing(messages: readonly Message[], entries: readonly LedgerEntry[], endpoint: string): readonly string[] {
  const arrived = new Set(messages.map(({ sequence }) => sequence));
  const isFor = ({ delivery, json }: LedgerEntry) =>
    delivery === 'sent' && (JSON.parse(json) as Message).details?.endpoint !== endpoint;
  const lost = entries.filter((entry) => isFor(entry) && !arrived.has(entry.sequence));
  return lost.map(({ sequence, kind }) => `${sequence}, ${kind}, was lost`);
}

/** A change is told by itself or counted in exactly one digest. */
function miscounted(arrived: readonly Message[], entries: readonly LedgerEntry[]): readonly string[] {
  const digests = arrived.filter(({ type }) => type === 'digest').sort((one, other) => one.sequence - other.sequence);
  const counted = entries.filter(({ delivery }) => delivery === 'counted');
  const faults = digests.flatMap(({ sequence, count, first_sequence: first = 0, last_sequence: last = 0 }) => {
    const within = counted.filter((entry) => entry.sequence >= first && entry.sequence <= last).length;
    return within === count ? [] : [`digest ${sequence} counts ${count}, from ${first} to ${last} there are ${within}`];
  });
  const sum = digests.reduce((total, { count = 0 }) => total + count, 0);
  return sum === counted.length ? faults : [...faults, `digests count ${sum} of ${counted.length} changes`];
}

/** What was only counted is taken from the history. */
function mistold(arrived: readonly Message[], { entries, there, histories, rests }: Evidence): readonly string[] {
  const told = new Told(there);
  const inFull = new Map(arrived.map((message) => [message.sequence, message]));
  for (const { sequence, json } of entries) told.add(inFull.get(sequence) ?? (JSON.parse(json) as Message));
  const names = new Set([...told.states.keys(), ...histories.keys()]);
  const faults = [...names].flatMap((path) => {
    const [states, were] = [told.states.get(path) ?? [], histories.get(path) ?? []];
    const never = missingFrom(were, states);
    const untold = missingFrom([NOTHING, ...states], rests.get(path) ?? []);
    return [
      ...(never === undefined
        ? []
        : [`${path} was never ${never} then: ${states.join(', ')}; it was ${were.join(', ')}`]),
      ...(untold === undefined ? [] : [`that ${path} is ${untold} was not told`]),
    ];
  });
  return [...told.faults, ...faults];
}
