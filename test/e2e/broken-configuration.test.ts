/** A configuration that is wrong keeps nobody from seeing how the index is. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { writeConfig } from '../helpers/notify-receiver.js';
import { TestEnv, until } from '../helpers/test-env.js';

it.each([
  ['no TOML', 'queue = [', /config {4}read the configuration .*config\.toml, line 1, column \d+: /],
  ['an unknown option', 'nonsense = 1', /config {4}.*line 1, column 1: there is no option `nonsense`/],
  ['a rule that is wrong', '[[notify]]\nname = "a"\npath = "/"', /config {4}.*line 3, column 1: .*`paths?`/],
])(
  '%s: status shows all that there is, and what is wrong as a line; the exit status is 2',
  async (_what, text, line) => {
    const env = new TestEnv();
    const daemon = await env.startDaemon();
    writeConfig(env, text);
    const { status, stdout, stderr } = env.run('find-textd', 'status');
    expect([status, stderr]).toEqual([2, '']);
    expect(stdout).toMatch(line);
    expect(stdout).toMatch(/^daemon {4}running/m);
    expect(stdout).toMatch(/^index {5}0 files in 1 folder/m);
    const json = env.run('find-textd', 'status', '--json');
    expect([json.status, JSON.parse(json.stdout)]).toEqual([
      2,
      expect.objectContaining({ configProblem: expect.any(String) }),
    ]);
    await daemon.end('SIGTERM');
    writeConfig(env, '');
    expect(env.run('find-textd', 'status').status).toBe(0);
    expect(env.status().configProblem).toBe(null);
  },
);

it('SIGHUP: the daemon goes by the changed configuration, and by the one of before when it is wrong', async () => {
  const env = new TestEnv();
  for (const name of ['kept.txt', 'big.log']) writeFileSync(join(env.tree, name), 'gulls');
  const daemon = await env.startDaemon();
  const found = () => env.run('find-text', '-l', 'gulls').stdout.split('\n').filter(Boolean).length;
  expect(found()).toBe(2);
  writeConfig(env, '[ignore]\npatterns = ["*.log"]');
  daemon.process.kill('SIGHUP');
  await until('the pattern holds', () => found() === 1);
  writeConfig(env, '[ignore]\npaterns = []');
  daemon.process.kill('SIGHUP');
  await until('it is said', () =>
    /did you mean `ignore.patterns`\?; the options of before go on/.test(daemon.stderr()),
  );
  expect(found()).toBe(1);
  writeConfig(env, '[queue]\nsettleMs = = 2');
  daemon.process.kill('SIGHUP');
  const told = /read the configuration .*line 2, column \d+: Invalid TOML[^\n]*; the options of before go on\n/;
  await until('where it is no TOML is said in one line', () => told.test(daemon.stderr()));
  const { stdout } = env.run('find-textd', 'status');
  expect(stdout).toMatch(/^config .*line 2, column \d+: Invalid TOML/m);
  expect(stdout).not.toContain('\\x0a');
  expect(daemon.stderr()).not.toContain('the commands of before');
  expect(await daemon.end('SIGTERM')).toBe(0);
});
