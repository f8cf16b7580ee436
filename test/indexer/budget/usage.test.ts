import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { getPriority } from 'node:os';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readUsage } from '../../../indexer/budget/usage.js';
import { bundle } from '../../helpers/bundle.js';

describe('readUsage', () => {
  it('counts a child while it lives and when it is gone', async () => {
    const before = readUsage([], '');
    const child = spawn(process.execPath, [
      '-e',
      'globalThis.held = Buffer.alloc(5e7, 1); while (process.cpuUsage().user < 2e5); process.stdin.resume(); console.log("done")',
    ]);
    onTestFinished(() => void child.kill('SIGKILL'));
    await once(child.stdout, 'data');
    const alive = readUsage([child.pid as number], '');
    expect(alive.childrenCpuMs - before.childrenCpuMs).toBeGreaterThan(100);
    expect(alive.memoryBytes - before.memoryBytes).toBeGreaterThan(2e7);
    child.stdin.end();
    await once(child, 'close');
    const gone = readUsage([], '');
    expect(gone.childrenCpuMs).toBeGreaterThanOrEqual(alive.childrenCpuMs);
    expect(gone.mainCpuMs).toBeGreaterThan(before.mainCpuMs);
  });

  it('tells the writer thread from the rest, and goes without what is not told', () => {
    const main = `${process.pid}/task/${process.pid}`;
    const usage = readUsage([], main);
    if (readFileSync(`/proc/${main}/schedstat`, 'latin1')) expect(usage.writerCpuMs).toBeGreaterThan(0);
    expect(readUsage([2 ** 30], 'none')).toMatchObject({ writerCpuMs: 0 });
  });
});

describe('giveWay', () => {
  it('lowers this process and what it starts, and never raises', () => {
    const run = spawnSync(process.execPath, [bundle('test/indexer/budget/give-way.child.ts')], { encoding: 'utf8' });
    expect(run.stderr).toBe('');
    const lowered = Math.max(getPriority(), 7);
    expect(JSON.parse(run.stdout)).toEqual({ own: lowered, child: lowered, raised: lowered });
  });
});
