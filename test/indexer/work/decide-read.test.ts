/** What the extractors say of a file → what becomes of it: all cases. */
import { describe, expect, it } from 'vitest';
import type { ExtractFailure, ExtractOutcome } from '../../../indexer/extract/messages.js';
import type { QueueEntry, WriteOp } from '../../../indexer/words.js';
import { decideRead, type ReadContext, readOps } from '../../../indexer/work/decide-read.js';
import { nameOnly } from '../../../indexer/work/name-only.js';
import { type Appended, type Extraction, PRIORITY } from '../../../shared/types.js';

const PATH = Buffer.from('/d/a');
const VERSIONS = { text: 3, name: 1, failed: 9 };
const LOOKED_MS = 1_000_000;
const NOW_MS = LOOKED_MS + 100;
const SEEN = { dev: 1, ino: 7, size: 10, mtimeMs: 1000, ctimeMs: 2000 };
const STAT = { ...SEEN, size: 11, ctimeMs: 3000 };
const ENTRY: QueueEntry = {
  path: PATH,
  scope: 'path',
  priority: PRIORITY.interactive,
  attempt: 0,
  renamedFrom: null,
  isAttributes: 0,
};
const LAST_ENTRY = { ...ENTRY, attempt: 6 };

const extraction = { ...nameOnly(PATH, 'name', VERSIONS), text: Buffer.from('alpha'), extractor: 'text' } as Extraction;
const appended = { text: Buffer.from('beta'), from: 0 } as unknown as Appended;
const EXTRACTED = { kind: 'extracted', stat: STAT, isChanging: false, extraction } as const;
const GROWN = { kind: 'grown', stat: STAT, isChanging: false, appended } as const;
const SAME = { kind: 'same', stat: STAT, isChanging: false, input: 'i' } as const;

const FAILING: ExtractFailure = { kind: 'failed', code: 'FT_EXTRACT_CRASHED', message: 'crashed', isTransient: true };
const FAILED: ExtractFailure = { kind: 'failed', code: 'FT_EXTRACT_FAILED', message: 'broken', isTransient: false };
const CLOSED: ExtractFailure = { kind: 'failed', code: 'FT_READ_DENIED', message: 'denied', isTransient: false };

const CONTEXT: ReadContext = { versions: VERSIONS, known: 'k', otherNames: [], holdMs: 0, kills: 0 };
const finish: WriteOp = { kind: 'finish', path: PATH };
const succeeded: WriteOp = { kind: 'succeeded', path: PATH };
const named = nameOnly(PATH, 'failed', VERSIONS);

function failure({ code, message }: ExtractFailure): WriteOp {
  return { kind: 'failure', path: PATH, code, message };
}

function opsOf(outcome: ExtractOutcome, entry = ENTRY, context: Partial<ReadContext> = {}): WriteOp[] {
  const decision = decideRead(outcome, entry, SEEN, { lookedMs: LOOKED_MS, nowMs: NOW_MS });
  return readOps(entry, decision, { ...CONTEXT, ...context });
}

describe('what becomes of a file that was to be read', () => {
  it.each<[string, ExtractOutcome, QueueEntry, WriteOp[]]>([
    ['its volume does not answer', { kind: 'silent' }, ENTRY, [finish]],
    ['it is gone', { kind: 'gone' }, ENTRY, [{ kind: 'remove', path: PATH, why: 'gone' }, finish]],
    ['it is no file any more', { kind: 'special' }, ENTRY, [{ kind: 'remove', path: PATH, why: 'gone' }, finish]],
    ['it was read', EXTRACTED, ENTRY, [{ kind: 'put', path: PATH, stat: STAT, extraction }, succeeded, finish]],
    [
      'something was appended',
      GROWN,
      ENTRY,
      [{ kind: 'append', path: PATH, stat: STAT, known: 'k', appended }, succeeded, finish],
    ],
    [
      'it has the same text',
      SAME,
      ENTRY,
      [{ kind: 'keep', path: PATH, stat: STAT, known: 'k', content: { input: 'i' } }, succeeded, finish],
    ],
    [
      'it went on changing',
      { ...EXTRACTED, isChanging: true },
      { ...ENTRY, attempt: 1 },
      [
        { kind: 'put', path: PATH, stat: STAT, extraction },
        succeeded,
        { kind: 'retry', path: PATH, afterMs: 1000, isIndexed: true },
      ],
    ],
    ['it fails for a passing reason', FAILING, ENTRY, [failure(FAILING), { kind: 'retry', path: PATH, afterMs: 500 }]],
    [
      'it fails for a passing reason once too often',
      FAILING,
      LAST_ENTRY,
      [{ kind: 'put', path: PATH, stat: SEEN, extraction: named }, failure(FAILING), finish],
    ],
    [
      'it cannot be understood',
      { ...FAILED, stat: STAT },
      ENTRY,
      [{ kind: 'put', path: PATH, stat: STAT, extraction: named }, failure(FAILED), finish],
    ],
    [
      'it is closed to this user: the caller finishes it',
      CLOSED,
      ENTRY,
      [{ kind: 'put', path: PATH, stat: { ...SEEN, ctimeMs: 0 }, extraction: named }, failure(CLOSED)],
    ],
  ])('%s', (_, outcome, entry, ops) => {
    expect(opsOf(outcome, entry)).toEqual(ops);
  });

  it.each([
    ['before the look, by more than a tick', LOOKED_MS - 50, true],
    ['a moment before the look', LOOKED_MS - 5, false],
    ['during the read', LOOKED_MS + 50, false],
    ['a moment after now', NOW_MS + 5, false],
    ['in the future', NOW_MS + 50, true],
  ])('keeps the time of the last change only where it is certain: %s', (_, ctimeMs, isKept) => {
    const [put] = opsOf({ ...EXTRACTED, stat: { ...STAT, ctimeMs } });
    expect(put).toMatchObject({ stat: { ctimeMs: isKept ? ctimeMs : 0 } });
  });

  it('looks at its other names and leaves it alone for a while before it is finished', () => {
    const other = Buffer.from('/d/b');
    expect(opsOf(SAME, ENTRY, { otherNames: [other], holdMs: 5000 }).slice(2)).toEqual([
      { kind: 'enqueue', hint: { path: other, scope: 'path', priority: PRIORITY.interactive } },
      { kind: 'hold', path: PATH, forMs: 5000 },
      finish,
    ]);
    expect(opsOf(FAILED, ENTRY, { otherNames: [other] })).toContainEqual(
      expect.objectContaining({ kind: 'enqueue', hint: expect.objectContaining({ path: other }) }),
    );
  });

  it('waits twice as long before each attempt, half a minute at most', () => {
    const waits = [0, 1, 2, 3, 4, 5].map((attempt) => opsOf(FAILING, { ...ENTRY, attempt }).at(-1));
    const seconds = waits.map((op) => op?.kind === 'retry' && op.afterMs / 1000);
    expect(seconds).toEqual([0.5, 1, 2, 4, 8, 16]);
    expect(opsOf({ ...SAME, isChanging: true }, { ...ENTRY, attempt: 20 }).at(-1)).toMatchObject({ afterMs: 30_000 });
  });
});
