/** Of which events is another name of a file to be feared? */
import { expect, it } from 'vitest';
import { FleetingNames } from '../../../../indexer/sources/inotify/fleeting-names.js';
import { IN } from '../../../../indexer/sources/inotify/inotify-events.js';

type Step = readonly [mask: number, key?: string, from?: string];

const { ISDIR, CREATE, MODIFY, CLOSE_WRITE, DELETE, MOVED_FROM, MOVED_TO } = IN;
const MADE: readonly Step[] = [[CREATE], [MODIFY], [CLOSE_WRITE]];
const MOVED: readonly Step[] = [
  [MOVED_FROM, '/r/a'],
  [MOVED_TO, '/r/b', '/r/a'],
];

function isFleeting(steps: readonly Step[], now = () => 0): boolean[] {
  const names = new FleetingNames(now);
  return steps.map(([mask, key = '/r/a', from]) => names.note(key, mask, from));
}

it.each<[string, readonly Step[], boolean]>([
  ['made, written, removed', [...MADE, [DELETE]], true],
  ['made, written, replaced', [...MADE, [MOVED_TO]], true],
  ['made, written, renamed, removed', [...MADE, ...MOVED, [DELETE, '/r/b']], true],
  ['made, written, renamed, and stays', [...MADE, ...MOVED], false],
  ['made and removed, as a lock is', [[CREATE], [CLOSE_WRITE], [DELETE]], false],
  ['known, written, removed', [[MODIFY], [DELETE]], false],
  ['made, written, removed, made, removed', [...MADE, [DELETE], [CREATE], [DELETE]], false],
  ['another name is removed', [...MADE, [DELETE, '/r/b']], false],
  ['a new folder is removed', [[CREATE | ISDIR], [DELETE | ISDIR]], true],
  ['a known folder is removed', [[DELETE | ISDIR]], false],
])('%s', (_, steps, expected) => {
  expect(isFleeting(steps).at(-1)).toBe(expected);
});

it.each<[string, readonly Step[], boolean]>([
  ['made, written, moved away', MADE, true],
  ['made, moved away', [[CREATE]], false],
  ['made, written, renamed, moved away by its old name', [...MADE, ...MOVED], false],
])('where no folder tells of the new name: %s', (_, steps, expected) => {
  const names = new FleetingNames(() => 0);
  for (const [mask, key = '/r/a', from] of steps) names.note(key, mask, from);
  expect(names.left('/r/a')).toBe(expected);
});

it('forgets a name that was looked at long ago', () => {
  let nowMs = 0;
  const steps = [...MADE, [DELETE]] as const;
  const told = isFleeting(steps, () => nowMs++ * 10_001);
  expect(told.at(-1)).toBe(false);
});

it('holds no more than ten thousand names', () => {
  const names = new FleetingNames(() => 0);
  const at = (index: number) => `/r/${index}`;
  for (let index = 0; index <= 10_000; index++) for (const mask of [CREATE, MODIFY]) names.note(at(index), mask);
  expect([names.note(at(0), DELETE), names.note(at(1), DELETE)]).toEqual([false, true]);
});
