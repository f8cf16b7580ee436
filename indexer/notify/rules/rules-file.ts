/**
 * The rules of the configuration file, as long as the daemon runs: read again when the file has changed or somebody
 * asks. A file that is wrong changes nothing: the last good rules hold, and the error is told once.
 */
import { type Stats, statSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { coalesced } from '../../system/coalesced.js';
import { differenceText, type LoadedRules, loadNotify, moved } from './load-notify.js';
import type { Surroundings } from './path-selection.js';

export interface RulesListener {
  /** Other rules hold from now on. @param text  what is different */
  changed(text: string): void;
  /** @param text  why the file is not understood; undefined: it is again. */
  troubled(text: string | undefined): void;
}

export interface RulesFileParts {
  readonly file: string;
  readonly surroundings: () => Surroundings;
  readonly listener: RulesListener;
}

const LOOK_MS = 1_000;
/** Who writes it anew may remove it first, or write it piece by piece. */
const SETTLE_MS = 200;

export class RulesFile {
  #trouble: string | undefined;
  #seen: string;
  readonly #stopped = new AbortController();
  readonly #read = coalesced(() => this.#readAgain());

  private constructor(
    private readonly parts: RulesFileParts,
    private loaded: LoadedRules,
    seen: string,
  ) {
    this.#seen = seen;
    void this.#watch();
  }

  /** @throws FindTextError FT_CONFIG_INVALID: there are no rules that could hold instead */
  static async open(parts: RulesFileParts): Promise<RulesFile> {
    const seen = stateOf(parts.file);
    return new RulesFile(parts, await loadNotify(parts.file, parts.surroundings()), seen);
  }

  get current(): LoadedRules {
    return this.loaded;
  }

  /** For SIGHUP. Resolves when the rules of the file hold, or are refused. */
  reload(): Promise<void> {
    return this.#read();
  }

  /** For folders that may be elsewhere now. @returns what holds */
  async renew(): Promise<LoadedRules> {
    await this.#read();
    try {
      this.loaded = await moved(this.loaded, this.parts.file, this.parts.surroundings());
    } catch (error) {
      this.#tell((error as Error).message);
    }
    return this.loaded;
  }

  close(): void {
    this.#stopped.abort();
  }

  async #watch(): Promise<void> {
    while (await this.#waited(LOOK_MS)) {
      let state = stateOf(this.parts.file);
      if (state === this.#seen) continue;
      for (let before = ''; before !== state && (await this.#waited(SETTLE_MS)); state = stateOf(this.parts.file))
        before = state;
      if (!this.#stopped.signal.aborted) await this.#read();
    }
  }

  async #waited(ms: number): Promise<boolean> {
    const { signal } = this.#stopped;
    await pause(ms, undefined, { signal, ref: false }).catch(() => {});
    return !signal.aborted;
  }

  async #readAgain(): Promise<void> {
    this.#seen = stateOf(this.parts.file);
    try {
      this.#take(await loadNotify(this.parts.file, this.parts.surroundings()));
      this.#tell(undefined);
    } catch (error) {
      this.#tell((error as Error).message);
    }
  }

  #take(rules: LoadedRules): void {
    const before = this.loaded;
    if (rules.hash === before.hash || this.#stopped.signal.aborted) return;
    this.loaded = rules;
    this.parts.listener.changed(differenceText(before, rules) || 'their order or endpoints');
  }

  #tell(trouble: string | undefined): void {
    if (trouble === this.#trouble || this.#stopped.signal.aborted) return;
    this.#trouble = trouble;
    this.parts.listener.troubled(trouble);
  }
}

function stateOf(file: string): string {
  const stat = look(file);
  return stat ? `${stat.dev} ${stat.ino} ${stat.size} ${stat.mtimeMs} ${stat.ctimeMs}` : '';
}

/** What cannot be looked at is told by reading it. */
function look(file: string): Stats | undefined {
  try {
    return statSync(file, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
