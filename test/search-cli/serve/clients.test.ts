import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Clients, type ClientsOptions } from '../../../search-cli/serve/clients.js';
import { MAX_LINE_BYTES } from '../../../shared/ask/request.js';
import { connectTo } from '../../helpers/connect-to.js';
import { listenAt } from '../../helpers/listen-at.js';
import { tempFolder } from '../../helpers/temp.js';
import { until } from '../../helpers/test-env.js';

/** Also when it is told that nobody reads any more. */
function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.once('close', () => resolve()));
}

describe('Clients', () => {
  let server: Server;
  let clients: Clients;
  let place: string;
  let come = 0;

  function serve(options: Partial<ClientsOptions> = {}): void {
    clients = new Clients({ answer: (line) => `<${line}>\n`, onChange: () => {}, ...options });
    server = createServer({ allowHalfOpen: true }, (socket) => {
      clients.add(socket);
      come++;
    });
    void listenAt(server, place);
  }

  async function client(): Promise<Socket & { told: () => string }> {
    const socket = connectTo(place);
    let text = '';
    socket.on('data', (chunk) => (text += chunk));
    socket.on('error', () => {});
    const before = come;
    await once(socket, 'connect');
    await until('the client is known', () => come > before);
    return Object.assign(socket, { told: () => text });
  }

  beforeEach(() => {
    place = join(tempFolder(), 's');
  });
  afterEach(async () => {
    clients.close();
    await new Promise((resolve) => server.close(resolve));
  });

  it('answers each line, in order, also one that comes in pieces or without an end', async () => {
    serve();
    const one = await client();
    one.write('a\n\nb');
    one.write('c\r\nd');
    one.end();
    await closed(one);
    expect(one.told()).toBe('<a>\n<bc>\n<d>\n');
    await until('it is forgotten', () => clients.count === 0);
  });

  it('lets go of a line without end, and says so', async () => {
    serve();
    const one = await client();
    one.write('x'.repeat(200_000));
    await closed(one);
    expect(one.told()).toMatch(/^{"error":{"code":"FT_REQUEST_INVALID"/);
  });

  it('lets go of a line that is too long also where its end has come', async () => {
    serve();
    const one = await client();
    one.write(`${'x'.repeat(MAX_LINE_BYTES)}\n`);
    await until('it is answered', () => one.told().endsWith('>\n'));
    one.write(`${'x'.repeat(MAX_LINE_BYTES + 1)}\n`);
    await closed(one);
    expect(one.told()).toMatch(/\n{"error":{"code":"FT_REQUEST_INVALID"/);
  });

  it('lets go of who asks nothing', async () => {
    serve({ silentMs: 50 });
    const one = await client();
    await closed(one);
    await until('it is forgotten', () => clients.count === 0);
  });

  it('lets go of who does not read, and answers others meanwhile', async () => {
    serve({ readingMs: 300, answer: (line) => `${line === 'much' ? 'x'.repeat(8 << 20) : line}\n` });
    const slow = connectTo(place);
    slow.on('error', () => {});
    await once(slow, 'connect');
    slow.write('much\n');
    const other = await client();
    other.write('quick\n');
    await until('the other one is answered', () => other.told() === 'quick\n');
    await until('the slow one is let go of', () => clients.count === 1);
    other.write('again\n');
    await until('the other one is answered again', () => other.told() === 'quick\nagain\n');
    slow.destroy();
  });

  it('lets go of the one that was silent longest when there are too many', async () => {
    serve({ most: 2 });
    const first = await client();
    const second = await client();
    first.write('a\n');
    await until('it is answered', () => first.told() === '<a>\n');
    const gone = closed(second);
    const third = await client();
    await gone;
    third.write('b\n');
    first.write('c\n');
    await until('both are answered', () => third.told() === '<b>\n' && first.told() === '<a>\n<c>\n');
  });

  it('never has more than the most, also when many come at once', async () => {
    clients = new Clients({ answer: (line) => line, onChange: () => {}, most: 3 });
    const left: Socket[] = [];
    server = createServer((socket) => left.push(socket));
    void listenAt(server, place);
    const sockets = Array.from({ length: 12 }, () => connectTo(place));
    for (const socket of sockets) socket.on('error', () => {});
    await until('all have come', () => left.length === sockets.length);
    for (const socket of left) clients.add(socket);
    expect(left.filter(({ destroyed }) => !destroyed)).toEqual(left.slice(-3));
    expect(clients.count).toBe(3);
    for (const socket of sockets) socket.destroy();
  });
});
