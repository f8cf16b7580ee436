/** What is asked twice in one search. */
import { describe, expect, it, vi } from 'vitest';
import { askedOnce, inSnapshot } from '../../../shared/search/snapshot.js';
import { connect } from '../../../shared/store/sqlite.js';

describe('a snapshot', () => {
  it('asks the same question of an index once, others each', () => {
    const [one, other] = [connect(':memory:'), connect(':memory:')];
    const ask = vi.fn(() => ask.mock.calls.length);
    const answers = inSnapshot(one, () =>
      inSnapshot(other, () => [
        askedOnce(one, 'a', ask),
        askedOnce(one, 'b', ask),
        askedOnce(other, 'a', ask),
        askedOnce(one, 'a', ask),
      ]),
    );
    expect(answers).toEqual([1, 2, 3, 1]);
  });

  it('keeps no answer for the next one, nor after an error', () => {
    const db = connect(':memory:');
    const ask = vi.fn(() => 0);
    inSnapshot(db, () => askedOnce(db, 'a', ask));
    const failing = () =>
      inSnapshot(db, () => {
        askedOnce(db, 'a', ask);
        throw new Error('of the action');
      });
    expect(failing).toThrow('of the action');
    expect(db.inTransaction).toBe(false);
    inSnapshot(db, () => askedOnce(db, 'a', ask));
    expect(ask).toHaveBeenCalledTimes(3);
  });

  it('keeps what is asked in the snapshot of somebody else, until it ends', () => {
    const db = connect(':memory:');
    const ask = vi.fn(() => 0);
    const askTwice = () => inSnapshot(db, () => [askedOnce(db, 'a', ask), askedOnce(db, 'a', ask)]);
    db.transaction(() => {
      askTwice();
      expect(ask).toHaveBeenCalledTimes(1);
      askTwice();
      expect(db.inTransaction).toBe(true);
    })();
    expect(ask).toHaveBeenCalledTimes(2);
  });

  it('keeps it within one that is within another', () => {
    const db = connect(':memory:');
    const ask = vi.fn(() => 0);
    inSnapshot(db, () => {
      inSnapshot(db, () => askedOnce(db, 'a', ask));
      askedOnce(db, 'a', ask);
    });
    expect(ask).toHaveBeenCalledTimes(1);
  });
});
