/** A change that the index cannot place keeps its folder from being called complete. The real plugin, fed by the test. Needs root. */
import { constants, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { auditEvent, path } from '../helpers/audit-lines.js';
import { PluginEnv, SELF } from '../helpers/audit-plugin.js';
import { TestEnv, until } from '../helpers/test-env.js';

const O_CREAT_O_WRONLY = (constants.O_CREAT | constants.O_WRONLY).toString(16);

it.skipIf(SELF.uid !== 0)(
  'what is made in a folder that the index lacks is known to be missing until it is found [needs root]',
  async () => {
    const plugin = new PluginEnv();
    const fed = await plugin.start();
    const env = new TestEnv();
    mkdirSync(join(env.home, 'config/find-text'), { recursive: true });
    const settings = `[audit]\nconfig = "${plugin.configFile}"\ncompareMinutes = 0.2\n`;
    writeFileSync(join(env.home, 'config/find-text/config.toml'), settings);
    await env.startDaemon([plugin.path('tree'), '--source', 'audit']);
    await env.untilSettled();

    const folder = plugin.path('tree', 'came-unseen');
    mkdirSync(folder);
    writeFileSync(join(folder, 'f.txt'), 'word');
    const event = auditEvent({
      serial: 1,
      call: 'openat',
      args: ['5', '0', O_CREAT_O_WRONLY],
      key: plugin.root().key,
      paths: [path('PARENT', null, statSync(folder).ino), path('CREATE', 'f.txt', statSync(join(folder, 'f.txt')).ino)],
    });
    fed.feed(event);
    await until('the gap is told', () => env.status().freshness[0]?.gaps[0]?.reason === 'unknown change');
    await until('the file is found', () => {
      const { isComplete } = env.status();
      const isFound = env.found('word').length === 1;
      if (isComplete) expect(isFound).toBe(true);
      return isFound;
    });
    await env.untilSettled();
  },
);
