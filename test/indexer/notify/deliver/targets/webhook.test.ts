/** One attempt at a real receiver: what it gets, and what each way to fail is called. Nothing tells the address. */
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { join } from 'node:path';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Answer, Failed } from '../../../../../indexer/notify/deliver/target.js';
import { WebhookTarget } from '../../../../../indexer/notify/deliver/targets/webhook.js';
import type { Endpoint } from '../../../../../indexer/notify/rules/rule.js';
import { AUTHORITY_FILE, BEHAVIOURS, type BehaviourName, Receiver } from '../../../../helpers/receiver.js';
import { tempFolder } from '../../../../helpers/temp.js';

const SECRET = `whsec_${randomBytes(32).toString('base64')}`;
const PATH = '/services/T00/B00/v3ry-s3cr3t-token';
const json = JSON.stringify({
  type: 'file.modified',
  timestamp: '2026-11-28T21:55:49.340Z',
  src_path: '/srv/ü b',
  host: { name: 'vm' },
});

interface Given extends Partial<Endpoint> {
  readonly url: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Of the whole attempt. */
  readonly attemptMs?: number;
}

async function send({ url, env = {}, attemptMs, ...rest }: Given): Promise<Answer> {
  const source = { text: url };
  const endpoint: Endpoint = {
    name: 'ops',
    target: { kind: 'webhook', url: source },
    secrets: [],
    format: 'json',
    maxAgeHours: 72,
    ...rest,
  };
  const target = new WebhookTarget(endpoint, source, { env, clock: { wallMs: Date.now } });
  const signal = attemptMs === undefined ? new AbortController().signal : AbortSignal.timeout(attemptMs);
  return target.send({ webhookId: 'evt_1', json }, signal);
}

function expectNoSecret(answer: Answer): void {
  expect(JSON.stringify(answer)).not.toMatch(/v3ry-s3cr3t|\/services\/|whsec_/);
}

