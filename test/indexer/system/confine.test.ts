/** What an extractor cannot do, tried by one that wants to: where the kernel has the walls. */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, readlinkSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ExtractorPool } from '../../../indexer/extract/pool.js';
import { filterSteps, machineOf } from '../../../indexer/system/call-filter.js';
import { wallsHere } from '../../../indexer/system/confine.js';
import { bundle } from '../../helpers/bundle.js';
import { listenAt } from '../../helpers/listen-at.js';
import { tempFolder } from '../../helpers/temp.js';

const folder = tempFolder();
const secret = join(folder, 'secret.txt');
const target = join(folder, 'made');

const walls = wallsHere();

describe.skipIf(!walls.seccomp)('an extractor that is shut in', () => {
  const pool = new ExtractorPool({ workerPath: bundle('test/indexer/extract/hostile-worker.ts'), workers: 1 });
  const victim = spawn('sleep', ['600'], { stdio: 'ignore' });
  const server = createServer();
  const ownSocket = createServer();
  /** [what it tried, what came of that] */
  const results: (readonly [string, string])[] = [];

  const text = async (name: string, content: string) => {
    writeFileSync(join(folder, name), content);
    const [outcome] = await pool.extract([{ path: Buffer.from(join(folder, name)) }]);
    return outcome?.kind === 'extracted' ? Buffer.from(outcome.extraction.text).toString() : JSON.stringify(outcome);
  };

  beforeAll(async () => {
    writeFileSync(secret, 'secret');
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const socket = join(folder, 's');
    await listenAt(ownSocket, socket);
    const { port } = server.address() as { port: number };
    const wishes = { secret, target, port, socket, victim: victim.pid };
    const names = JSON.parse(await text('names.hostile', '{}')) as string[];
    for (const name of names) results.push([name, await text('one.hostile', JSON.stringify({ ...wishes, name }))]);
  });

  afterAll(async () => {
    victim.kill();
    server.close();
    ownSocket.close();
    await pool.close();
  });

  it('reads its job', async () => expect(await text('plain.txt', 'words')).toBe('words'));

  it('can do nothing else', () => {
    expect(results.length).toBeGreaterThan(25);
    // Newer versions of Node ask the kernel for what they watch by io_uring, and end where that is refused.
    const isRefused = (result: string) =>
      /^(?:EPERM|EACCES)$/.test(result) || /SIGABRT: libuv: io_uring_enter\(.*: Operation not permitted/.test(result);
    expect(results.filter(([, result]) => !isRefused(result))).toEqual([]);
  });

  it('has changed nothing', () => {
    expect([readFileSync(secret, 'utf8'), existsSync(target), statSync(secret).mode & 0o77, victim.exitCode]).toEqual([
      'secret',
      false,
      0o44,
      null,
    ]);
  });

  it('holds no descriptor but its own', () => {
    const pid = pool.pids[0] as number;
    const open = readdirSync(`/proc/${pid}/fd`).map((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`));
    const own = /^(?:socket|pipe|anon_inode):|^\/dev\/null$|^\/(?:dev\/shm|tmp)\/find-text-|^\/proc\/\d+\/status$/;
    expect(open.filter((one) => !own.test(one))).toEqual([]);
  });
});

describe('the walls', () => {
  it('are told as the kernel has them', () => {
    expect(walls.landlock).toBe(Math.trunc(walls.landlock));
    expect(machineOf('s390x')).toBe(undefined);
  });

  it('deny no call twice, and those of a machine by its numbers', () => {
    for (const arch of ['x64', 'arm64']) {
      const { denied = [] } = machineOf(arch) ?? {};
      expect(denied.length).toBeGreaterThan(90);
      expect(new Set(denied).size).toBe(denied.length);
      expect(filterSteps(machineOf(arch) ?? expect.fail(), 1).length % 8).toBe(0);
    }
  });
});
