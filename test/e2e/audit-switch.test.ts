/** A daemon that runs takes the audit source when the plugin comes, and goes back when auditing is uninstalled. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { PluginEnv } from '../helpers/audit-plugin.js';
import { TestEnv, until } from '../helpers/test-env.js';

it('sees changes through audit once it is installed, and through inotify once it is not any more', async () => {
  const plugin = new PluginEnv();
  const env = new TestEnv();
  const tree = plugin.path('tree');
  const folder = join(env.home, 'config', 'find-text');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'config.toml'), `[audit]\nconfig = "${plugin.configFile}"\n`);
  const daemon = await env.startDaemon([tree, '--source', 'auto']);
  expect(daemon.stdout()).toContain('changes are seen through inotify');
  await plugin.start();
  await until('audit is taken', () => daemon.stderr().includes('changes are seen through audit from now on'));
  await until('it is ready with it', () => /through inotify.*through audit/s.test(daemon.stdout()));
  rmSync(plugin.configFile);
  await until('inotify is taken again', () => daemon.stderr().includes('changes are seen through inotify from now on'));
  writeFileSync(join(tree, 'a.txt'), 'afterwards');
  await until('a file is found', () => env.found('afterwards').length === 1);
});