describe('a webhook', () => {
  it('gets the payload, signed, as a CloudEvent', async () => {
    const receiver = await Receiver.open();
    const answer = await send({ url: receiver.url + PATH, secrets: [{ text: SECRET }] });
    expect(answer).toEqual({ kind: 'accepted', code: 'HTTP 200', text: 'ok' });
    const [{ headers, body, path } = { headers: {}, body: '', path: '' }] = receiver.received;
    expect([path, body]).toEqual([PATH, json]);
    expect(new Webhook(SECRET).verify(body, headers)).toEqual(JSON.parse(json));
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      'webhook-id': 'evt_1',
      'ce-specversion': '1.0',
      'ce-id': 'evt_1',
      'ce-source': '//vm/find-textd',
      'ce-type': 'file.modified',
      'ce-time': '2026-11-28T21:55:49.340Z',
      'ce-subject': '/srv/%C3%BC%20b',
    });
  });

  it.each([
    ['status', { how: 'later', code: 'HTTP 500', text: '<h1>\\x1b[31mtrouble</h1>' }],
    ['unavailable', { how: 'throttled', code: 'HTTP 503', retryAfterMs: 7_000 }],
    ['too many', { how: 'throttled', code: 'HTTP 429' }],
    ['too many, later', { how: 'throttled', code: 'HTTP 429', retryAfterMs: 30_000 }],
    ['redirect', { how: 'later', code: 'HTTP 302' }],
    ['gone', { how: 'gone', code: 'HTTP 410' }],
    ['not wanted', { how: 'rejected', code: 'HTTP 400', text: 'no_text' }],
    ['garbage', { how: 'later', why: 'the answer is no HTTP' }],
    ['early close', { how: 'later', code: 'ECONNRESET' }],
    ['half a head', { how: 'later' }],
  ] satisfies [BehaviourName, Partial<Failed>][])('knows %s', async (name, expected) => {
    const receiver = await Receiver.open();
    receiver.behaviour = BEHAVIOURS[name];
    const answer = await send({ url: receiver.url + PATH });
    expect(answer).toMatchObject({ kind: 'failed', ...expected });
    expectNoSecret(answer);
    expect(receiver.received.map(({ path }) => path)).toEqual([PATH]);
  });

  it.each(['head byte by byte', 'silent'] as const)('gives up on an answer that does not come: %s', async (name) => {
    const receiver = await Receiver.open();
    receiver.behaviour = BEHAVIOURS[name];
    const answer = await send({ url: receiver.url + PATH, attemptMs: 300 });
    expect(answer).toMatchObject({ kind: 'failed', how: 'later', code: 'ETIMEDOUT' });
  });

  it('does not wait for a body that does not end: the status is the answer', async () => {
    const receiver = await Receiver.open();
    receiver.behaviour = BEHAVIOURS['body byte by byte'];
    expect(await send({ url: receiver.url + PATH })).toMatchObject({ kind: 'failed', code: 'HTTP 500' });
  });

  it('reads the beginning of a body of 1 GB, and closes the connection', async () => {
    const receiver = await Receiver.open();
    let wasClosed: Promise<void> | undefined;
    receiver.behaviour = (response, request) => {
      wasClosed = new Promise((resolve) => response.on('close', resolve));
      BEHAVIOURS.huge(response);
      void request;
    };
    const answer = await send({ url: receiver.url + PATH });
    expect(answer).toMatchObject({ kind: 'accepted', code: 'HTTP 200' });
    expect(answer.text?.length).toBeLessThan(400);
    await wasClosed;
  });

  it('knows a receiver that is not there, and a host that nobody knows', async () => {
    const receiver = await Receiver.open();
    const url = receiver.url + PATH;
    await receiver.down();
    const answer = await send({ url });
    expect(answer).toMatchObject({ how: 'later', code: 'ECONNREFUSED', why: 'nothing listens there' });
    await receiver.up();
    const unknown = await send({ url: `http://no-such-host.invalid${PATH}` });
    expect(unknown).toMatchObject({ how: 'later', code: expect.stringMatching(/^(ENOTFOUND|EAI_AGAIN)$/) });
    expectNoSecret(unknown);
  });

  it('hides what a receiver repeats of the address and the secret', async () => {
    const receiver = await Receiver.open();
    receiver.behaviour = (response, { url }) => response.writeHead(500).end(`cannot POST ${url} ${SECRET}`);
    const answer = await send({ url: `${receiver.url}${PATH}?key=0123456789abcdef`, secrets: [{ text: SECRET }] });
    expect(answer).toMatchObject({ text: 'cannot POST *** ***' });
    expectNoSecret(answer);
  });

  it('says what is wrong with its configuration, and sends nothing', async () => {
    const receiver = await Receiver.open();
    for (const wrong of [
      { secrets: [{ text: 'hunter2-hunter2' }] },
      { secrets: [{ env: 'NOT_SET' }] },
      { ca: '/no/such/file' },
      { url: 'ftp://x.example/v3ry-s3cr3t' },
    ]) {
      const answer = await send({ url: receiver.url + PATH, ...wrong });
      expect(answer).toMatchObject({ kind: 'failed', how: 'later', code: 'configuration' });
      expect(JSON.stringify(answer)).not.toMatch(/hunter2|v3ry-s3cr3t/);
    }
    expect(receiver.received).toEqual([]);
  });
});

describe('TLS', () => {
  it('is verified: only what an authority has signed that the endpoint trusts', async () => {
    const receiver = await Receiver.open({ isTls: true });
    const url = receiver.url + PATH;
    expect(await send({ url })).toMatchObject({ kind: 'failed', why: 'its certificate is not trusted' });
    expect(await send({ url, ca: AUTHORITY_FILE })).toMatchObject({ kind: 'accepted' });
    receiver.isTrusted = false;
    const answer = await send({ url, ca: AUTHORITY_FILE });
    expect(answer).toMatchObject({ kind: 'failed', why: 'its certificate is not trusted' });
    expect(receiver.received).toHaveLength(1);
  });

  it('is verified for the host: a certificate of another one is refused', async () => {
    const receiver = await Receiver.open({ isTls: true });
    const url = receiver.url.replace('localhost', '127.0.0.2') + PATH;
    const proxy = await proxyTo(receiver.url);
    const answer = await send({ url, ca: AUTHORITY_FILE, proxy: proxy.url });
    expect(answer).toMatchObject({ kind: 'failed', why: 'its certificate is for another host' });
  });

  it('says so when the receiver speaks none', async () => {
    const receiver = await Receiver.open();
    const url = receiver.url.replace('http:', 'https:') + PATH;
    expect(await send({ url })).toMatchObject({ kind: 'failed', why: 'the receiver speaks no TLS there' });
  });
});

