/** From nothing to a daemon that runs by itself, anew after an upgrade, and back to nothing. */
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { GNOME_OBJECT } from '../../shared/desktop.js';
import { NO_BUS, startSessionBus } from '../helpers/session-bus.js';
import { TestEnv, until } from '../helpers/test-env.js';

const env = new TestEnv();
env.env.WAYLAND_DISPLAY = 'wayland-0';
const textd = (...args: string[]) => env.run('find-textd', ...args);

afterAll(() => void textd('uninstall'));

it('install starts a daemon that outlives it, install again another one, uninstall --purge leaves nothing', async () => {
  writeFileSync(join(env.tree, 'letter.txt'), 'gulls');
  const before = filesOf(env.home);
  const first = textd('install', env.tree, '--start-by', 'autostart');
  expect([first.status, first.stderr]).toEqual([0, '']);
  expect(first.stdout).toContain('started the daemon\n');
  await until('it is found', () => env.run('find-text', 'gulls').status === 0);
  if (!NO_BUS) expect(await askDesktop()).toEqual([expect.stringContaining(join(env.tree, 'letter.txt'))]);
  const { pid } = env.status().daemon;
  expect(textd('install', '--start-by', 'autostart').status).toBe(0);
  // It has begun when that is said: what comes next finds it.
  expect(env.status().daemon.isRunning).toBe(true);
  expect(env.status().daemon.pid).not.toBe(pid);
  expect(textd('uninstall').status).toBe(0);
  expect(env.status().daemon.isRunning).toBe(false);
  expect(env.run('find-text', 'gulls').status).toBe(0);
  expect(textd('uninstall', '--purge').status).toBe(0);
  expect(filesOf(env.home)).toEqual(before);
});

/** The session bus starts what answers, by the files that install has written. */
async function askDesktop(): Promise<unknown> {
  const bus = await startSessionBus(env.env.XDG_DATA_HOME as string, env.env);
  const member = { interface: 'org.gnome.Shell.SearchProvider2', member: 'GetInitialResultSet' };
  return bus.askDesktop({ path: GNOME_OBJECT, ...member, signature: 'as', body: [['gulls']] });
}

function filesOf(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map(({ parentPath, name }) => join(parentPath, name))
    .sort();
}
