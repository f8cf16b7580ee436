import { closeSync, mkdirSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { AUDIT_DEFAULTS, keyOf, logDirectoryOf } from '../../../../indexer/audit/plugin/audit-config.js';
import { holdLog } from '../../../../indexer/audit/plugin/open-logs.js';
import { orUndefined } from '../../../../shared/errors.js';
import { tempFolder } from '../../../helpers/temp.js';

const NOBODY = { paths: [], actors: [] };

/** A change log that cannot be held leaves nothing open: the plugin goes on without it, for as long as auditd runs. */
it('a log whose reads cannot be noted has no open slot left', async () => {
  const path = Buffer.from('/srv');
  const owner = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
  const root = { path, owner, key: keyOf(path) };
  const config = {
    ...AUDIT_DEFAULTS,
    leaveOut: NOBODY,
    logDirectory: join(tempFolder(), 'logs'),
    runAs: owner,
    roots: [root],
  };
  const directory = logDirectoryOf(config, root);
  const inTheWay = join(directory, 'reads.json');
  mkdirSync(inTheWay, { recursive: true, mode: 0o755 });
  await expect(holdLog(config, root)).rejects.toThrow();
  expect(openBelow(directory)).toEqual([]);

  rmSync(inTheWay, { recursive: true });
  const { slots } = await holdLog(config, root);
  expect(openBelow(directory)).toHaveLength(slots.length);
  for (const slot of slots) closeSync(slot);
});

function openBelow(folder: string): string[] {
  const paths = readdirSync('/proc/self/fd').map((fd) => orUndefined(() => readlinkSync(`/proc/self/fd/${fd}`)) ?? '');
  return paths.filter((path) => path.startsWith(folder));
}