describe('a proxy', () => {
  it('is used as the environment says, for TLS by a tunnel', async () => {
    const receiver = await Receiver.open({ isTls: true });
    const proxy = await proxyTo(receiver.url);
    const env = { https_proxy: proxy.url.replace('//', '//me:pass%20word@') };
    // Where nothing listens: only the proxy knows the way.
    expect(await send({ url: `https://localhost:1${PATH}`, ca: AUTHORITY_FILE, env })).toMatchObject({
      kind: 'accepted',
    });
    expect(proxy.seen).toEqual([`CONNECT localhost:1 ${basic('me:pass word')}`]);
    const excepted = { ...env, no_proxy: 'localhost' };
    expect(await send({ url: receiver.url + PATH, ca: AUTHORITY_FILE, env: excepted })).toMatchObject({
      kind: 'accepted',
    });
    expect(proxy.seen).toHaveLength(1);
    expect(receiver.received).toHaveLength(2);
  });

  it('is used as configured, without TLS by asking it for the whole address', async () => {
    const receiver = await Receiver.open();
    const proxy = await proxyTo(receiver.url);
    expect(await send({ url: receiver.url + PATH, proxy: proxy.url })).toMatchObject({
      kind: 'accepted',
      code: 'HTTP 202',
    });
    expect(proxy.seen).toEqual([`POST ${receiver.url}${PATH} -`]);
  });

  it('that refuses is not taken for the receiver', async () => {
    const receiver = await Receiver.open({ isTls: true });
    const proxy = await proxyTo(receiver.url, false);
    const answer = await send({ url: receiver.url + PATH, ca: AUTHORITY_FILE, proxy: proxy.url });
    expect(answer).toMatchObject({ kind: 'failed', how: 'later', code: 'PROXY_REFUSED' });
    expectNoSecret(answer);
  });
});

it('reads the address for each attempt: one that was replaced counts at once', async () => {
  const [one, other] = [await Receiver.open(), await Receiver.open()];
  const file = join(tempFolder(), 'url');
  const endpoint = {
    name: 'ops',
    target: { kind: 'webhook', url: { file } },
    secrets: [],
    format: 'json',
    maxAgeHours: 72,
  } as const;
  for (const receiver of [one, other]) {
    writeFileSync(file, `${receiver.url}${PATH}\n`, { mode: 0o600 });
    const target = new WebhookTarget(endpoint, { file }, { env: {}, clock: { wallMs: Date.now } });
    expect(target.place).toBe(new URL(receiver.url).host);
    expect(await target.send({ webhookId: 'evt_1', json }, new AbortController().signal)).toMatchObject({
      kind: 'accepted',
    });
  }
  expect([one.received.length, other.received.length]).toEqual([1, 1]);
});

interface Proxy {
  readonly url: string;
  readonly seen: string[];
}

function basic(text: string): string {
  return `Basic ${Buffer.from(text).toString('base64')}`;
}

/** A proxy that brings everything to one receiver, whatever is asked for. */
async function proxyTo(target: string, isWilling = true): Promise<Proxy> {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    seen.push(`${request.method} ${request.url} ${request.headers['proxy-authorization'] ?? '-'}`);
    response.writeHead(202).end();
  });
  server.on('connect', (request, socket) => {
    seen.push(`CONNECT ${request.url} ${request.headers['proxy-authorization'] ?? '-'}`);
    socket.on('error', () => {});
    if (!isWilling) return socket.end('HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n');
    const upstream = connect(Number(new URL(target).port), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      upstream.pipe(socket).pipe(upstream);
    });
    upstream.on('error', () => socket.destroy());
    socket.on('close', () => upstream.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}
