/** Statements that are kept from search to search. */
import { describe, expect, it } from 'vitest';
import { prepared } from '../../../shared/store/prepared.js';
import { connect } from '../../../shared/store/sqlite.js';

describe('prepared', () => {
  it('compiles a text once for each index, and answers in the way that is asked for each time', () => {
    const [one, other] = [connect(':memory:'), connect(':memory:')];
    const sql = 'SELECT 1 AS a, 2 AS b';
    expect(prepared(one, sql)).toBe(prepared(one, sql));
    expect(prepared(other, sql)).not.toBe(prepared(one, sql));
    expect(prepared(one, sql).all()).toEqual([{ a: 1, b: 2 }]);
    expect(prepared(one, sql).raw().all()).toEqual([[1, 2]]);
    expect(prepared(one, sql).pluck().all()).toEqual([1]);
    expect(prepared(one, sql).raw().all()).toEqual([[1, 2]]);
    for (const db of [one, other]) db.close();
  });

  it('forgets none of them for one that it knows', () => {
    const db = connect(':memory:');
    const first = prepared(db, 'SELECT 0');
    for (let i = 1; i < 90; i++) prepared(db, `SELECT ${i}`);
    for (let i = 90; i < 100; i++) {
      prepared(db, `SELECT ${i}`);
      expect(prepared(db, `SELECT ${i}`)).toBe(prepared(db, `SELECT ${i}`));
    }
    expect(prepared(db, 'SELECT 0')).toBe(first);
    db.close();
  });

  it('keeps no more than some, and holds up no writer', () => {
    const db = connect(':memory:');
    db.exec('CREATE TABLE t (a)');
    const first = prepared(db, 'SELECT 0 FROM t');
    for (let i = 1; i < 300; i++) expect(prepared(db, `SELECT ${i} FROM t`).get()).toBeUndefined();
    expect(prepared(db, 'SELECT 0 FROM t')).not.toBe(first);
    expect(db.exec('DROP TABLE t').open).toBe(true);
    db.close();
  });
});
