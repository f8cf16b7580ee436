/** What a daemon has from its configuration. It outlives a session, as long as that is the same. */
import type { Budget } from '../budget/budget.js';
import type { OwnExtractor } from '../extract/own/own-extractor.js';
import { BaselineSchedule } from './baseline/schedule.js';
import type { Context } from './context.js';
import { makeBudget } from './make-budget.js';
import { commandsOf, rereadCommands } from './own-extractors.js';
import { rereadConfig } from './reread-config.js';

export class DaemonSettings {
  #commands: readonly OwnExtractor[];
  #parts: DaemonParts | undefined;

  /** @throws FindTextError FT_CONFIG_INVALID */
  constructor(private current: Context) {
    this.#commands = commandsOf(current);
  }

  get context(): Context {
    return this.current;
  }

  /** That read files. */
  get commands(): readonly OwnExtractor[] {
    return this.#commands;
  }

  /** With it the comparing with the baseline begins: the index is held. */
  get budget(): Budget {
    this.#parts ??= new DaemonParts(this.current);
    return this.#parts.budget;
  }

  /** One that is wrong changes nothing. @param hasOptions  the options are of the configuration. @returns whether they differ. */
  reread(hasOptions: boolean): boolean {
    const next = hasOptions ? rereadConfig(this.current) : this.current;
    if (next === undefined) return false;
    this.#commands = rereadCommands(next, this.#commands);
    if (next === this.current) return false;
    this.current = next;
    this.close();
    return true;
  }

  close(): void {
    this.#parts?.close();
    this.#parts = undefined;
  }
}

class DaemonParts {
  readonly budget: Budget;
  readonly #baseline: BaselineSchedule;

  constructor(context: Context) {
    this.budget = makeBudget(context);
    this.#baseline = new BaselineSchedule(context);
    this.#baseline.start();
  }

  close(): void {
    this.#baseline.close();
    this.budget.close();
  }
}
