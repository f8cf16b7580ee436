/**
 * From nothing to seeing changes in a tree of 100,000 folders: the audit rule and the tail of the change log, beside a watch of
 * inotify for each folder, set while the tree is listed. Needs root and auditd; without, only inotify is measured.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { startAuditd, until, withAudit } from '../lib/auditd.mjs';
import { figure } from '../lib/table.mjs';

const FOLDERS = [100, 100_000];
const ROUNDS = 5;
const TARGET_MS = 50;

export async function run({ product, scratch }) {
  const rows = [];
  const audited = await withAudit(scratch, async (audit) => {
    for (const folders of FOLDERS) {
      const tree = makeTree(join(scratch, `watch-${folders}`), folders);
      const auditMs = [];
      for (let round = 0; round < ROUNDS; round++) auditMs.push(await readyWithAudit(product, audit, tree));
      rows.push({ folders, auditMs: Math.max(...auditMs), ...readyWithInotify(product, tree) });
    }
  });
  const why = typeof audited === 'string' ? audited : undefined;
  if (why)
    for (const folders of FOLDERS)
      rows.push({ folders, ...readyWithInotify(product, makeTree(join(scratch, `watch-${folders}`), folders)) });
  const last = rows.at(-1);
  return {
    figures: why ? [] : [figure('audit: ready on 100,000 folders', last.auditMs, { unit: 'ms', target: TARGET_MS })],
    tables: [
      {
        header: ['folders', `audit, longest of ${ROUNDS}, ms`, 'inotify, ms', 'watches set'],
        rows: rows.map(({ folders, auditMs, inotifyMs, watches }) => [folders, auditMs, inotifyMs, watches]),
      },
    ],
    checks: why ? [] : [{ name: 'each time the first change was seen', isOk: true }],
    notes: why ? [`audit was not measured: ${why}`] : [],
    raw: rows,
  };
}

/** 100 folders side by side, each with as many below. */
function makeTree(root, folders) {
  for (let at = 0; at < folders; at++) {
    mkdirSync(join(root, `${Math.floor(at / 10_000)}`, `${Math.floor(at / 100)}`, `${at % 100}`), { recursive: true });
  }
  return root;
}

/** @returns milliseconds until a change would be seen. @throws when it is not. */
async function readyWithAudit(product, audit, tree) {
  const auditd = await startAuditd(audit, tree);
  const startMs = performance.now();
  auditd.addRule();
  const reader = new product.ChangeLogReader(auditd.logs, Buffer.from(tree));
  reader.onMore(() => {});
  const tookMs = performance.now() - startMs;
  const probe = join(tree, '0', '0', '0', 'probe');
  spawnSync('sh', ['-c', 'echo > "$1"; rm "$1"', 'sh', probe]);
  const isProbe = ({ kind, from }) => kind === 'create' && from.path?.equals(Buffer.from(probe));
  await until('the probe is in the change log', async () => (await reader.read()).items.some(isProbe));
  reader.close();
  await auditd.stop();
  return tookMs;
}

function readyWithInotify({ TreeWatcher }, tree) {
  const watcher = new TreeWatcher({ isIgnored: () => false });
  const startMs = performance.now();
  let watches = 0;
  const todo = [Buffer.from(tree)];
  for (let folder = todo.pop(); folder; folder = todo.pop()) {
    if (watcher.watch(folder) !== 'limit') watches++;
    const entries = readdirSync(folder, { withFileTypes: true, encoding: 'buffer' });
    for (const entry of entries)
      if (entry.isDirectory()) todo.push(Buffer.concat([folder, Buffer.from('/'), entry.name]));
  }
  const inotifyMs = performance.now() - startMs;
  watcher.close();
  return { inotifyMs, watches };
}
