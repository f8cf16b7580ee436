/** A configuration that is wrong keeps nobody from seeing how the index is. */
import { expect, it } from 'vitest';
import { writeConfig } from '../helpers/notify-receiver.js';
import { TestEnv } from '../helpers/test-env.js';

it.each([
  ['no TOML', 'queue = [', /config {4}read the configuration .*config\.toml: /],
  ['an unknown option', 'nonsense = 1', /config {4}.*there is no option `nonsense`/],
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
