/** The other end of the socket may be anything. In all cases the program then searches by itself. */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { askDaemon, daemonToAsk, patienceMs } from '../../search-cli/ask-daemon.js';
import type { CommandAnswer } from '../../shared/ask/command.js';
import { listenAt } from '../helpers/listen-at.js';
import { tempFolder } from '../helpers/temp.js';

const LONG_MS = 60_000;
const GOOD: CommandAnswer = { printed: [[1, 'a\u00ff\n']], status: 0 };

let folder: string;
let socket: string;
let server: Server | undefined;
const clients = new Set<Socket>();

function listen(say: (client: Socket) => void): Promise<void> {
  server = createServer((client) => {
    clients.add(client.on('error', () => {}));
    client.once('data', () => say(client));
  });
  return listenAt(server, socket);
}

function asked(waitMs = LONG_MS): Promise<CommandAnswer | undefined> {
  return new Promise((resolve) => askDaemon({ socket, line: '{}\n' }, resolve, waitMs));
}

beforeEach(() => {
  const runtime = tempFolder();
  vi.stubEnv('XDG_RUNTIME_DIR', runtime);
  folder = join(runtime, 'find-text');
  mkdirSync(folder, { mode: 0o700 });
  socket = join(folder, 'query.sock');
});

afterEach(async () => {
  vi.unstubAllEnvs();
  for (const client of clients) client.destroy();
  clients.clear();
  await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)));
  server = undefined;
});

describe('askDaemon', () => {
  it('takes an answer, also one that comes in pieces', async () => {
    const line = `${JSON.stringify(GOOD)}\n`;
    await listen((client) => {
      client.write(line.slice(0, 5));
      setTimeout(() => client.write(line.slice(5)), 50);
    });
    expect(await asked()).toEqual(GOOD);
  });

  it.each<[string, (client: Socket) => void]>([
    ['closes at once', (client) => client.destroy()],
    ['ends in the middle', (client) => client.end('{"printed":[[1,"half')],
    ['says no JSON', (client) => client.write('what?\n')],
    ['says something else', (client) => client.write('{"index":"i","hits":[],"total":0}\n')],
    ['says an error', (client) => client.write('{"error":{"code":"FT_REQUEST_INVALID","message":"no"}}\n')],
    ['says nothing', (client) => client.write('null\n')],
    ['has no status', (client) => client.write('{"printed":[]}\n')],
    ['has a status that no answer has', (client) => client.write('{"printed":[],"status":2}\n')],
    ['writes elsewhere', (client) => client.write('{"printed":[[3,"a"]],"status":0}\n')],
    ['prints no text', (client) => client.write('{"printed":[[1,{"length":1}]],"status":0}\n')],
    ['never ends', (client) => client.write('x'.repeat(4 << 20))],
    ['answers twice', (client) => client.write(`${JSON.stringify(GOOD)}\n`.repeat(2))],
  ])('takes nothing from one that %s', async (_, say) => {
    await listen(say);
    expect(await asked()).toBeUndefined();
  });

  it('does not wait for ever', async () => {
    await listen(() => {});
    expect(await asked(50)).toBeUndefined();
    await new Promise((resolve) => server?.close(resolve));
    expect(await asked()).toBeUndefined();
  });

  it('waits longer where starting took long, and never long', () => {
    expect([0, 20, 100, 10_000].map(patienceMs)).toEqual([40, 100, 340, 500]);
  });
});

describe('daemonToAsk', () => {
  it('is one that listens in a folder of this user alone', async () => {
    expect(daemonToAsk(['a'])).toBeUndefined();
    writeFileSync(socket, '');
    expect(daemonToAsk(['a'])).toBeUndefined();
    socket = join(folder, 'other.sock');
    await listen(() => {});
    vi.stubEnv('XDG_RUNTIME_DIR', join(folder, 'nowhere'));
    expect(daemonToAsk(['a'])).toBeUndefined();
  });

  it('gets all that the output depends on', async () => {
    await listen(() => {});
    vi.stubEnv('NO_COLOR', '1');
    vi.stubEnv('SECRET', 'x');
    const daemon = daemonToAsk(['a', '-n5']);
    const { command } = JSON.parse(daemon?.line ?? '');
    expect(command).toMatchObject({ argv: ['a', '-n5'], cwd: process.cwd(), build: 'unbuilt', env: { NO_COLOR: '1' } });
    expect(daemon?.line).not.toContain('SECRET');
    expect(daemonToAsk(['x'.repeat(1 << 17)])).toBeUndefined();
    for (const word of ['-i', '-h', '--help', '--version', '--watch', '--open=1', '--preview'])
      expect(daemonToAsk(['a', word])).toBeUndefined();
    for (const word of ['-in:~/old', '-note', '-l', '--open-source']) expect(daemonToAsk(['a', word])).toBeDefined();
  });

  it('is not one in a folder that others can write to', async () => {
    await listen(() => {});
    expect(daemonToAsk(['a'])).toBeDefined();
    chmodSync(folder, 0o777);
    expect(daemonToAsk(['a'])).toBeUndefined();
  });
});
