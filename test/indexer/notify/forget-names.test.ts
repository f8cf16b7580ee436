import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Outbox } from '../../../indexer/notify/deliver/outbox.js';
import { forgetNames } from '../../../indexer/notify/forget-names.js';
import { Known } from '../../../indexer/notify/known.js';
import { Ledger } from '../../../indexer/notify/ledger/ledger.js';
import { verifyLedger } from '../../../indexer/notify/ledger/verify.js';
import { openNotify } from '../../../indexer/notify/store.js';
import { type Db, emptyLog } from '../../../shared/store/open.js';
import { SAMPLE_WITNESS } from '../../helpers/sample-witness.js';
import { tempFolder } from '../../helpers/temp.js';

const FILE = { ...SAMPLE_WITNESS, sha256: null, xattrs: null };
const paths = (...names: string[]) => names.map((name) => Buffer.from(name));

/** Names of which everything is known. */
function history(...names: string[]): { readonly db: Db; readonly bytes: () => string } {
  const folder = tempFolder();
  const db = openNotify(folder);
  onTestFinished(() => void db.close());
  for (const path of paths(...names)) {
    new Known(db).set(path, FILE);
    db.prepare(`INSERT INTO shadow VALUES (?, ?, NULL, 'k', 9, 1)`).run(
      path,
      Buffer.concat([Buffer.from('text of '), path]),
    );
    db.prepare('INSERT INTO shadow_rule VALUES (?, ?)').run('all', path);
    db.prepare('INSERT INTO log_mark VALUES (?, 1, 2, 3, 0, ?)').run(path, Buffer.alloc(16));
    db.prepare(`INSERT INTO packaged VALUES (?, 'dpkg', 'p', 5)`).run(path);
  }
  const files = ['notify.db', 'notify.db-wal'].map((name) => join(folder, name));
  return { db, bytes: () => files.map((file) => readFileSync(file, 'latin1')).join('') };
}

const rows = (db: Db) =>
  ['known', 'shadow', 'shadow_rule', 'log_mark', 'packaged'].flatMap((table) =>
    db
      .prepare<[], Buffer>(`SELECT path FROM ${table}`)
      .pluck()
      .all()
      .map((path) => `${table} ${path}`),
  );

describe('forgetNames', () => {
  it('wipes a name and what is below it from the bytes of the files, and nothing beside it', () => {
    const { db, bytes } = history('/a/doubloon', '/a/doubloon/x', '/a/doubloons', '/a');
    expect(bytes()).toContain('text of /a/doubloon/x');
    const left = forgetNames(db, paths('/a/doubloon'), () => false);
    expect(emptyLog(db)).toBe(true);
    expect(left).toEqual({ entries: 0, messages: 0, watched: 0 });
    expect(rows(db)).toHaveLength(10);
    expect(bytes().replaceAll('/a/doubloons', '')).not.toContain('doubloon');
  });

  it('wipes what was taken out before, too', () => {
    const { db, bytes } = history('/a/doubloon');
    for (const table of ['known', 'shadow', 'shadow_rule', 'log_mark', 'packaged']) db.exec(`DELETE FROM ${table}`);
    expect(bytes()).toContain('doubloon');
    forgetNames(db, paths('/a/doubloon'), () => false);
    expect(emptyLog(db)).toBe(true);
    expect(bytes()).not.toContain('doubloon');
  });

  it('leaves what a rule may have to tell, and the history, which verifies; it counts them', () => {
    const { db } = history('/a/x', '/a/y');
    const ledger = new Ledger(db);
    const outbox = new Outbox(db);
    for (const name of ['/a/x', '/b']) {
      const { sequence } = ledger.append({
        ...{
          atMs: 1,
          rule: 'all',
          kind: 'deleted',
          path: Buffer.from(name),
          delivery: 'sent',
          body: { src_path: name },
        },
      });
      outbox.add('chat', { webhookId: `evt_${sequence}`, sequence, severity: 'info', createdMs: 1, payload: '{}' });
    }
    const left = forgetNames(db, paths('/a'), (path) => path.equals(Buffer.from('/a/y')));
    expect(left).toEqual({ entries: 1, messages: 1, watched: 1 });
    expect(rows(db)).toEqual(['known /a/y', 'log_mark /a/y']);
    expect(verifyLedger(ledger)).toMatchObject({ isWhole: true, count: 2 });
    expect(outbox.head('chat')).toMatchObject({ webhookId: 'evt_1' });
  });
});
