/**
 * The terminal of `find-text -i`: the second screen and raw keys, from open() to close(). However the program ends, the
 * terminal is left as it was: by its own will, an exception, or a signal. It is given back while the program is
 * stopped, too.
 */
import { FindTextError } from '../../shared/errors.js';
import type { Output } from '../output.js';

/** Second screen, no line wrapping, pasted text told apart, the mouse told by numbers. */
const ENTER = '\x1b[?1049h\x1b[?7l\x1b[?2004h\x1b[?1000h\x1b[?1006h';
const LEAVE = '\x1b[0m\x1b[?1006l\x1b[?1000l\x1b[?2004l\x1b[?7h\x1b[?25h\x1b[?1049l';
const UNSTOPPED_MS = 100;
const DEADLY = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;

export interface TerminalListener {
  readonly onBytes: (bytes: Buffer) => void;
  /** The size is another one, or the screen shows something else by now. */
  readonly onRedraw: () => void;
  /** Nobody is there any more. */
  readonly onGone: () => void;
}

/** @throws FindTextError when standard input or output is none */
export function requireTerminal(): void {
  const missing = [process.stdin.isTTY ? [] : 'input', process.stdout.isTTY ? [] : 'output'].flat();
  if (missing.length === 0) return;
  const hint = 'a pipe gets its hits from `find-text QUERY`';
  const are = missing.length > 1 ? 'are no terminals' : 'is no terminal';
  throw new FindTextError('FT_CONFIG_INVALID', `search as you type: standard ${missing.join(' and ')} ${are}`, {
    hint,
  });
}

export class Terminal {
  #isIn = false;
  #isLent = false;
  #goOn: NodeJS.Timeout | undefined;

  constructor(
    private readonly output: Output,
    private readonly listener: TerminalListener,
  ) {}

  get size(): { columns: number; rows: number } {
    const { columns, rows } = process.stdout;
    return { columns: columns || 80, rows: rows || 24 };
  }

  open(): void {
    process.on('exit', this.#onExit);
    process.on('SIGCONT', this.#onContinue);
    process.stdout.on('resize', this.#onResize);
    for (const signal of DEADLY) process.on(signal, this.#onDeadly);
    process.stdin.on('data', this.listener.onBytes).on('end', this.listener.onGone).on('error', this.listener.onGone);
    this.#enter();
  }

  close(): void {
    clearTimeout(this.#goOn);
    this.#leave();
    process.off('exit', this.#onExit);
    process.off('SIGCONT', this.#onContinue);
    process.stdout.off('resize', this.#onResize);
    for (const signal of DEADLY) process.off(signal, this.#onDeadly);
    process.stdin.removeAllListeners();
    process.stdin.destroy();
  }

  #enter(): void {
    clearTimeout(this.#goOn);
    this.#isIn = true;
    process.stdin.setRawMode(true);
    process.stdin.resume();
    this.#write(ENTER);
    this.listener.onRedraw();
  }

  #leave(): void {
    if (!this.#isIn) return;
    this.#isIn = false;
    this.#write(LEAVE);
    try {
      process.stdin.setRawMode(false);
      process.stdin.pause();
    } catch {
      // It has gone.
    }
  }

  /** Does nothing while somebody else has the terminal. */
  draw(text: string): void {
    if (this.#isIn) this.#write(text);
  }

  /** For a program that needs the terminal. */
  async lend<Result>(use: () => Promise<Result>): Promise<Result> {
    this.#leave();
    this.#isLent = true;
    try {
      return await use();
    } finally {
      this.#isLent = false;
      this.#enter();
    }
  }

  /** Where no shell could go on with it, nothing stops. */
  suspend(): void {
    this.#leave();
    process.kill(process.pid, 'SIGTSTP');
    this.#goOn = setTimeout(() => this.#enter(), UNSTOPPED_MS);
  }

  #write(text: string): void {
    try {
      this.output.write(text);
      this.output.flush();
    } catch {
      this.listener.onGone();
    }
  }

  readonly #onExit = () => this.#leave();
  readonly #onResize = () => this.listener.onRedraw();

  /** After Ctrl-Z, or SIGSTOP, after which the shell has set the terminal as it likes it. */
  readonly #onContinue = () => {
    if (this.#isLent) return;
    process.stdin.setRawMode(false);
    this.#enter();
  };

  /** It ends as the signal wants, once the terminal is in order. */
  readonly #onDeadly = (signal: NodeJS.Signals) => {
    // Ctrl-C is meant for the program that has the terminal.
    if (this.#isLent && (signal === 'SIGINT' || signal === 'SIGQUIT')) return;
    this.#leave();
    for (const each of DEADLY) process.off(each, this.#onDeadly);
    process.kill(process.pid, signal);
  };
}
