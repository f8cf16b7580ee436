/** When the next check of the baseline is due, and what is said of its result. */
import { describe, expect, it } from 'vitest';
import type { HistoryRecord } from '../../../../indexer/baseline/store.js';
import { dueMs, resultText } from '../../../../indexer/commands/baseline/schedule.js';

const NOW_MS = Date.UTC(2026, 10, 29);

function record(kind: HistoryRecord['kind'], agoMs: number, more: Partial<HistoryRecord> = {}): HistoryRecord {
  return { at: new Date(NOW_MS - agoMs).toISOString(), kind, number: 1, hash: null, by: 'root', ...more };
}

describe('dueMs', () => {
  it('is an interval after the last comparison, or after the baseline was made', () => {
    expect(dueMs([record('created', 5000), record('checked', 400), record('waiting', 10)], 1000, NOW_MS)).toBe(
      NOW_MS + 600,
    );
    expect(dueMs([record('created', 5000)], 1000, NOW_MS)).toBe(NOW_MS - 4000);
  });

  it('is now when nothing is known, or the clock was set back', () => {
    expect(dueMs([], 1000, NOW_MS)).toBe(NOW_MS);
    expect(dueMs([record('checked', -5000)], 1000, NOW_MS)).toBe(NOW_MS);
  });
});

describe('resultText', () => {
  const counts = { added: 1, removed: 0, changed: 2 };

  it('says nothing of a clean check, and counts what differs', () => {
    expect(resultText(0, record('checked', 0, { counts }))).toBeUndefined();
    expect(resultText(5, record('checked', 0, { counts, errors: 0 }))).toContain(
      '1 new, 0 removed, 2 changed files: see',
    );
    expect(resultText(18, record('checked', 0, { counts, errors: 3 }))).toContain('changed files, 3 could not be read');
  });

  it('says that a check has failed', () => {
    expect(resultText(17, record('checked', 0, { status: 17 }))).toContain('has failed');
    expect(resultText(null, undefined)).toContain('has failed');
  });
});
