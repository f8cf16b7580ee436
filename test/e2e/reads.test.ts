/** `find-textd run` with inotify: reads that a rule names are events, and neither what is indexed nor what is not asked for. */
import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { EventLine } from '../../indexer/commands/events.js';
import { TestEnv, until } from '../helpers/test-env.js';

const RULE = `
[[notify]]
name = "readers"
paths = ["watched/"]
events = ["opened", "closed_no_write", "denied"]
to = []
`;

function told(env: TestEnv): string[] {
  const lines = env.run('find-textd', 'events', '--json').stdout.split('\n').filter(Boolean);
  return lines.map((line) => {
    const { kind, path } = JSON.parse(line) as EventLine;
    return `${kind} ${path.replace(`${env.tree}/`, '')}`;
  });
}

async function untilTold(env: TestEnv, line: string): Promise<void> {
  await until(
    () => `this is told: ${line}\nnot only:\n${told(env).join('\n')}`,
    () => told(env).includes(line),
  );
}

it('tells who asks for it of reads by others', { timeout: 60_000 }, async () => {
  const env = new TestEnv();
  mkdirSync(join(env.home, 'config/find-text'), { recursive: true });
  writeFileSync(join(env.home, 'config/find-text/config.toml'), RULE);
  for (const folder of ['watched', 'other']) {
    mkdirSync(join(env.tree, folder), { recursive: true });
    for (const name of ['a.txt', 'b.txt', 'last.txt']) writeFileSync(join(env.tree, folder, name), `text of ${name}`);
  }
  const daemon = await env.startDaemon([env.tree, '--source', 'inotify']);
  await env.untilSettled();
  const untold = 'the rule "readers" asks for denied, which is never told here: inotify does not see';
  await until('it is said what is never told', () => daemon.stderr().includes(untold));
  execFileSync('cat', ['watched/a.txt', 'other/a.txt'], { cwd: env.tree });
  await untilTold(env, 'close watched/a.txt');
  expect(told(env).filter((line) => /^(?:open|close) /.test(line))).toEqual([
    'open watched/a.txt',
    'close watched/a.txt',
  ]);

  appendFileSync(join(env.tree, 'watched/b.txt'), ' reread');
  await untilTold(env, 'open watched/b.txt');
  await env.untilSettled();
  execFileSync('cat', ['watched/last.txt'], { cwd: env.tree });
  await untilTold(env, 'close watched/last.txt');
  // It was opened to be written to, and read again by the index.
  expect(told(env).filter((line) => line.endsWith(' watched/b.txt'))).toEqual(
    expect.arrayContaining(['open watched/b.txt', 'write watched/b.txt']),
  );
  expect(told(env)).not.toContain('close watched/b.txt');
  await env.untilFound('reread', ['watched/b.txt']);
});
