/**
 * Who answers `find-text -i`: the daemon, for which nothing has to be opened; without one the program itself. When the daemon goes, that
 * is said, and the program goes on. When one is there again, it is asked again.
 */
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { AnyAnswer } from '../../../shared/ask/answer-line.js';
import { querySocket } from '../../../shared/query-socket.js';
import { lifeOf, readHolder } from '../../../shared/store/lock.js';
import { DaemonAnswers } from './daemon-answers.js';
import type { RequestObject } from './lines.js';
import { OwnAnswers } from './own-answers.js';

export interface AskingOptions {
  readonly dataDirectory: string;
  /** Where a daemon would listen that does not say where it does. */
  readonly runtimeDirectory: string;
  /** The daemon has ended. */
  readonly onLost: () => void;
}

const RETRY_MS = 2_000;
/** A process that is being killed still looks alive. */
const DYING_MS = 200;

export class Asking {
  #daemon: DaemonAnswers | undefined;
  #own: OwnAnswers | undefined;
  #triedMs = -RETRY_MS;
  #isClosed = false;

  constructor(private readonly options: AskingOptions) {}

  /** Rejects when the index cannot be asked at all. */
  async ask(request: RequestObject): Promise<AnyAnswer> {
    const daemon = await this.#reach();
    const answer = await daemon?.ask(request).catch(() => undefined);
    if (answer && this.#isOfIndex(answer)) return answer;
    if (answer) this.#leave();
    return this.#itself().ask(request);
  }

  /** What is asked from now on, and what is on its way, rejects: nothing stays that would keep the program alive. */
  close(): void {
    this.#isClosed = true;
    this.#leave();
    this.#own?.close();
  }

  async #reach(): Promise<DaemonAnswers | undefined> {
    if (this.#daemon && !this.#daemon.isOver) return this.#daemon;
    this.#daemon = undefined;
    if (performance.now() - this.#triedMs < RETRY_MS) return undefined;
    const daemon = await DaemonAnswers.open(this.#place(), () => void this.#lost());
    if (!daemon) this.#triedMs = performance.now();
    this.#daemon = daemon;
    if (this.#isClosed) this.#leave();
    return this.#daemon;
  }

  #place(): string {
    const { dataDirectory, runtimeDirectory } = this.options;
    return querySocket(readHolder(dataDirectory, 'daemon').runtimeDirectory ?? runtimeDirectory);
  }

  /** Two daemons may share a runtime folder. */
  #isOfIndex(answer: AnyAnswer): boolean {
    return !('index' in answer) || dirname(answer.index) === this.options.dataDirectory;
  }

  #leave(): void {
    this.#daemon?.close();
    this.#daemon = undefined;
    this.#triedMs = performance.now();
  }

  #itself(): OwnAnswers {
    if (this.#isClosed) throw new Error('nobody asks any more');
    if (!this.#own || this.#own.isOver) this.#own = new OwnAnswers(this.options.dataDirectory);
    return this.#own;
  }

  /** It also lets go of those who ask nothing for a while. */
  async #lost(): Promise<void> {
    await pause(DYING_MS);
    if (!lifeOf(this.options.dataDirectory, 'daemon')) this.options.onLost();
  }
}
