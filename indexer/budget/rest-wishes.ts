/** Everything that may make the daemon rest: the user, a command, the battery, a busy machine. Used by the budget. */
import type { Rest } from '../../shared/activity.js';
import type { Pauses } from './pauses.js';
import { type Machine, OthersLoad } from './surroundings.js';

export interface RestWishesDeps {
  readonly pauses: Pick<Pauses, 'current'>;
  readonly machine: Machine;
  /** On battery it rests. */
  readonly mindsBattery: boolean;
  /** Load of others for each processor above which to rest; undefined: it does not matter. */
  readonly maxLoad: number | undefined;
}

const LOOK_EVERY_MS = 5000;
/** A rest that has begun ends when the load is this much lower. */
const LOWER = 0.8;

export class RestWishes {
  readonly #others: OthersLoad;
  #lookedMs = Number.NEGATIVE_INFINITY;
  #byMachine: Rest | undefined;

  constructor(private readonly deps: RestWishesDeps) {
    this.#others = new OthersLoad(deps.machine.processors);
  }

  used(cpuMs: number, passedMs: number): void {
    this.#others.used(cpuMs, passedMs);
  }

  current(nowMs: number): Rest | undefined {
    if (nowMs - this.#lookedMs >= LOOK_EVERY_MS) {
      this.#lookedMs = nowMs;
      this.#byMachine = this.#machine();
    }
    return this.deps.pauses.current() ?? this.#byMachine;
  }

  #machine(): Rest | undefined {
    const { machine, mindsBattery, maxLoad } = this.deps;
    if (mindsBattery && machine.isOnBattery()) return { kind: 'battery' };
    if (maxLoad === undefined) return undefined;
    const others = this.#others.of(machine.load());
    const limit = this.#byMachine?.kind === 'load' ? maxLoad * LOWER : maxLoad;
    return others > limit ? { kind: 'load', load: others } : undefined;
  }
}
