/**
 * What no event tells of is found by comparing with the disk: what happened while nothing ran, or in a gap. What is
 * found and has events on their way is left to them: they tell who did it.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { fromPathKey, pathKey } from '../../../shared/path-key.js';
import { type NameState, netChanges } from '../net-change.js';
import { isSame, Scan, type ScanOutcome } from './scan.js';
import { GRACE_MS, type TurnParts } from './turn-parts.js';

export interface Compared extends ScanOutcome {
  /** How many differences there were. */
  readonly changes: number;
}

/** Between two looks at whether all events are read. */
const CATCH_UP_MS = 250;

export class Comparison {
  /** Names that are decided on just now. */
  #found: ReadonlySet<string> = new Set();

  constructor(private readonly parts: TurnParts) {}

  /** It decides on the name just now. */
  has(key: string): boolean {
    return this.#found.has(key);
  }

  /** @returns undefined when it was stopped */
  async run(isStopped: () => boolean): Promise<Compared | undefined> {
    const { notifier, known, incoming } = this.parts;
    const { watched, looker, newRules, index } = notifier;
    let changes = 0;
    const isSettling = (key: string) => this.#isElsewhere(fromPathKey(key));
    const parts = { watched, looker, newRules, known, isSettling, missing: index.missing, isStopped };
    const scan = new Scan(parts, async (found) => {
      // Events that are not read yet will tell who did it.
      while (incoming.isBehind && !isStopped()) await pause(CATCH_UP_MS);
      if (!incoming.isBehind) changes += await this.#take(found);
    });
    known.noted = new Set();
    try {
      const outcome = await scan.run();
      return outcome && { ...outcome, changes };
    } finally {
      known.noted = undefined;
    }
  }

  /** @returns how many changes there are */
  async #take(names: readonly NameState[]): Promise<number> {
    const { notifier, incoming, recording } = this.parts;
    const differing = names.filter((state) => !isKnown(state));
    if (differing.length > 0) await this.#untilCaughtUp();
    incoming.follow();
    const quiet = differing.filter((state) => this.#isQuiet(state));
    const known = names.filter((state) => isKnown(state) && this.#isQuiet(state));
    this.#found = new Set([...quiet, ...known].map(({ path }) => pathKey(path)));
    const changes = netChanges({ events: [], names: quiet, nowMs: notifier.clock.wallMs() });
    const keeps = await this.#learn(known);
    await recording.record({ changes, names: [...known, ...quiet], events: [], keeps });
    this.#found = new Set();
    return changes.length;
  }

  async #untilCaughtUp(): Promise<void> {
    const { graceMs = GRACE_MS, arriving } = this.parts.notifier;
    await Promise.all([pause(graceMs), arriving?.ask()]);
  }

  /** Nothing has happened to it since it was looked up: what came and went meanwhile is as it was. */
  #isQuiet({ path, before }: NameState): boolean {
    const { notifier, known } = this.parts;
    if (this.#isElsewhere(path) || notifier.index.isGoingOn(path) || known.noted?.has(pathKey(path))) return false;
    return isSame(known.get(path), before);
  }

  /** A turn tells of it. */
  #isElsewhere(path: Buffer): boolean {
    return this.parts.isAtWork(pathKey(path)) || this.parts.arrivals.has(path);
  }

  /** What the next change of these files is compared with. */
  async #learn(names: readonly NameState[]): Promise<readonly (() => void)[]> {
    const { findings, rules, looker } = this.parts.notifier;
    const keeps: (() => void)[] = [];
    for (const { path, after } of names) {
      for (const rule of after?.type === 'file' ? rules.rulesFor(path) : [])
        keeps.push(await findings.learn(path, rule));
      await looker.breathe();
    }
    return keeps;
  }
}

/** There is nothing to tell: it was there before its rule. */
function isKnown({ isNew = false }: NameState): boolean {
  return isNew;
}
