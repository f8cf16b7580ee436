/** The connections of the page: when there are too many, the one goes that has asked nothing for longest. */
import type { Server } from 'node:http';
import type { Socket } from 'node:net';

export class Connections {
  /** The one that was silent longest comes first. */
  readonly #sockets = new Set<Socket>();

  constructor(
    server: Server,
    private readonly most: number,
  ) {
    server.on('connection', (socket: Socket) => this.#add(socket));
    server.on('request', ({ socket }: { socket: Socket }) => this.#touch(socket));
  }

  get count(): number {
    return this.#sockets.size;
  }

  #add(socket: Socket): void {
    socket.once('close', () => this.#sockets.delete(socket));
    this.#sockets.add(socket);
    const [oldest] = this.#sockets;
    if (oldest && this.count > this.most) this.#letGo(oldest);
  }

  #touch(socket: Socket): void {
    if (this.#sockets.delete(socket)) this.#sockets.add(socket);
  }

  /** At once, not when it is closed: more may come before that. */
  #letGo(socket: Socket): void {
    this.#sockets.delete(socket);
    socket.destroy();
  }
}
