import { expect, it } from 'vitest';
import { type DaemonState, parseState } from '../../shared/daemon-state.js';

const STATE: DaemonState = {
  pid: 7,
  source: 'audit',
  isComplete: true,
  comparisons: [{ root: 'L2E=', done: 1, toDo: 2 }],
  filesFound: 3,
  filesDone: 2,
  bytesFound: 30,
  bytesDone: 20,
  unwatchedFolders: 1,
  held: [{ path: 'L2E=', untilMs: 5 }],
  updatedMs: 9,
};

it('reads back what was told, and nothing else', () => {
  expect(parseState(JSON.parse(JSON.stringify({ ...STATE, other: 1 })))).toEqual(STATE);
});

it.each([null, undefined, 7, 'x', []])('is undefined for %j', (value) => {
  expect(parseState(value)).toBeUndefined();
});

it('takes what makes no sense for nothing', () => {
  const wrong = { pid: 'x', source: 'magic', isComplete: 1, comparisons: [null, {}, 7], filesFound: null, held: 'x' };
  expect(parseState(wrong)).toEqual({
    pid: 0,
    source: 'none',
    isComplete: false,
    comparisons: [],
    filesFound: 0,
    filesDone: 0,
    bytesFound: 0,
    bytesDone: 0,
    unwatchedFolders: 0,
    held: [],
    updatedMs: 0,
  });
});
