/** The daemon answers, through its query socket. */
import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { orUndefined } from '../../../shared/errors.js';
import { withSocketPath } from '../../../shared/socket-path.js';
import { Lines, type RequestObject } from './lines.js';

export class DaemonAnswers {
  readonly #lines: Lines;

  /** @returns undefined: nobody listens there. */
  static open(path: string, onOver: () => void): Promise<DaemonAnswers | undefined> {
    const socket = connectTo(path);
    if (!socket) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      socket.once('connect', () => resolve(new DaemonAnswers(socket, onOver)));
      socket.on('error', () => resolve(undefined));
    });
  }

  private constructor(
    private readonly socket: Socket,
    onOver: () => void,
  ) {
    this.#lines = new Lines((line) => socket.write(`${line}\n`));
    const lines = createInterface({ input: socket });
    // It repeats what the socket says.
    lines.on('line', (line) => this.#lines.heard(line)).on('error', () => {});
    socket.once('close', () => {
      this.#lines.fail(new Error('the connection to the daemon is closed'));
      onOver();
    });
  }

  get isOver(): boolean {
    return this.#lines.isOver;
  }

  ask(request: RequestObject) {
    return this.#lines.ask(request);
  }

  close(): void {
    this.socket.removeAllListeners('close').destroy();
  }
}

/** @returns undefined: the folder is not there. */
function connectTo(path: string): Socket | undefined {
  return orUndefined(() => withSocketPath(path, (short) => connect(short)));
}
