/**
 * What the daemon may take of the machine, from its first session to its last. Looks twice a second at what has to be known, says so
 * in the runtime folder, and tells the running session when its allowance has changed.
 */
import type { Activity, Rest } from '../../shared/activity.js';
import { type Allowance, EVERYTHING, NOTHING } from './allowance.js';

/** What a session asks; a rebuild has no limits. */
export interface WorkBudget {
  readonly allowance: Allowance;
  /** Called with each change. */
  onChange: () => void;
}

export interface BudgetDeps {
  /** Who wants the daemon to rest now. */
  readonly rest: () => Rest | undefined;
  readonly publish: (activity: Pick<Activity, 'rest'>) => void;
  readonly say: (rest: Rest | undefined) => void;
}

const LOOK_EVERY_MS = 500;

export class Budget implements WorkBudget {
  onChange: () => void = () => {};
  #rest: Rest | undefined;
  readonly #timer: NodeJS.Timeout;

  constructor(private readonly deps: BudgetDeps) {
    this.#timer = setInterval(() => this.look(), LOOK_EVERY_MS);
    this.look();
    deps.publish({ rest: this.#rest ?? null });
  }

  get allowance(): Allowance {
    return this.#rest ? NOTHING : EVERYTHING;
  }

  look(): void {
    const rest = this.deps.rest();
    if (isSame(rest, this.#rest)) return;
    this.#rest = rest;
    this.deps.say(rest);
    this.deps.publish({ rest: rest ?? null });
    this.onChange();
  }

  close(): void {
    clearInterval(this.#timer);
  }
}

export const UNLIMITED: WorkBudget = { allowance: EVERYTHING, onChange: () => {} };

/** Two readings of one pause differ by what the clocks do. */
const SAME_TIME_MS = 5000;

function isSame(one: Rest | undefined, other: Rest | undefined): boolean {
  if (one?.kind === 'user' && other?.kind === 'user') {
    const [ends, end] = [one.untilMs ?? 0, other.untilMs ?? 0];
    return Math.abs(ends - end) < SAME_TIME_MS;
  }
  return JSON.stringify(one) === JSON.stringify(other);
}
