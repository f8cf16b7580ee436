/**
 * A remote syslog over TCP or TLS, a connection a message. Syslog confirms nothing. It counts as taken when the
 * receiver has closed the connection in order, after it has read all of it, or has said nothing against it for a
 * second.
 */
import { readFile } from 'node:fs/promises';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { cleanText } from '../../../../shared/path-text.js';
import { toFailure } from '../http/answer.js';
import { trust } from '../http/trust.js';
import type { Answer, Outgoing, Target } from '../target.js';
import { syslogFrame } from './syslog-line.js';

const PORTS: Readonly<Record<string, number>> = { 'tcp:': 514, 'tls:': 6514 };
const PATIENCE_MS = 1_000;

export interface SyslogOptions {
  readonly url: string;
  readonly ca: string | undefined;
}

export class SyslogTarget implements Target {
  readonly place: string;
  readonly #url: URL;

  constructor(private readonly options: SyslogOptions) {
    this.#url = new URL(options.url);
    this.place = cleanText(this.#url.host);
  }

  identity(): string {
    return `${this.#url.protocol}${this.place}`;
  }

  async send(message: Outgoing, signal: AbortSignal): Promise<Answer> {
    try {
      const socket = await this.#connect(signal);
      await handOver(socket, syslogFrame(message, Date.now()), signal);
      return { kind: 'accepted' };
    } catch (error) {
      return toFailure(error);
    }
  }

  async #connect(signal: AbortSignal): Promise<Socket> {
    const { protocol, port } = this.#url;
    const host = this.#url.hostname.replace(/^\[|\]$/g, '');
    const place = { host, port: Number(port || PORTS[protocol]) };
    if (protocol !== 'tls:') return opened(connectTcp(place), 'connect', signal);
    const { ca } = this.options;
    const trusted = trust(ca === undefined ? undefined : await readFile(ca, 'utf8'));
    const servername = isIP(host) ? '' : host;
    return opened(connectTls({ ...place, ...trusted, servername }), 'secureConnect', signal);
  }
}

function opened(socket: Socket, event: 'connect' | 'secureConnect', signal: AbortSignal): Promise<Socket> {
  return raced(socket, signal, (resolve) => socket.once(event, () => resolve(socket)));
}

async function handOver(socket: Socket, frame: Buffer, signal: AbortSignal): Promise<void> {
  let enough: NodeJS.Timeout | undefined;
  try {
    await raced<void>(socket, signal, (resolve) => {
      socket.resume();
      socket.once('close', () => resolve());
      socket.end(frame, () => {
        enough = setTimeout(resolve, PATIENCE_MS);
      });
    });
  } finally {
    clearTimeout(enough);
    socket.destroy();
  }
}

/** @throws what the socket throws, or that it took too long; the socket is destroyed then. */
function raced<T>(socket: Socket, signal: AbortSignal, begin: (resolve: (value: T) => void) => void): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const late = () => socket.destroy(Object.assign(new Error('too late'), { code: 'ETIMEDOUT' }));
    const settled = () => signal.removeEventListener('abort', late);
    socket.once('error', (error) => {
      settled();
      reject(error);
    });
    signal.addEventListener('abort', late, { once: true });
    if (signal.aborted) late();
    begin((value) => {
      settled();
      resolve(value);
    });
  });
}
