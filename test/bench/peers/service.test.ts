/** Services of the comparison: their CPU, their rest, and their end with everything they have started. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { getPriority } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';

const load = (name: string) => import(new URL(name, import.meta.url).href);
const { atOwnPriority, startService, untilIdle, runLimited } = await load('service.mjs');
const { cpuOf, givesWay, isAlive } = await load('process-clock.mjs');

const node = (script: string) => [process.execPath, '-e', script];
const BUSY = 'const end = process.cpuUsage().user + 2e5; while (process.cpuUsage().user < end);';

describe('a service', () => {
  it('is idle when it has worked, and its CPU is known', async () => {
    const service = startService(node(`${BUSY} setInterval(() => {}, 1e6)`), process.env);
    expect(await untilIdle(service, { quietMs: 600, limitMs: 60_000 })).toMatchObject({ isDone: true });
    expect(cpuOf(service.pids())).toBeGreaterThan(0.2);
    await service.stop();
  });

  it('is not idle before it says that it has finished', async () => {
    const service = startService(node('setInterval(() => {}, 1e6)'), process.env);
    const answers = [false, true];
    await untilIdle(service, { quietMs: 300, limitMs: 60_000, isFinished: () => answers.shift() });
    expect(answers).toEqual([]);
    expect(await untilIdle(service, { quietMs: 300, limitMs: 800, isFinished: () => false })).toMatchObject({
      isDone: false,
    });
    await service.stop();
  });

  it.runIf(process.getuid?.() === 0)('gets the priority of the benchmark, where root measures', async () => {
    const child = spawn('nice', ['-n', '1', ...node('setInterval(() => {}, 1e6)')]);
    while (!givesWay(child.pid, getPriority())) await sleep(20);
    atOwnPriority([child.pid]);
    expect(getPriority(child.pid)).toBe(getPriority());
    child.kill('SIGKILL');
    await once(child, 'close');
  });

  it('ends with what it has started', async () => {
    const child = `require('child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6)'])`;
    const service = startService(node(child), process.env);
    while (service.pids().length < 2) await sleep(20);
    const pids: number[] = service.pids();
    await service.stop();
    expect(pids.filter((pid) => isAlive(pid))).toEqual([]);
  });
});

describe('a program with a limit', () => {
  it('is ended at the limit, and says so', async () => {
    expect(await runLimited(node('setInterval(() => {}, 1e6)'), process.env, 300)).toMatchObject({ isDone: false });
    expect(await runLimited(node(BUSY), process.env, 60_000)).toMatchObject({ isDone: true });
  });

  it('is an error when it fails by itself', async () => {
    await expect(runLimited(node('process.exit(3)'), process.env, 60_000)).rejects.toThrow('run ');
  });
});
