/** A real index that an earlier version wrote is raised where it stands: nothing is lost, nothing is read again for it. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { Documents } from '../../../shared/store/documents.js';
import { Events, readEventTotals } from '../../../shared/store/events.js';
import { Meta } from '../../../shared/store/meta.js';
import { SCHEMA_VERSION } from '../../../shared/store/migrations.js';
import { type Db, openForReading, openForWriting, openPlain } from '../../../shared/store/open.js';
import { examine } from '../../helpers/snapshot.js';
import { tempFolder } from '../../helpers/temp.js';

/** Of a text, a Markdown file, an HTML page, a picture, an archive and a name that is no UTF-8, in /home/ann/docs. */
const OLD = fileURLToPath(new URL('../../fixtures/index/version-6.db.gz', import.meta.url));

function oldIndex(): string {
  const file = join(tempFolder(), 'index.db');
  writeFileSync(file, gunzipSync(readFileSync(OLD)), { mode: 0o600 });
  return file;
}

function matches(db: Db, words: string): string[] {
  return db
    .prepare<[string], string>(
      `SELECT CAST(dir.path || '/' || name AS TEXT) FROM body JOIN part ON part.id = body.rowid
       JOIN file ON file.id = file_id JOIN dir ON dir.id = dir_id WHERE body MATCH ? ORDER BY 1`,
    )
    .pluck()
    .all(words);
}

describe('migrate', () => {
  it('raises an index of version 6, says so once, and keeps every document', () => {
    const file = oldIndex();
    const raised: number[] = [];
    const db = openForWriting(file, (from) => raised.push(from));
    expect(db.pragma('user_version', { simple: true })).toBe(SCHEMA_VERSION);
    const { seen, withoutRow, withoutNames } = examine(db);
    expect([withoutRow, withoutNames]).toEqual([[], []]);
    const names = [...seen.keys()].map((key) => key.replace('/home/ann/docs/', '')).sort();
    expect(names).toEqual([
      'box.tar',
      'letters/ann.txt',
      'letters/caf\xe9.txt',
      'letters/note.md',
      'pages/bob.html',
      'pages/pixel.png',
    ]);
    expect(matches(db, 'apple')).toEqual(['/home/ann/docs/letters/ann.txt', '/home/ann/docs/pages/bob.html']);
    expect(seen.get('/home/ann/docs/pages/bob.html')).toMatchObject({
      title: 'A pie',
      type: 'text/html',
      extractor: 'html',
    });
    expect(seen.get('/home/ann/docs/pages/bob.html')?.storedText).not.toBe('');
    expect(db.pragma('foreign_key_check')).toEqual([]);
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
    db.close();
    openForWriting(file, (from) => raised.push(from)).close();
    expect(raised).toEqual([6]);
    openForReading(file).close();
  });

  it('gives a file to which documents can be added and from which they can be removed', () => {
    const db = openForWriting(oldIndex());
    const documents = new Documents(db);
    const row = documents.find(Buffer.from('/home/ann/docs/letters/ann.txt'));
    if (row) documents.remove(row);
    expect(matches(db, 'apple')).toEqual(['/home/ann/docs/pages/bob.html']);
    const { withoutRow, withoutNames } = examine(db);
    expect([withoutRow, withoutNames]).toEqual([[], []]);
  });

  it('counts what events take with the indexes of their names', () => {
    const file = oldIndex();
    const latest = openForWriting(file);
    const events = new Events(latest, { maxBytes: 1 << 20, keepMs: 1e12 });
    for (const name of ['a.txt', 'b.txt'])
      events.add({
        event: { atMs: 1, kind: 'write', path: Buffer.from(`/home/${name}`), origin: 'inotify' },
        paths: [],
      });
    events.save();
    const { bytes } = readEventTotals(latest);
    latest.exec('DROP INDEX event_path; DROP INDEX event_to_path');
    new Meta(latest).set('events', { ...readEventTotals(latest), bytes: bytes - 2 * 25 });
    latest.pragma(`user_version = ${SCHEMA_VERSION - 1}`);
    latest.close();
    const db = openForWriting(file);
    expect(readEventTotals(db)).toMatchObject({ count: 2, bytes, last: 2 });
    db.close();
  });

  it('takes each step whole or not at all', () => {
    const file = oldIndex();
    const blocked = openPlain(file, 1000);
    blocked.exec('CREATE TABLE part (id)');
    blocked.close();
    expect(() => openForWriting(file)).toThrow();
    const db = openPlain(file, 1000);
    expect(db.pragma('user_version', { simple: true })).toBe(7);
    expect(db.prepare('SELECT count(*) AS count FROM doc').get()).toEqual({ count: 6 });
    db.close();
  });
});
