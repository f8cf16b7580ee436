import { expect, it } from 'vitest';
import { statusWords } from '../../../../indexer/page/answers/status.js';

const NOTE = { reason: 'backlog', sinceMs: 0, text: 'two changes wait', isNote: true } as const;
const GAP = { reason: 'no daemon', sinceMs: 0, text: 'no daemon runs', advice: 'start it', isNote: false } as const;
const TEXT = 'daemon    running\nfolders   /a complete\n          /b is not\n';

it('says in one sentence what matters most, then all that `find-textd status` says', () => {
  expect(statusWords({ isComplete: false, reasons: [NOTE, GAP], text: TEXT })).toEqual({
    isComplete: false,
    headline: 'no daemon runs',
    advice: 'start it',
    lines: [
      { label: 'daemon', text: 'running' },
      { label: 'folders', text: '/a complete' },
      { label: '', text: '/b is not' },
    ],
  });
  expect(statusWords({ isComplete: true, reasons: [NOTE], text: TEXT }).headline).toMatch(/^The index is complete/);
  expect(statusWords({ isComplete: false, reasons: [], text: '' }).headline).toMatch(/^Nothing is known yet/);
});
