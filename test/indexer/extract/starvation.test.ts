import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it, onTestFinished } from 'vitest';
import { isRunnable, isStarved, processorMs } from '../../../indexer/extract/starvation.js';
import { until } from '../../helpers/test-env.js';

const LIMIT_MS = 30_000;

async function start(script: string): Promise<number> {
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  return child.pid as number;
}

describe('starvation', () => {
  it.each([
    ['it works, and other programs have the processors', 31_000, 400, true, true],
    ['it has had its time', 31_000, 29_000, true, false],
    ['it has had half of its time', 61_000, 15_000, true, false],
    ['it waits for something else', 31_000, 0, false, false],
    ['it has been waited for long enough', 300_000, 4_000, true, false],
    ['nothing is known', 31_000, undefined, true, false],
  ] as const)('%s', (_, silentMs, usedMs, isAtWork, expected) => {
    expect(isStarved({ silentMs, usedMs, isRunnable: isAtWork }, LIMIT_MS)).toBe(expected);
  });

  it('a process in an endless loop is runnable, and uses processor time', async () => {
    const pid = await start("process.stdout.write('on'); setImmediate(() => { for (;;); })");
    const before = processorMs(pid) as number;
    await until('it has used some', () => (processorMs(pid) as number) > before + 100);
    await until('it is seen at work', () => isRunnable(pid));
  });

  it('a process that waits is not runnable', async () => {
    const pid = await start("process.stdout.write('on'); setInterval(() => {}, 1e9)");
    await until('it has come to rest', () => !isRunnable(pid));
  });

  it('nothing is known of a process that is no more', () => {
    expect([processorMs(2 ** 30), isRunnable(2 ** 30)]).toEqual([undefined, false]);
  });
});
