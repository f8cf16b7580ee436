/**
 * Something of the machine that one process at a time may change, and that it puts back: the lock is flock(1)'s, so that it is free
 * again when its holder has died, and what is to be put back stands in a note, so that the next holder does it for one that was killed.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';

/** As long as some suites at once take with it. */
export const LOCK_PATIENCE_MS = 900_000;

export class MachineLock<Note> {
  #holder: ChildProcess | undefined;

  /** @param path  of the lock and the note, without their endings. @param putBack  what a note says; it may be done already. */
  constructor(
    private readonly path: string,
    private readonly putBack: (note: Note) => void,
  ) {}

  /** Waits for its turn. It holds as long as `cat` has an input: until `release`, or the end of this process. */
  async take(): Promise<void> {
    const seconds = String(LOCK_PATIENCE_MS / 1000);
    const holder = spawn('flock', ['-w', seconds, `${this.path}.flock`, 'sh', '-c', 'echo held; exec cat'], {
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    await new Promise<void>((resolve, reject) => {
      holder.stdout.once('data', () => resolve());
      holder.once('error', reject);
      holder.once('exit', () => reject(new Error(`${this.path}.flock was held by somebody else for ${seconds} s`)));
    });
    this.#holder = holder;
    this.#putBackNoted();
  }

  /** To be called before anything is changed. */
  note(note: Note): void {
    writeFileSync(this.#noteFile, JSON.stringify(note));
  }

  /** Puts back what was noted last. */
  release(): void {
    this.#putBackNoted();
    this.#holder?.stdin?.end();
    this.#holder = undefined;
  }

  #putBackNoted(): void {
    const noted = tryRead(this.#noteFile);
    if (noted === undefined) return;
    this.putBack(JSON.parse(noted) as Note);
    rmSync(this.#noteFile);
  }

  get #noteFile(): string {
    return `${this.path}.borrowed`;
  }
}

function tryRead(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
