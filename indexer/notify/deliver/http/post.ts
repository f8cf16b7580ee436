/**
 * One POST, directly or by a proxy. `node:http` and not fetch: that takes five times the memory and twice the processor
 * time, has no authority per request, and its errors hold the address.
 *
 * Invariants: a redirect is an answer like any other. Of a body no more than its beginning is read. No answer takes
 * longer than `signal` allows, whatever the receiver does.
 */
import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Socket } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import { trust } from './trust.js';

export interface Post {
  readonly url: URL;
  readonly headers: OutgoingHttpHeaders;
  readonly body: string;
  readonly proxy: URL | undefined;
  /** PEM, beside the authorities that Node knows. */
  readonly ca: string | undefined;
}

export interface PostAnswer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  /** Its beginning. */
  readonly text: string;
}

const MAX_ANSWER_BYTES = 2_048;
/** The status has decided: the body is for people. */
const ANSWER_PATIENCE_MS = 1_000;

/** @throws an error with a `code` */
export async function post(what: Post, signal: AbortSignal): Promise<PostAnswer> {
  const { url, proxy } = what;
  if (url.protocol === 'https:') {
    const socket = proxy && (await tunnel(url, proxy, what, signal));
    return exchange(
      httpsRequest(url, { ...options(what, signal), ...tls(what, url), ...overSocket(socket, url, what) }),
      what,
    );
  }
  if (!proxy) return exchange(httpRequest(url, options(what, signal)), what);
  const { method, headers, agent } = options(what, signal);
  const path = `${url.origin}${url.pathname}${url.search}`;
  const host = { host: proxy.hostname, port: portOf(proxy), path };
  const all = { ...headers, host: url.host, ...basic(url, 'authorization'), ...basic(proxy, 'proxy-authorization') };
  const make = proxy.protocol === 'https:' ? httpsRequest : httpRequest;
  return exchange(make({ ...host, method, headers: all, agent, signal }), what);
}

function options({ headers, body }: Post, signal: AbortSignal) {
  return {
    method: 'POST',
    agent: false as const,
    signal,
    headers: { ...headers, 'content-length': Buffer.byteLength(body), connection: 'close' },
  };
}

/** A name of the server's own is sent only where it is a name: RFC 6066. */
function tls({ ca }: Post, { hostname }: URL) {
  const servername = /^[\d.]+$|^\[/.test(hostname) ? '' : hostname;
  return { servername, ...trust(ca) };
}

function overSocket(socket: Socket | undefined, url: URL, what: Post) {
  if (!socket) return {};
  const host = url.hostname.replace(/^\[|\]$/g, '');
  // Heeded only where there is no agent at all.
  return { agent: undefined, createConnection: (): TLSSocket => connect({ socket, host, ...tls(what, url) }) };
}

async function tunnel(url: URL, proxy: URL, { ca }: Post, signal: AbortSignal): Promise<Socket> {
  const target = `${url.hostname}:${portOf(url)}`;
  const make = proxy.protocol === 'https:' ? httpsRequest : httpRequest;
  const request = make({
    host: proxy.hostname,
    port: portOf(proxy),
    method: 'CONNECT',
    path: target,
    headers: { host: target, ...basic(proxy, 'proxy-authorization') },
    agent: false,
    signal,
    ...trust(ca),
  });
  request.end();
  const [answer, socket] = (await Promise.race([once(request, 'connect'), refused(request)])) as [
    IncomingMessage,
    Socket,
  ];
  socket.on('error', () => {});
  if (answer.statusCode === 200) return socket;
  socket.destroy();
  throw proxyRefused();
}

/** An answer with a body instead of a tunnel. */
async function refused(request: ReturnType<typeof httpRequest>): Promise<never> {
  const [answer] = (await once(request, 'response')) as [IncomingMessage];
  answer.destroy();
  throw proxyRefused();
}

function proxyRefused(): Error {
  return Object.assign(new Error('the proxy refuses'), { code: 'PROXY_REFUSED' });
}

async function exchange(request: ReturnType<typeof httpRequest>, { body }: Post): Promise<PostAnswer> {
  // After the answer nothing of it matters any more: the receiver may close before it has read all.
  request.on('error', () => {});
  request.end(body);
  const [answer] = (await once(request, 'response')) as [IncomingMessage];
  const text = await beginning(answer);
  request.destroy();
  return { status: answer.statusCode ?? 0, headers: answer.headers, text };
}

/** Never fails, and never takes long. */
async function beginning(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  await new Promise<void>((resolve) => {
    const enough = setTimeout(resolve, ANSWER_PATIENCE_MS);
    const end = () => {
      clearTimeout(enough);
      resolve();
    };
    answer.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      size += chunk.length;
      if (size >= MAX_ANSWER_BYTES) end();
    });
    for (const event of ['end', 'error', 'close']) answer.on(event, end);
  });
  return Buffer.concat(chunks).subarray(0, MAX_ANSWER_BYTES).toString('utf8');
}

function portOf(url: URL): number {
  return Number(url.port || (url.protocol === 'https:' ? 443 : 80));
}

function basic({ username, password }: URL, header: string): OutgoingHttpHeaders {
  if (username === '') return {};
  const text = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { [header]: `Basic ${Buffer.from(text).toString('base64')}` };
}
