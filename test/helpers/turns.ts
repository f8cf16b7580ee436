/**
 * A receiver that fails in every way in turn: some messages are taken, then it fails in one way, then some are taken, then
 * it fails in the next way.
 */
import type { ServerResponse } from 'node:http';
import { BEHAVIOURS, type Behaviour, type BehaviourName, type Received, type Receiver } from './receiver.js';

export interface Way {
  /** So many requests in a row meet it. */
  readonly times: number;
  readonly answer: Behaviour;
}

const TAKING: ReadonlySet<string> = new Set(['ok', 'empty', 'huge'] satisfies BehaviourName[]);

/** One that is gone is not asked again; a message that is not wanted is given up after the third time. */
const TIMES: ReadonlyMap<string, number> = new Map([
  ['gone', 1],
  ['not wanted', 3],
]);

export class Turns {
  /** How many requests met each way. */
  readonly met = new Map<string, number>();
  /** By their ids, each as often as it was taken, in the order of their first arrival. */
  readonly taken = new Map<string, Received[]>();
  readonly #names: readonly string[];
  #at = 0;
  #times = 0;
  #left: number;

  /** @param between  so many are taken from one way to the next. */
  constructor(
    private readonly receiver: Receiver,
    private readonly ways: ReadonlyMap<string, Way>,
    private readonly between: number,
  ) {
    this.#names = [...ways.keys()];
    this.#left = between;
    receiver.behaviour = (response, request) => {
      if (this.#left-- > 0) this.#take(response);
      else this.#way().answer(response, request);
    };
  }

  get areAllMet(): boolean {
    return this.met.size === this.#names.length;
  }

  /** From now on everything is taken. */
  end(): void {
    this.#left = Number.POSITIVE_INFINITY;
  }

  #way(): Way {
    const name = this.#names[this.#at % this.#names.length] as string;
    const way = this.ways.get(name) as Way;
    this.met.set(name, (this.met.get(name) ?? 0) + 1);
    this.#times += 1;
    if (this.#times >= way.times) [this.#at, this.#times, this.#left] = [this.#at + 1, 0, this.between];
    return way;
  }

  /** One after the other without a body, with one, and with one that never ends: the status counts. */
  #take(response: ServerResponse): void {
    const received = this.receiver.received.at(-1) as Received;
    const id = received.headers['webhook-id'] as string;
    this.taken.set(id, [...(this.taken.get(id) ?? []), received]);
    BEHAVIOURS[this.#left % 50 === 6 ? 'huge' : this.#left % 2 === 0 ? 'ok' : 'empty'](response);
  }
}

/**
 * Each way to fail with an answer, no receiver at all, and a certificate of another authority.
 * @param times  so many requests meet each way of answering; the others are met once.
 * @param isLongEnough  asked while nobody listens: may the receiver come back?
 */
export function failingWays(
  receiver: Receiver,
  { times, isLongEnough }: { readonly times: number; readonly isLongEnough: () => Promise<void> },
): Map<string, Way> {
  const answering = Object.entries(BEHAVIOURS).filter(([name]) => !TAKING.has(name));
  const away = async () => {
    await receiver.down();
    await isLongEnough();
    await receiver.up();
  };
  return new Map<string, Way>([
    ...answering.map(([name, answer]) => [name, { times: TIMES.get(name) ?? times, answer }] as const),
    ['down', { times: 1, answer: () => void away() }],
    ['bad certificate', { times: 1, answer: (response) => distrusted(receiver, response) }],
  ]);
}

/** Until one has come and gone. */
function distrusted(receiver: Receiver, response: ServerResponse): void {
  receiver.isTrusted = false;
  receiver.onRefused = () => {
    receiver.isTrusted = true;
  };
  response.socket?.destroy();
}
