import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SHADOW_SCHEMA, Shadow } from '../../../../indexer/notify/content/shadow.js';
import { openPlain } from '../../../../shared/store/open.js';
import { tempFolder } from '../../../helpers/temp.js';

function newDb() {
  const db = openPlain(join(tempFolder(), 'notify.db'), 1000);
  db.exec(SHADOW_SCHEMA);
  return db;
}

const path = (name: string) => Buffer.from(`/srv/${name}`);
/** Text that does not become smaller. */
const noise = (bytes: number) => ({ text: randomBytes(bytes / 2).toString('hex') });

describe('Shadow', () => {
  it('gives back what was put last, by bytes of the name', () => {
    const shadow = new Shadow(newDb(), 'k1');
    const odd = Buffer.from('/srv/\xff\xfe', 'latin1');
    expect(shadow.get(odd)).toBe('no-previous');
    shadow.put(odd, ['web'], { text: 'one' });
    shadow.put(odd, ['web'], { text: 'two', source: '<p>two' });
    expect(shadow.get(odd)).toEqual({ text: 'two', source: '<p>two' });
    expect(shadow.get(path('a'))).toBe('no-previous');
    shadow.forget(odd);
    expect([shadow.get(odd), shadow.bytes]).toEqual(['no-previous', 0]);
  });

  it('keeps to its quota: what was used longest ago goes first, and it says so', () => {
    const shadow = new Shadow(newDb(), 'k1', 20_000);
    for (const name of ['a', 'b', 'c', 'd', 'b']) shadow.put(path(name), ['web'], noise(8000));
    shadow.put(path('e'), ['web'], noise(8000));
    expect(shadow.bytes).toBeLessThanOrEqual(20_000);
    const found = ['a', 'b', 'c', 'd', 'e'].map((name) => typeof shadow.get(path(name)));
    expect(found.filter((type) => type === 'object').length).toBeGreaterThan(2);
    expect([shadow.get(path('a')), typeof shadow.get(path('b')), typeof shadow.get(path('e'))]).toEqual([
      'quota',
      'object',
      'object',
    ]);
  });

  it('refuses a text that is larger than the quota, and goes on', () => {
    const shadow = new Shadow(newDb(), 'k1', 1000);
    expect(shadow.put(path('a'), ['web'], noise(8000))).toBe(false);
    expect([shadow.get(path('a')), shadow.bytes]).toEqual(['quota', 0]);
    expect(shadow.put(path('b'), ['web'], { text: 'small' })).toBe(true);
  });

  it('counts its bytes with the transaction of the caller', () => {
    const db = newDb();
    const shadow = new Shadow(db, 'k1');
    const failing = db.transaction(() => {
      shadow.put(path('a'), ['web'], noise(8000));
      throw new Error('undone');
    });
    expect(failing).toThrow('undone');
    expect([shadow.get(path('a')), shadow.bytes]).toEqual(['no-previous', 0]);
  });

  it('drops what no rule wants any more, and keeps what another one wants', () => {
    const shadow = new Shadow(newDb(), 'k1');
    shadow.put(path('a'), ['web'], { text: 'a' });
    shadow.put(path('b'), ['web', 'etc'], { text: 'b' });
    shadow.prune(['etc']);
    expect([shadow.get(path('a')), shadow.get(path('b'))]).toEqual(['no-previous', { text: 'b', source: undefined }]);
    shadow.prune([]);
    expect([shadow.get(path('b')), shadow.bytes]).toEqual(['no-previous', 0]);
  });

  it('goes with a file that is renamed, also over another one', () => {
    const shadow = new Shadow(newDb(), 'k1');
    shadow.put(path('a'), ['web'], { text: 'a' });
    shadow.put(path('b'), ['web'], { text: 'b' });
    const { bytes } = shadow;
    shadow.move(path('a'), path('b'));
    expect([shadow.get(path('a')), shadow.get(path('b'))]).toEqual(['no-previous', { text: 'a', source: undefined }]);
    expect(shadow.bytes).toBeLessThan(bytes);
    shadow.prune(['web']);
    expect(shadow.get(path('b'))).toEqual({ text: 'a', source: undefined });
  });

  it('finds no text whose tags are of another key', () => {
    const db = newDb();
    new Shadow(db, 'k1').put(path('a'), ['web'], { text: 'a' });
    const other = new Shadow(db, 'k2');
    expect(other.get(path('a'))).toBe('no-previous');
    other.prune(['web']);
    expect(other.bytes).toBe(0);
  });
});
