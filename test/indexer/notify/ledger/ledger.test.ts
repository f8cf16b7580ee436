/** The history: numbered without a hole, and every change of it shows. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../../../indexer/notify/ledger/canonical.js';
import { chained, GENESIS, Ledger } from '../../../../indexer/notify/ledger/ledger.js';
import { verifyLedger } from '../../../../indexer/notify/ledger/verify.js';
import { openNotify } from '../../../../indexer/notify/store.js';
import type { Db } from '../../../../shared/store/open.js';
import { tempFolder } from '../../../helpers/temp.js';

function made(count: number): { db: Db; ledger: Ledger; hashes: string[] } {
  const db = openNotify(tempFolder());
  const ledger = new Ledger(db);
  const entry = { rule: 'r', kind: 'created', path: Buffer.from('/a'), delivery: 'sent' } as const;
  const hashes = Array.from({ length: count }, (_, at) => ledger.append({ ...entry, atMs: at, body: { n: at } }).hash);
  return { db, ledger, hashes };
}

describe('canonical JSON', () => {
  it('has one spelling for a value', () => {
    expect(canonicalJson({ b: [1, null, { d: 'ä', c: true }], a: undefined, A: 1 })).toBe(
      '{"A":1,"b":[1,null,{"c":true,"d":"ä"}]}',
    );
    expect(canonicalJson({})).toBe('{}');
    expect(canonicalJson({ first: undefined, z: [undefined], é: {}, Z: '' })).toBe('{"Z":"","z":[null],"é":{}}');
    expect(JSON.parse(canonicalJson({ text: '"\\\u0000' }))).toEqual({ text: '"\\\u0000' });
  });
});

describe('the history', () => {
  it('begins with nothing, and counts', () => {
    const { ledger, hashes } = made(3);
    expect(hashes[0]).toBe(chained(GENESIS.hash, '{"n":0,"sequence":1}'));
    expect(ledger.head).toEqual({ sequence: 3, hash: hashes[2] });
    expect([...ledger.entries(1)].map(({ sequence }) => sequence)).toEqual([2, 3]);
  });

  it('is whole, and has each digest that was noted, by its beginning, too', () => {
    const { ledger, hashes } = made(1_200);
    expect(verifyLedger(ledger)).toEqual({ isWhole: true, head: ledger.head, from: GENESIS, count: 1_200 });
    expect(verifyLedger(ledger, hashes[700]).isWhole).toBe(true);
    expect(verifyLedger(ledger, hashes[700]?.slice(0, 12)).isWhole).toBe(true);
    expect(verifyLedger(ledger, 'f'.repeat(64))).toMatchObject({ isWhole: false, sequence: 1_200 });
  });

  const tampering: readonly (readonly [string, string, number])[] = [
    ['an entry with other words', `UPDATE ledger SET json = replace(json, '"n":4', '"n":7') WHERE sequence = 5`, 5],
    ['an entry that is cut out', 'DELETE FROM ledger WHERE sequence = 5', 6],
    [
      'entries that have changed places',
      'UPDATE ledger SET json = (SELECT json FROM ledger WHERE sequence = 4) WHERE sequence = 5',
      5,
    ],
    ['another digest', `UPDATE ledger SET hash = zeroblob(32) WHERE sequence = 5`, 5],
  ];
  it.each(tampering)('shows %s', (_, sql, sequence) => {
    const { db, ledger } = made(10);
    db.exec(sql);
    expect(verifyLedger(ledger)).toMatchObject({ isWhole: false, sequence });
  });

  it('shows by a noted digest that the newest entries are cut off, or that all was written anew', () => {
    const { db, ledger, hashes } = made(10);
    db.exec('DELETE FROM ledger WHERE sequence > 7');
    expect(verifyLedger(ledger).isWhole).toBe(true);
    expect(verifyLedger(ledger, hashes[9]).isWhole).toBe(false);
  });

  it('can be verified from where the oldest entries were dropped', () => {
    const { ledger, hashes } = made(10);
    ledger.prune(4, 99);
    expect(ledger.anchor).toEqual({ sequence: 4, hash: hashes[3] });
    expect(verifyLedger(ledger, hashes[3])).toMatchObject({ isWhole: true, count: 6 });
    expect(verifyLedger(ledger, hashes[2])).toMatchObject({ isWhole: false });
    ledger.prune(1_000, 99);
    expect(ledger.head).toEqual({ sequence: 10, hash: hashes[9] });
    expect(verifyLedger(ledger).isWhole).toBe(true);
  });
});

describe('notify.db', () => {
  it('of a newer version is refused with both versions named', () => {
    const folder = tempFolder();
    const db = openNotify(folder);
    db.pragma('user_version = 99');
    db.close();
    expect(() => openNotify(folder)).toThrow(
      `${join(folder, 'notify.db')}: it has version 99, this find-text knows version`,
    );
  });
});
