/**
 * What ends a session of the daemon: a signal, an error that no retry can mend, or an index file that is no longer at
 * its path. Used by run-session.ts.
 */
import { statSync } from 'node:fs';
import { FindTextError } from '../../shared/errors.js';
import { isDenied } from '../disk/observe.js';
import { inStep } from '../system/in-step.js';

export type Ending = 'stop' | 'reopen' | { readonly error: unknown };

export interface SessionEnding {
  end(ending: Ending): void;
  /** Resolves with the first call of `end`. */
  readonly told: Promise<void>;
  /** A wish to stop is never replaced. */
  ending(): Ending | undefined;
  /** Aborted by a wish to stop. */
  readonly stopped: AbortSignal;
}

const LOOK_AT_FILE_MS = 2_000;

export function nextEnding(): SessionEnding {
  let ending: Ending | undefined;
  let tell: () => void = () => {};
  const told = new Promise<void>((resolve) => {
    tell = resolve;
  });
  const stopping = new AbortController();
  const end = (next: Ending) => {
    if (ending === undefined || next === 'stop') ending = next;
    if (next === 'stop') stopping.abort();
    tell();
  };
  return { told, end, ending: () => ending, stopped: stopping.signal };
}

/** Somebody deletes the index, or its disk goes: what is written from then on nobody finds. */
export class IndexFileWatch {
  readonly #opened: string | undefined;
  readonly close: () => void;

  constructor(
    private readonly file: string,
    { end }: SessionEnding,
  ) {
    this.#opened = fileId(file);
    this.close = inStep(LOOK_AT_FILE_MS, () => {
      if (this.#isGone) end(this.#gone);
    });
  }

  /** Whatever went wrong with an index that is gone went wrong because it is gone. */
  explain(ending: Ending): Ending {
    return typeof ending === 'object' && this.#isGone ? this.#gone : ending;
  }

  /** A folder above that is closed for a moment says nothing of the file: it is open here. */
  get #isGone(): boolean {
    const found = fileId(this.file);
    return found !== this.#opened && found !== CLOSED;
  }

  get #gone(): Ending {
    return { error: new FindTextError('FT_STORE_MISSING', `the index ${this.file} is gone`) };
  }
}

const CLOSED = 'closed';

function fileId(file: string): string | undefined {
  try {
    const { dev, ino } = statSync(file, { bigint: true });
    return `${dev} ${ino}`;
  } catch (error) {
    return isDenied(error) ? CLOSED : undefined;
  }
}

/** Listens from the first session to the last: a signal that comes while nobody listens, between two, would be lost. */
export class Signals {
  /** Ends the running session. */
  onSignal: (ending: 'stop' | 'reopen') => void = () => {};
  readonly #listeners = {
    SIGTERM: () => this.#stop(),
    SIGINT: () => this.#stop(),
    SIGHUP: () => this.onSignal('reopen'),
  };

  constructor() {
    for (const [signal, listener] of Object.entries(this.#listeners)) process.on(signal, listener);
  }

  close(): void {
    for (const [signal, listener] of Object.entries(this.#listeners)) process.off(signal, listener);
  }

  #stop(): void {
    // A second signal means that the person does not want to wait.
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.off(signal, this.#listeners[signal]);
    this.onSignal('stop');
  }
}
