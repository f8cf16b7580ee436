/** What systemd would hear: a datagram socket in another process. */
import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, it } from 'vitest';
import { ServiceManager } from '../../../indexer/system/service-manager.js';
import { tempFolder } from '../../helpers/temp.js';
import { until } from '../../helpers/test-env.js';

const LISTENER = `
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
print("listening", flush=True)
while True: print(s.recv(100).decode(), flush=True)
`;
const hasPython = spawnSync('python3', ['-c', '']).status === 0;

it.skipIf(!hasPython)('tells that it is ready, is alive, and ends', async () => {
  const socket = join(tempFolder(), 'notify');
  const listener = spawn('python3', ['-c', LISTENER, socket], { stdio: ['ignore', 'pipe', 'inherit'] });
  const heard: string[] = [];
  createInterface({ input: listener.stdout }).on('line', (line) => heard.push(line));
  try {
    await until('somebody listens', () => heard.includes('listening'));
    const env = { NOTIFY_SOCKET: socket, WATCHDOG_USEC: '20000', WATCHDOG_PID: `${process.pid}`, HOME: '/' };
    const manager = ServiceManager.ofEnvironment(env);
    expect(env).toEqual({ HOME: '/' });
    manager.ready();
    manager.ready();
    await until('it is alive', () => heard.filter((line) => line === 'WATCHDOG=1').length > 2);
    manager.close();
    await until('it ends', () => heard.at(-1) === 'STOPPING=1');
    expect(heard.filter((line) => line !== 'WATCHDOG=1')).toEqual(['listening', 'READY=1', 'STOPPING=1']);
  } finally {
    listener.kill();
  }
});

it('tells nobody where nobody is to be told, and goes on where nobody listens', () => {
  for (const env of [{}, { NOTIFY_SOCKET: '/nonexistent/notify', WATCHDOG_USEC: '1000000' }]) {
    const manager = ServiceManager.ofEnvironment(env);
    expect(() => manager.ready()).not.toThrow();
    expect(() => manager.close()).not.toThrow();
  }
});
