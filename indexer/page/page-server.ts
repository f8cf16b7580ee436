/**
 * The page's HTTP server: a few files for everybody on this machine, answers for who has a pass. It listens to this
 * machine alone. A client that is slow, floods or sends too much costs its own connection. It works in a thread of its
 * own (page-thread.ts).
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Connections } from './connections.js';
import { isQuestion, KEY_HEADER, questionOf, refusalOf } from './guard.js';
import { failureOf, type Handlers } from './handlers.js';
import type { PageFiles } from './page-files.js';
import type { Passes } from './passes.js';
import type { Ports } from './peer-user.js';
import { readQuestion } from './read-question.js';
import { SECURITY_HEADERS } from './security-headers.js';
import { Throttle } from './throttle.js';

export interface PageServerOptions {
  readonly files: PageFiles;
  readonly handlers: Handlers;
  readonly passes: Passes;
  /** May this secret open the page, from this connection? */
  readonly redeem: (secret: unknown, ports: Ports) => boolean;
  readonly limits?: Partial<PageLimits>;
}

export interface PageLimits {
  readonly connections: number;
  /** So long a request may take to come. */
  readonly askingMs: number;
  /** So long an answer may take to be read. */
  readonly readingMs: number;
  /** So long a connection may ask nothing. */
  readonly silentMs: number;
}

const LIMITS: PageLimits = { connections: 32, askingMs: 10_000, readingMs: 30_000, silentMs: 30_000 };
const HOST = '127.0.0.1';
const MAX_HEADER_BYTES = 16_384;
/** How often late requests are looked for. */
const LOOK_MS = 1_000;

export class PageServer {
  readonly #server: Server;
  readonly #connections: Connections;
  readonly #limits: PageLimits;
  readonly #throttle = new Throttle();

  constructor(private readonly options: PageServerOptions) {
    this.#limits = { ...LIMITS, ...options.limits };
    const { askingMs, silentMs, connections } = this.#limits;
    this.#server = createServer({
      maxHeaderSize: MAX_HEADER_BYTES,
      headersTimeout: askingMs,
      requestTimeout: askingMs,
      keepAliveTimeout: silentMs,
      connectionsCheckingInterval: Math.min(LOOK_MS, askingMs),
    });
    this.#server.timeout = silentMs;
    this.#connections = new Connections(this.#server, connections);
    this.#server.on('request', (request, response) => this.#take(request, response));
  }

  get connections(): number {
    return this.#connections.count;
  }

  /** @param port  0, or where it may listen no more: any that is free. @returns the port */
  async listen(port: number): Promise<number> {
    await this.#tryListen(port).catch((error: unknown) => {
      if (port === 0) throw error;
      return this.#tryListen(0);
    });
    return (this.#server.address() as { port: number }).port;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #tryListen(port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen({ host: HOST, port, exclusive: true }, () => {
        this.#server.off('error', reject);
        resolve();
      });
    });
  }

  #take(request: IncomingMessage, response: ServerResponse): void {
    const late = setTimeout(() => request.socket.destroy(), this.#limits.readingMs);
    response.once('close', () => clearTimeout(late));
    const refusal = refusalOf(request);
    if (refusal) say(response, refusal.status, refusal.why);
    else if (isQuestion(request.url)) void this.#answer(request, response);
    else this.#sendFile(request, response);
  }

  #sendFile({ url = '', method }: IncomingMessage, response: ServerResponse): void {
    const file = this.options.files.get(url.replace(/\?.*/s, ''));
    if (!file) return say(response, 404, 'there is no such file');
    response.writeHead(200, { ...SECURITY_HEADERS, 'Content-Type': file.type, 'Content-Length': file.bytes.length });
    response.end(method === 'HEAD' ? undefined : file.bytes);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { url = '', headers, socket } = request;
    const name = questionOf(url);
    const isLogin = name === 'login';
    if (!isLogin && !this.options.passes.isValid(headers.cookie, headers[KEY_HEADER], socket.localPort ?? 0))
      return say(response, 401, 'this needs a pass: `find-textd page` opens the page');
    const waitMs = this.#throttle.waitMs(isLogin ? 'login' : 'question');
    if (waitMs > 0) return say(response, 429, 'too many questions at once');
    const read = await readQuestion(request);
    if (read.kind === 'gone') return;
    if (read.kind === 'refused') return say(response, read.status, read.why);
    // Who types on has called it off.
    if (socket.destroyed) return;
    if (isLogin) return this.#login(request, response, read.question);
    const handler = Object.hasOwn(this.options.handlers, name) ? this.options.handlers[name] : undefined;
    if (!handler) return say(response, 404, 'there is no such question');
    try {
      sendJson(response, 200, handler(read.question));
    } catch (error) {
      sendJson(response, 400, failureOf(error));
    }
  }

  #login({ socket }: IncomingMessage, response: ServerResponse, { secret }: Readonly<Record<string, unknown>>): void {
    const ports = { ours: socket.localPort ?? 0, theirs: socket.remotePort ?? 0 };
    if (!this.options.redeem(secret, ports))
      return say(response, 401, 'this link is used or too old: `find-textd page` makes a new one');
    const { cookie, key } = this.options.passes.issue(ports.ours);
    response.setHeader('Set-Cookie', cookie);
    sendJson(response, 200, { key });
  }
}

/** What was refused is not read: the connection ends with the answer. */
function say(response: ServerResponse, status: number, why: string): void {
  response.shouldKeepAlive = response.req.complete;
  response.writeHead(status, { ...SECURITY_HEADERS, 'Content-Type': 'text/plain; charset=utf-8' });
  response.end(`${why}\n`);
}

function sendJson(response: ServerResponse, status: number, value: unknown): void {
  const bytes = Buffer.from(JSON.stringify(value));
  const type = { 'Content-Type': 'application/json', 'Content-Length': bytes.length };
  response.writeHead(status, { ...SECURITY_HEADERS, ...type });
  response.end(bytes);
}
