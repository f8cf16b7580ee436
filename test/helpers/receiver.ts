/** A webhook receiver on the loopback that can fail in every way there is; real HTTP, also over TLS. */
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, type Server } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

const TLS = new URL('../fixtures/tls/', import.meta.url);
const fileOf = (name: string) => readFileSync(new URL(name, TLS));
/** Trusts `localhost` as the receiver shows it. */
export const AUTHORITY_FILE = fileURLToPath(new URL('ca.pem', TLS));

export interface Received {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** How it answers. */
export type Behaviour = (response: ServerResponse, request: IncomingMessage) => void;

export const BEHAVIOURS = {
  ok: (response) => response.end('ok'),
  empty: (response) => response.writeHead(204).end(),
  status: (response) => response.writeHead(500).end('<h1>\u001b[31mtrouble</h1>'),
  unavailable: (response) => response.writeHead(503, { 'retry-after': '7' }).end(),
  'too many': (response) => response.writeHead(429).end('{"retry_after":1}'),
  'too many, later': (response) => response.writeHead(429, { 'retry-after': '30' }).end(),
  redirect: (response, { url }) => response.writeHead(302, { location: `/trap${url}` }).end(),
  gone: (response) => response.writeHead(410).end(),
  'not wanted': (response) => response.writeHead(400).end('no_text'),
  garbage: (response) => response.socket?.end('SSH-2.0-OpenSSH_9.2\r\n'),
  'early close': (response) => response.socket?.destroy(),
  'half a head': (response) => response.socket?.end('HTTP/1.1 200 OK\r\ncontent-le'),
  'head byte by byte': (response) => drip(response, 'HTTP/1.1 200 OK\r\nx-'),
  'body byte by byte': (response) => {
    response.writeHead(500, { 'content-length': 1_000 });
    response.flushHeaders();
    drip(response, '');
  },
  silent: () => {},
  huge: (response) => {
    response.writeHead(200, { 'content-length': 1 << 30 });
    const piece = Buffer.alloc(1 << 16, 'x');
    const more = () => {
      while (!response.destroyed && response.write(piece));
    };
    response.on('drain', more);
    more();
  },
} as const satisfies Record<string, Behaviour>;
export type BehaviourName = keyof typeof BEHAVIOURS;

/** One byte after the other, without an end. */
function drip({ socket }: ServerResponse, head: string): void {
  socket?.write(head);
  const timer = setInterval(() => socket?.write('x'), 20);
  socket?.once('close', () => clearInterval(timer));
}

export class Receiver {
  readonly received: Received[] = [];
  /** Of each request, before it is answered. */
  onRequest: (received: Received) => void = () => {};
  behaviour: Behaviour = BEHAVIOURS.ok;
  /** A client did not like the certificate. */
  onRefused: () => void = () => {};
  readonly #sockets = new Set<Socket>();
  readonly #server: Server | ReturnType<typeof createServer>;
  #port = 0;

  private constructor(private readonly isTls: boolean) {
    const answer = (request: IncomingMessage, response: ServerResponse) => this.#take(request, response);
    this.#server = isTls ? createTlsServer(trusted(), answer) : createServer(answer);
    this.#server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => this.#sockets.delete(socket));
    });
    this.#server.on('tlsClientError', () => this.onRefused());
  }

  /** It is closed with the test. */
  static async open({ isTls = false } = {}): Promise<Receiver> {
    const receiver = new Receiver(isTls);
    await receiver.up();
    onTestFinished(() => receiver.down());
    return receiver;
  }

  /** On the same port as before. */
  async up(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(this.#port, '127.0.0.1', resolve);
    });
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  async down(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** The certificate that it shows from now on. */
  set isTrusted(isTrusted: boolean) {
    (this.#server as Server).setSecureContext(
      isTrusted ? trusted() : { ...trusted(), cert: fileOf('self-signed.pem') },
    );
  }

  get url(): string {
    return `${this.isTls ? 'https' : 'http'}://localhost:${this.#port}`;
  }

  #take(request: IncomingMessage, response: ServerResponse): void {
    const chunks: Buffer[] = [];
    request.on('error', () => {});
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const headers = request.headers as Record<string, string>;
      const received = { path: request.url ?? '', headers, body: Buffer.concat(chunks).toString('utf8') };
      this.received.push(received);
      this.onRequest(received);
      this.behaviour(response, request);
    });
  }
}

function trusted() {
  return { key: fileOf('localhost.key'), cert: fileOf('localhost.pem') };
}
