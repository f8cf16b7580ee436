/** Of a large file the first part is known only: status, the hit and a search that finds nothing say so. */
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TestEnv, until } from '../helpers/test-env.js';

const LINE = 'a line that fills the log\n';

/** One file of 1.5 MB, and the limit is 1 MiB. */
async function started(): Promise<TestEnv> {
  const env = new TestEnv();
  mkdirSync(join(env.home, 'config/find-text'), { recursive: true });
  writeFileSync(join(env.home, 'config/find-text/config.toml'), '[extract]\nmaxFileMiB = 1\n');
  writeFileSync(env.path('app.log'), `headword\n${LINE.repeat(1_500_000 / LINE.length)}tailword\n`);
  writeFileSync(env.path('note.txt'), 'headword too');
  await env.startDaemon();
  await env.untilSettled();
  return env;
}

describe('a file that is known in its first part only', () => {
  it('is told by status, by its hit, and when nothing is found', async () => {
    const env = await started();
    const { count, largest } = env.status().partial;
    expect([count, largest.map(({ path }) => path)]).toEqual([1, [env.path('app.log')]]);
    expect(env.run('find-textd', 'status').stdout).toMatch(/^partial +1 file known in part only/m);
    const hits = env.run('find-text', '--json', 'headword').stdout.trimEnd().split('\n');
    const marks = hits.map((line) => JSON.parse(line) as { name: string; partial?: boolean });
    expect(new Map(marks.map(({ name, partial }) => [name, partial]))).toEqual(
      new Map([
        ['app.log', true],
        ['note.txt', undefined],
      ]),
    );
    for (const output of [[], ['-l'], ['--json']]) {
      const { status, stderr } = env.run('find-text', ...output, 'tailword');
      expect([status, stderr]).toEqual([1, expect.stringContaining('one file is known in part only')]);
    }
  });

  it('is no longer told when the file is short enough, and is when another grows', async () => {
    const env = await started();
    writeFileSync(env.path('app.log'), 'headword and tailword');
    await env.untilFound('tailword', ['app.log']);
    expect(env.status().partial).toEqual({ count: 0, largest: [] });
    expect(env.run('find-textd', 'status').stdout).not.toContain('in part');
    expect(env.run('find-text', 'nowhereword').stderr).not.toContain('in part');
    appendFileSync(env.path('note.txt'), LINE.repeat(100_000));
    await until('the grown file is told', () => env.status().partial.count === 1);
  });
});
