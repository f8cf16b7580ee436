/** What becomes of a message, and when its endpoint is tried again. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judge, MAX_WAIT_MS, SCHEDULE_MS } from '../../../../indexer/notify/deliver/judge.js';
import type { Failed } from '../../../../indexer/notify/deliver/target.js';

const failed = (how: Failed['how'], retryAfterMs?: number): Failed => ({
  kind: 'failed',
  how,
  code: 'X',
  why: '',
  hint: '',
  ...(retryAfterMs !== undefined && { retryAfterMs }),
});
const first = { attempts: 1, failures: 1, random: 0 };

describe('judge', () => {
  it('waits as the specification says, and a day from then on', () => {
    const waits = Array.from({ length: 11 }, (_, at) => judge(failed('later'), { ...first, failures: at + 1 }));
    const hours = [5 / 3_600, 5 / 60, 0.5, 2, 5, 10, 14, 20, 24, 24, 24];
    expect(waits).toEqual(hours.map((hour) => ({ kind: 'again', waitMs: Math.round(hour * 3_600_000) })));
  });

  it('waits as the receiver says', () => {
    expect(judge(failed('throttled', 7_000), first)).toEqual({ kind: 'again', waitMs: 7_000 });
  });

  it('does not ask again and again when the receiver says 0', () => {
    expect(judge(failed('throttled', 0), { ...first, failures: 20 })).toEqual({ kind: 'again', waitMs: 20_000 });
  });

  it('gives up on a message that is not wanted after three attempts', () => {
    expect([1, 2, 3].map((attempts) => judge(failed('rejected'), { ...first, attempts, failures: attempts }))).toEqual([
      { kind: 'again', waitMs: 5_000 },
      { kind: 'again', waitMs: 30_000 },
      { kind: 'dead' },
    ]);
  });

  it('does not go through all messages when none is wanted', () => {
    expect(judge(failed('rejected'), { ...first, failures: 4 })).toEqual({ kind: 'again', waitMs: SCHEDULE_MS[3] });
  });

  it('sends nothing more to what is gone', () => {
    expect(judge(failed('gone'), first)).toEqual({ kind: 'off' });
  });

  it('always waits, and never longer than the bound', () => {
    const answers = fc.record({
      how: fc.constantFrom('later', 'throttled', 'rejected'),
      retryAfterMs: fc.integer({ min: 0, max: 86_400_000 }),
    });
    const attempts = fc.record({
      attempts: fc.integer({ min: 1, max: 2 }),
      failures: fc.integer({ min: 1, max: 99 }),
      random: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(answers, attempts, ({ how, retryAfterMs }, attempt) => {
        const verdict = judge(failed(how as Failed['how'], retryAfterMs), attempt);
        expect(verdict.kind).toBe('again');
        if (verdict.kind !== 'again') return;
        expect(verdict.waitMs).toBeGreaterThanOrEqual(1_000);
        expect(verdict.waitMs).toBeLessThanOrEqual(MAX_WAIT_MS);
      }),
    );
  });
});
