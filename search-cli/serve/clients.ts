/**
 * The clients of the query server: lines in, lines out, each client's in their order, one of each client in turn. A
 * client that asks nothing, or does not read what it is told, is let go of. When there are too many, so is the one that
 * has been silent longest.
 */
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { failure } from '../../shared/ask/answer-line.js';
import { MAX_LINE_BYTES } from '../../shared/ask/request.js';
import { FindTextError } from '../../shared/errors.js';

export interface ClientsOptions {
  /** A line without its line feed → a line with one. It never throws. */
  readonly answer: (line: string) => string;
  /** One has come or gone. */
  readonly onChange: () => void;
  /** @default 32 */
  readonly most?: number;
  /** So long a client may ask nothing. @default 60 s */
  readonly silentMs?: number;
  /** So long it may take to read an answer. @default 10 s */
  readonly readingMs?: number;
}

const MOST = 32;
const SILENT_MS = 60_000;
const READING_MS = 10_000;
const LINE_FEED = 0x0a;

export class Clients {
  /** The one that was silent longest comes first. */
  readonly #sockets = new Set<Socket>();

  constructor(private readonly options: ClientsOptions) {}

  get count(): number {
    return this.#sockets.size;
  }

  add(socket: Socket): void {
    this.#sockets.add(socket);
    const { most = MOST, onChange } = this.options;
    const [oldest] = this.#sockets;
    if (oldest && this.count > most) this.#letGo(oldest);
    socket.on('error', () => {});
    socket.once('close', () => {
      this.#sockets.delete(socket);
      onChange();
    });
    onChange();
    this.#serve(socket).catch(() => socket.destroy());
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** At once, not when it is closed: more may come before that. */
  #letGo(socket: Socket): void {
    this.#sockets.delete(socket);
    socket.destroy();
  }

  async #serve(socket: Socket): Promise<void> {
    const { silentMs = SILENT_MS } = this.options;
    const silence = setTimeout(() => socket.destroy(), silentMs);
    try {
      for await (const line of linesOf(socket.iterator({ destroyOnReturn: false }))) {
        if (socket.destroyed) return;
        this.#sockets.delete(socket);
        this.#sockets.add(socket);
        await this.#send(socket, this.options.answer(line));
        silence.refresh();
        // Others have their turn.
        await turn();
      }
    } catch (error) {
      if (!(error instanceof FindTextError)) throw error;
      socket.write(`${JSON.stringify(failure(undefined, error))}\n`);
    } finally {
      socket.destroySoon();
      clearTimeout(silence);
    }
  }

  async #send(socket: Socket, line: string): Promise<void> {
    if (socket.write(line)) return;
    const signal = AbortSignal.timeout(this.options.readingMs ?? READING_MS);
    await once(socket, 'drain', { signal });
  }
}

/** Reads on when the line before is done with. @throws FindTextError for a line without end */
async function* linesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    let from = 0;
    rest = Buffer.concat([rest, chunk]);
    for (let end = rest.indexOf(LINE_FEED); end >= 0; end = rest.indexOf(LINE_FEED, from)) {
      if (end - from > MAX_LINE_BYTES) throw tooLong();
      const line = rest.toString('utf8', from, end).trim();
      from = end + 1;
      if (line !== '') yield line;
    }
    rest = rest.subarray(from);
    if (rest.length > MAX_LINE_BYTES) throw tooLong();
  }
  const last = rest.toString('utf8').trim();
  if (last !== '') yield last;
}

function tooLong(): FindTextError {
  const hint = 'a request is one line and ends with a line feed';
  return new FindTextError('FT_REQUEST_INVALID', `read a request: its line has more than ${MAX_LINE_BYTES} bytes`, {
    hint,
  });
}
