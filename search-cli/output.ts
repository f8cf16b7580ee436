/**
 * Standard output and error, written synchronously. process.stdout alone would cost 2 ms at the start, and what is
 * written there may be lost when the process ends. A reader that has gone away (`| head -1`) ends the program quietly.
 */
import { fstatSync, writeSync } from 'node:fs';
import { systemCode } from '../shared/errors.js';

export interface Output {
  /** Kept until there is much of it, or until flush(). */
  write(data: string | Uint8Array): void;
  /** @throws ReaderGone, or what the system says: a full disk. */
  flush(): void;
}

/** Thrown by an output whose reader has gone. */
class ReaderGone extends Error {
  override readonly name = 'ReaderGone';
}

/** By name: the search and what is loaded beside it are bundles, each with a class of its own. */
export function isReaderGone(error: unknown): boolean {
  return error instanceof Error && error.name === 'ReaderGone';
}

const FLUSH_BYTES = 64 * 1024;
const PAUSE_MS = 2;

/** Collects what is written, and passes it on in pieces. */
export class BufferedOutput implements Output {
  #chunks: Buffer[] = [];
  #bytes = 0;

  /** @param put  takes all of it, or throws. */
  constructor(private readonly put: (data: Buffer) => void) {}

  write(data: string | Uint8Array): void {
    const chunk = typeof data === 'string' ? Buffer.from(data) : Buffer.from(data);
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    if (this.#bytes >= FLUSH_BYTES) this.flush();
  }

  flush(): void {
    const data = Buffer.concat(this.#chunks);
    this.#chunks = [];
    this.#bytes = 0;
    if (data.length > 0) this.put(data);
  }
}

export function fileOutput(fd: number): Output {
  return new BufferedOutput((data) => {
    for (let done = 0; done < data.length; ) done += writeSome(fd, data.subarray(done));
  });
}

function writeSome(fd: number, data: Buffer): number {
  try {
    return writeSync(fd, data);
  } catch (error) {
    const code = systemCode(error);
    if (code === 'EPIPE') throw new ReaderGone();
    if (code !== 'EAGAIN') throw error;
    // A pipe that somebody set to non-blocking is full.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
    return 0;
  }
}

/** What the major number of /dev/null and its kin is: see devices.txt of the kernel. */
const MEMORY_DEVICES = 1;

/** node:tty is loaded only where it can be one: it costs 2 ms. */
export function isTerminal(fd: number): boolean {
  try {
    const stat = fstatSync(fd);
    if (!stat.isCharacterDevice() || ((stat.rdev >> 8) & 0xfff) === MEMORY_DEVICES) return false;
  } catch {
    return false;
  }
  return process.getBuiltinModule('node:tty').isatty(fd);
}
