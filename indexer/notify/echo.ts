/**
 * What is told, for whoever reads along at a terminal. It is taken from the history, where only what is committed stands:
 * of what a crash undoes nobody would tell what became of it. It is noted up to where it was shown; what may not have
 * been shown before a crash is shown again.
 */
import type { Db } from '../../shared/store/open.js';
import { Ledger } from './ledger/ledger.js';
import { type Json, sealed } from './payload.js';
import { Notes } from './store.js';

export interface Echoed {
  /** At least one, in their order. */
  readonly payloads: readonly Json[];
  /** The number of the last one in the history. */
  readonly upTo: number;
}

const NOTE = 'shown';

export class Echo {
  readonly #ledger: Ledger;
  readonly #notes: Notes;
  #readUpTo: number;
  #saidUpTo = 0;
  #shownUpTo = 0;

  /** A history that nobody has read along with is shown from its end on. */
  constructor(
    private readonly db: Db,
    private readonly say: (echoed: Echoed) => void,
  ) {
    this.#ledger = new Ledger(db);
    this.#notes = new Notes(db);
    if (this.#notes.get(NOTE) === undefined) this.#note(this.#ledger.head.sequence);
    this.#readUpTo = shownUpTo(this.#notes);
  }

  /** Something was said and is not shown yet. */
  get isWaiting(): boolean {
    return this.#shownUpTo < this.#saidUpTo;
  }

  /** Says what is new in the history. Outside of transactions. */
  tell(): void {
    const payloads: Json[] = [];
    for (const { sequence, delivery, json, hash } of this.#ledger.entries(this.#readUpTo)) {
      this.#readUpTo = sequence;
      if (delivery !== 'sent') continue;
      payloads.push(sealed(JSON.parse(json) as Json, { sequence, hash: hash.toString('hex') }));
      this.#saidUpTo = sequence;
    }
    if (payloads.length > 0) this.say({ payloads, upTo: this.#saidUpTo });
  }

  /** What was said up to here is shown. */
  shown(upTo: number): void {
    this.#shownUpTo = upTo;
    this.#note(upTo);
  }

  #note(upTo: number): void {
    this.db.transaction(() => this.#notes.set(NOTE, upTo)).immediate();
  }
}

/** The number of the last entry of the history that was shown. */
export function shownUpTo(notes: Notes): number {
  return (notes.get(NOTE) as number | undefined) ?? 0;
}
