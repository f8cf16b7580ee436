/** Each gap is told with its beginning and its end, however short it was. */
import { beforeEach, expect, it } from 'vitest';
import { ToldGaps } from '../../../indexer/notify/gap-news.js';
import { closedSince, encodeClosed, parseClosed, withClosed } from '../../../shared/closed-gaps.js';
import type { Gap } from '../../../shared/freshness.js';

let told: ToldGaps;

beforeEach(() => {
  told = new ToldGaps();
});

const gap = (scope: string, sinceMs = 1, reason: Gap['reason'] = 'audit gap'): Gap => ({
  reason,
  sinceMs,
  scope: Buffer.from(scope),
});

/** `opened /a 1` */
function news(open: readonly Gap[], closed: readonly Gap[] = []): string[] {
  return told
    .look(open, closed)
    .map(({ kind, gap: { scope, sinceMs } }) => `${kind.replace('gap_', '')} ${scope} ${sinceMs}`);
}

it('that lasts is told when it opens and when it closes', () => {
  expect(news([gap('/a')])).toEqual(['opened /a 1']);
  expect(news([gap('/a')])).toEqual([]);
  expect(told.count).toBe(1);
  expect(news([], [gap('/a')])).toEqual(['closed /a 1']);
  expect(told.count).toBe(0);
});

it('that was open between two looks only is told as a whole, again and again', () => {
  expect(news([], [gap('/a', 1), gap('/a', 2)])).toEqual(['opened /a 1', 'closed /a 1', 'opened /a 2', 'closed /a 2']);
  expect(news([gap('/a', 4)], [gap('/a', 3)])).toEqual(['opened /a 3', 'closed /a 3', 'opened /a 4']);
});

it('of which the beginning becomes known later is the same one', () => {
  news([gap('/a', 5)]);
  expect(news([gap('/a', 0)])).toEqual([]);
  expect(news([], [gap('/a', 0)])).toEqual(['closed /a 5']);
});

it('that another one takes in, or whose folder is not indexed any more, is over', () => {
  news([gap('/a/b'), gap('/c')]);
  expect(news([gap('/a')])).toEqual(['closed /a/b 1', 'closed /c 1', 'opened /a 1']);
});

it('of another reason is another one', () => {
  news([gap('/a')]);
  expect(news([gap('/a'), gap('/a', 2, 'rule removed')])).toEqual(['opened /a 2']);
});

it('is counted, and the last ones are kept', () => {
  const scopes = Array.from({ length: 100 }, (_, at) => `/${at}`);
  const closed = scopes.reduce((all, scope) => withClosed(all, [gap(scope)]), parseClosed(undefined));
  expect(closed.count).toBe(100);
  expect(closedSince(closed, 98).map(({ scope }) => String(scope))).toEqual(['/98', '/99']);
  expect(closedSince(closed, 100)).toEqual([]);
  expect(closedSince(closed, 0).length).toBeGreaterThan(50);
  expect(parseClosed(JSON.parse(JSON.stringify(encodeClosed(closed))))).toEqual(closed);
});
