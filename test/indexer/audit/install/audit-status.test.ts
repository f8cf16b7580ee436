/** `find-textd audit status`: what root sees of every user's log, and others of their own. */
import { mkdirSync, renameSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { encodeChange } from '../../../../indexer/audit/changes/change-line.js';
import { auditPaths } from '../../../../indexer/audit/install/audit-paths.js';
import { auditStatusText, readAuditStatus } from '../../../../indexer/audit/install/audit-status.js';
import { encodeGap } from '../../../../indexer/audit/log/gap.js';
import { openSlots } from '../../../../indexer/audit/log/open-slots.js';
import { SlotRing } from '../../../../indexer/audit/log/slot-ring.js';
import {
  AUDIT_DEFAULTS,
  encodeAuditConfig,
  keyOf,
  logDirectoryOf,
} from '../../../../indexer/audit/plugin/audit-config.js';
import { timeText } from '../../../../shared/who-text.js';
import { tempFolder } from '../../../helpers/temp.js';
import { change, SELF } from '../log/samples.js';

const TOOLS = { auditctl: undefined, systemctl: undefined, service: undefined, augenrules: undefined, node: '/n' };
const GAP_MS = 1_700_000_100_000;
const gap = (reason: 'overflow' | 'root-replaced') => encodeGap({ kind: 'gap', reason, sinceMs: GAP_MS, count: 1 });

async function machine(lines?: (tree: string) => string) {
  const base = tempFolder();
  const paths = auditPaths(base);
  const tree = join(base, 'above/tree');
  for (const folder of [tree, join(base, 'etc/find-text'), join(base, 'log')]) mkdirSync(folder, { recursive: true });
  const { ino: inode, uid } = statSync(tree);
  const root = { path: Buffer.from(tree), owner: SELF, key: keyOf(Buffer.from(tree)), folder: { inode, uid } };
  const config = {
    ...AUDIT_DEFAULTS,
    logDirectory: join(base, 'log'),
    runAs: SELF,
    roots: [root],
    leaveOut: { paths: [], actors: [] },
  };
  writeFileSync(paths.configFile, encodeAuditConfig(config), { mode: 0o600 });
  if (lines) {
    const ring = new SlotRing(await openSlots(logDirectoryOf(config, root), 2, SELF), root.path, 1 << 20, Date.now);
    onTestFinished(() => ring.close());
    await ring.append([Buffer.from(lines(tree))]);
  }
  const text = () => {
    const status = readAuditStatus({ paths, tools: TOOLS, run: () => ({ isOk: false, output: '' }) });
    return auditStatusText(status, Date.now(), new Map([[SELF.uid, 'ann']])).replaceAll(base, '');
  };
  return { base, tree, text };
}

describe('audit status', () => {
  it('says of each log whose it is, its size, its last change and its last gap', async () => {
    const { text } = await machine((tree) => encodeChange(change(5, `${tree}/a`)) + gap('overflow'));
    const [line] = text().split('\n');
    expect(line).toBe(
      `watched for user ${SELF.uid} (ann): /above/tree: 1 kB, last change ${timeText(1_700_000_000_005)}, ` +
        `last gap ${timeText(GAP_MS)} (overflow)`,
    );
    expect(text()).not.toContain('trouble');
  });

  it('says that nothing has come yet, or that there is no log', async () => {
    expect((await machine(() => gap('overflow'))).text()).toContain('kB, no change yet, last gap');
    expect((await machine()).text()).toContain('/above/tree\n  trouble: it has no change log');
  });

  it('says that the folder was replaced: as it is found now, and as the plugin has told', async () => {
    const { base, text } = await machine((tree) => encodeChange(change(5, `${tree}/a`)));
    renameSync(join(base, 'above'), join(base, 'above2'));
    symlinkSync('above2', join(base, 'above'));
    expect(text()).toContain('  trouble: a symbolic link leads elsewhere');
    const told = await machine((tree) => encodeChange(change(5, `${tree}/a`)) + gap('root-replaced'));
    expect(told.text()).toContain('  trouble: another folder stands there than at the installation');
    renameSync(told.tree, join(told.base, 'old'));
    mkdirSync(told.tree);
    expect(told.text()).toContain('  trouble: another folder stands there');
  });

  it('says that the kernel does not tell what happened', async () => {
    const { base, text } = await machine();
    const { statusFile } = auditPaths(base);
    mkdirSync(dirname(statusFile), { recursive: true });
    writeFileSync(statusFile, JSON.stringify({ pid: 1, atMs: 0, logsFailing: 0, untoldEvents: 0 }));
    expect(text()).not.toContain('nametype=');
    writeFileSync(statusFile, JSON.stringify({ pid: 1, atMs: 0, logsFailing: 0, untoldEvents: 3 }));
    expect(text()).toContain('3 events of a kernel that writes no nametype= in PATH records');
  });

  it('says why it is not set up', async () => {
    const paths = auditPaths(tempFolder());
    const status = readAuditStatus({ paths, tools: TOOLS, run: () => ({ isOk: false, output: '' }) });
    expect(auditStatusText(status, 0, new Map())).toMatch(/^not installed: .*audit\.json/);
  });
});
