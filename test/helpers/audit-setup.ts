/** A machine on which the plugin watches one folder for this user, as `audit install` and the plugin leave it. */
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { noteReads } from '../../indexer/audit/log/noted-reads.js';
import { openSlots } from '../../indexer/audit/log/open-slots.js';
import { SlotRing } from '../../indexer/audit/log/slot-ring.js';
import {
  AUDIT_DEFAULTS,
  encodeAuditConfig,
  keyOf,
  logDirectoryOf,
  type ReadWatch,
} from '../../indexer/audit/plugin/audit-config.js';

/** @param configFile  is written; the log is made beside it. */
export async function watchedByAudit(configFile: string, path: Buffer, reads: ReadWatch | undefined): Promise<void> {
  const owner = { uid: process.geteuid?.() ?? 0, gid: process.getegid?.() ?? 0 };
  const root = { path, owner, key: keyOf(path), ...(reads && { reads }) };
  const folders = { logDirectory: join(dirname(configFile), 'log'), statusFile: join(dirname(configFile), 'status') };
  const leaveOut = { paths: [], actors: [] };
  const config = { ...AUDIT_DEFAULTS, ...folders, runAs: owner, roots: [root], leaveOut };
  writeFileSync(configFile, encodeAuditConfig(config), { mode: 0o600 });
  const directory = logDirectoryOf(config, root);
  const ring = new SlotRing(await openSlots(directory, 2, owner), path, config.maxLogBytes, Date.now);
  await ring.append([Buffer.from('\n')]);
  await ring.close();
  await noteReads(directory, owner, reads);
}
