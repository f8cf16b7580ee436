import { renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { ContentFindings } from '../../../../indexer/notify/content/findings.js';
import { SHADOW_SCHEMA } from '../../../../indexer/notify/content/shadow.js';
import type { NotifyRule } from '../../../../indexer/notify/rules/rule.js';
import type { NetChange, NetKind } from '../../../../indexer/notify/words.js';
import type { Witness } from '../../../../indexer/witness/witness.js';
import { openPlain } from '../../../../shared/store/open.js';
import { tempFolder } from '../../../helpers/temp.js';

const folder = tempFolder();
const db = openPlain(join(folder, 'notify.db'), 1000);
db.exec(SHADOW_SCHEMA);
const programs = pathToFileURL(join(import.meta.dirname, '../../../../dist/'));
const surroundings = { roots: [], places: { home: folder, realPath: (path: string) => path, exists: () => true } };

function rule(name: string, diff: Partial<NotifyRule['diff']>): NotifyRule {
  return {
    name,
    paths: [folder],
    events: new Set<NetKind>(['modified']),
    ignore: [],
    only: [],
    severity: 'notice',
    tags: [],
    diff: { isOn: true, redact: [], never: [], ...diff },
    backup: [],
    to: [],
    first: 10,
    settleMs: 0,
  };
}

const [web, secretive, off] = [
  rule('web', { redact: ['CUST-\\d+'] }),
  rule('secretive', { never: [`${folder}/*.md`, '~/private/'] }),
  rule('off', { isOn: false }),
] as const;
const findings = new ContentFindings({
  db,
  dataDirectory: folder,
  rules: [web, secretive, off],
  surroundings,
  programs,
});
afterAll(() => findings.close());

function witness(path: string): Witness {
  const { dev, ino, size, mode, uid, gid, mtimeMs, ctimeMs } = statSync(path);
  return { type: 'file', dev, ino, size, mode: mode & 0o7777, uid, gid, mtimeMs, ctimeMs, sha256: null, xattrs: null };
}

function change(kind: NetKind, path: string, more: Partial<NetChange> = {}): NetChange {
  return {
    kind,
    path: Buffer.from(path),
    isFolder: false,
    isSynthetic: false,
    origin: 'inotify',
    doers: [],
    isWithheld: false,
    before: null,
    after: null,
    changed: [],
    count: 1,
    firstMs: 0,
    lastMs: 0,
    eventIds: [],
    ...more,
  };
}

async function found(of: NetChange, by: NotifyRule, isTold = true) {
  const { keep, ...said } = await findings.find(of, by, isTold);
  db.transaction(keep)();
  return said;
}

describe('ContentFindings', () => {
  it('shows what changed since the rule was new, without what a rule calls secret', async () => {
    const path = join(folder, 'a.txt');
    writeFileSync(path, 'for CUST-17\n');
    db.transaction(await findings.learn(Buffer.from(path), web))();
    const before = witness(path);
    writeFileSync(path, 'for CUST-1899\n');
    const { changes, diff } = await found(change('modified', path, { before, after: witness(path) }), web);
    expect(changes).toEqual(['size 12 → 14 bytes (+2)']);
    expect(diff).toMatchObject({ added: 1, removed: 1, redactions: 2 });
    expect(JSON.stringify(diff)).not.toMatch(/CUST-/);
  });

  it('has no diff where the rule wants none, of its secret files, and of what changes no text', async () => {
    const path = join(folder, 'b.md');
    writeFileSync(path, 'one\n');
    expect((await found(change('modified', path), off)).diff).toEqual({ omitted: 'off' });
    expect((await found(change('modified', path), secretive)).diff).toEqual({ omitted: 'secret-path' });
    const inHome = change('modified', join(folder, 'private/x'));
    expect((await found(inHome, secretive)).diff).toEqual({ omitted: 'secret-path' });
    expect((await found(change('modified', path), web)).diff).toEqual({ omitted: 'no-previous' });
    expect(await found(change('attrib', path), web)).toEqual({ changes: [] });
    expect(await found(change('created', folder, { isFolder: true }), web)).toEqual({ changes: [] });
  });

  it('shows after a burst what changed since the last that was told, and follows a file that is renamed in it', async () => {
    const [path, to] = [join(folder, 'c.txt'), join(folder, 'd.txt')];
    writeFileSync(path, 'one\n');
    db.transaction(await findings.learn(Buffer.from(path), web))();
    writeFileSync(path, 'one\ntwo\n');
    expect(await found(change('modified', path), web, false)).toEqual({ changes: [] });
    renameSync(path, to);
    await found(change('moved', path, { to: Buffer.from(to) }), web, false);
    writeFileSync(to, 'one\ntwo\nthree\n');
    expect((await found(change('modified', to), web)).diff).toMatchObject({
      text: '@@ -1 +1,3 @@\n one\n+two\n+three',
    });
    expect((await found(change('deleted', to), web)).diff).toMatchObject({ removed: 3 });
  });

  it('forgets the texts of rules that are gone', async () => {
    const path = join(folder, 'e.txt');
    writeFileSync(path, 'one\n');
    db.transaction(await findings.learn(Buffer.from(path), rule('gone', {})))();
    const isKept = () => db.prepare('SELECT count(*) FROM shadow WHERE path = ?').pluck().get(Buffer.from(path));
    expect(isKept()).toBe(1);
    findings.prune();
    expect(isKept()).toBe(0);
  });
});
