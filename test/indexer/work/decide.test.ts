/** Disk × index × rules → what is to be done: all cases. */
import { describe, expect, it } from 'vitest';
import { type Decision, decide, type Known, type Seen, toOps } from '../../../indexer/work/decide.js';
import type { DocumentRow } from '../../../shared/store/documents.js';
import { PRIORITY } from '../../../shared/types.js';

const STAT = { dev: 1, ino: 7, size: 10, mtimeMs: 1000, ctimeMs: 2000 };
const FILE: Seen = { kind: 'file', stat: STAT, bornMs: 500, names: 1 };
const TWO_NAMES: Seen = { ...FILE, names: 2 };
const ATTRIBUTES: Seen = { ...FILE, stat: { ...STAT, ctimeMs: 3000 }, isAttributes: true };
const FOLDER: Seen = { kind: 'directory', stat: STAT, isOpenAsBefore: true };
const CLOSED: Seen = { kind: 'unreadable', code: 'FT_READ_DENIED', message: 'denied' };
const FAILING: Seen = { kind: 'unreadable', code: 'FT_READ_FAILED', message: 'I/O error' };
const VERSIONS = { text: 3, name: 1, failed: 9 };

function row(changes: Partial<DocumentRow> = {}): Known {
  const same = { dev: 1, ino: 7, size: 10, mtime_ms: 1000, ctime_ms: 2000, extractor: 'text', extractor_version: 3 };
  return { row: { ...same, ...changes } as DocumentRow };
}

const told = (known: Known): Known => ({ ...known, isTold: true });
const inDoubt = (known: Known): Known => ({ ...known, isInDoubt: true });
const onlyState = ({ row: state }: Known): Known => ({ state });
const named = { extractor: 'name', extractor_version: 1 };

describe('what is to be done about a path', () => {
  it.each<[string, Seen, Known, 'index' | 'names' | 'skip', Decision['kind']]>([
    ['a file that is new', FILE, {}, 'index', 'read'],
    ['a file that is new, found by name only', FILE, {}, 'names', 'name'],
    ['a file as it is known', FILE, row(), 'index', 'nothing'],
    ['a file as it is known, told', FILE, told(row()), 'index', 'nothing'],
    ['a file by name only as it is known', FILE, row(named), 'names', 'nothing'],
    ['a file of another device number', FILE, row({ dev: 2 }), 'index', 'touch'],
    ['a file of another inode', FILE, row({ ino: 8 }), 'index', 'read'],
    ['a file of another size', FILE, row({ size: 11 }), 'index', 'read'],
    ['a file of another time', FILE, row({ mtime_ms: 999 }), 'index', 'read'],
    ['a file whose ctime alone differs', FILE, row({ ctime_ms: 1999 }), 'index', 'read'],
    ['a file whose stat was not certain', FILE, row({ ctime_ms: 0 }), 'index', 'read'],
    ['a file read by an older extractor', FILE, row({ extractor_version: 2 }), 'index', 'read'],
    ['a file read by an extractor that is no more', FILE, row({ extractor: 'gone' }), 'index', 'read'],
    ['a file that was by name only, and is to be read', FILE, row(named), 'index', 'read'],
    ['a file that was read, and is to be by name only', FILE, row(), 'names', 'name'],
    ['a file that was left unread, found by comparing', FILE, row({ ctime_ms: -2000 }), 'index', 'nothing'],
    ['a file that was left unread, told', FILE, told(row({ ctime_ms: -2000 })), 'index', 'read'],
    ['a file as it is known that failed for a passing reason', FILE, inDoubt(row()), 'index', 'read'],
    ['the same, by name only', FILE, inDoubt(row(named)), 'names', 'name'],
    [
      'a file that is listed as one that failed',
      FILE,
      inDoubt(row({ extractor: 'failed', extractor_version: 9 })),
      'index',
      'nothing',
    ],
    ['a file of other attributes', ATTRIBUTES, onlyState(row()), 'index', 'touch'],
    [
      'a file of other attributes that failed for a passing reason',
      ATTRIBUTES,
      inDoubt(onlyState(row())),
      'index',
      'read',
    ],
    [
      'a file of other attributes that was left unread before',
      ATTRIBUTES,
      onlyState(row({ ctime_ms: -2000 })),
      'index',
      'touch',
    ],
    ['a file of other attributes with two names', { ...ATTRIBUTES, names: 2 }, onlyState(row()), 'index', 'read'],
    ['a file of other attributes and another size', ATTRIBUTES, onlyState(row({ size: 11 })), 'index', 'read'],
    [
      'a file of other attributes that could not be read',
      ATTRIBUTES,
      onlyState(row({ extractor: 'failed', extractor_version: 9 })),
      'index',
      'read',
    ],
    [
      'a file of other attributes whose stat was not certain',
      ATTRIBUTES,
      onlyState(row({ ctime_ms: 0 })),
      'index',
      'read',
    ],
    ['a file of other attributes that is new', ATTRIBUTES, {}, 'index', 'read'],
    ['a file with two names as it is known', TWO_NAMES, row(), 'index', 'nothing'],
    ['a file that is left out', FILE, row(), 'skip', 'remove'],
    ['a folder as it is known', FOLDER, { isFolder: true }, 'index', 'nothing'],
    [
      'a folder of which another part may be seen',
      { ...FOLDER, isOpenAsBefore: false },
      { isFolder: true },
      'index',
      'compare folder',
    ],
    ['a folder that is new, or another', FOLDER, { isFolder: false }, 'index', 'compare folder'],
    ['a folder that is left out', FOLDER, { isFolder: true }, 'skip', 'remove'],
    ['a symlink or device', { kind: 'other' }, row(), 'index', 'remove'],
    ['nothing', { kind: 'gone' }, row(), 'index', 'remove'],
    ['nothing, and nothing is known', { kind: 'gone' }, {}, 'index', 'remove'],
    ['a volume that does not answer', { kind: 'silent' }, row(), 'index', 'wait'],
    ['a volume that is not there', { kind: 'missing', folder: Buffer.from('/m'), why: 'gone' }, row(), 'index', 'keep'],
    ['what is closed', CLOSED, row(), 'index', 'close'],
    ['what lies in a folder that is closed', { ...CLOSED, isBelowClosed: true }, row(), 'index', 'remove'],
    ['what cannot be looked at', FAILING, row(), 'index', 'fail'],
    ['what cannot be looked at in a folder', { ...FAILING, isBelowClosed: true }, row(), 'index', 'fail'],
    ['a path that is too long', { kind: 'too long' }, row(), 'index', 'remove'],
  ])('%s', (_, seen, known, verdict, expected) => {
    expect(decide(seen, known, verdict, VERSIONS).kind).toBe(expected);
  });

  it('says what has happened to what is removed, and nothing of what is left out', () => {
    expect(decide({ kind: 'gone' }, {}, 'index', VERSIONS)).toEqual({ kind: 'remove', why: 'gone' });
    expect(decide(FILE, {}, 'skip', VERSIONS)).toEqual({ kind: 'remove' });
  });

  it('marks the ctime of what is left unread', () => {
    expect(decide(ATTRIBUTES, onlyState(row()), 'index', VERSIONS)).toMatchObject({ stat: { ctimeMs: -3000 } });
  });
});

describe('what a decision means for the index', () => {
  const path = Buffer.from('/d/a');
  const above = { path: Buffer.from('/d'), scope: 'tree', priority: PRIORITY.reconcile };

  it.each<[Decision, object[]]>([
    [{ kind: 'nothing' }, []],
    [{ kind: 'wait' }, []],
    [{ kind: 'read' }, []],
    [{ kind: 'name' }, []],
    [{ kind: 'compare folder' }, []],
    [{ kind: 'touch', stat: STAT }, [{ kind: 'touch', path, stat: STAT }]],
    [{ kind: 'remove' }, [{ kind: 'remove', path }]],
    [{ kind: 'remove', why: 'gone' }, [{ kind: 'remove', path, why: 'gone' }]],
    [
      { kind: 'remove', why: 'closed', isAboveCompared: true },
      [
        { kind: 'remove', path, why: 'closed' },
        { kind: 'enqueue', hint: above },
      ],
    ],
    [
      { kind: 'close', message: 'denied' },
      [
        { kind: 'remove', path, why: 'closed' },
        { kind: 'failure', path, code: 'FT_READ_DENIED', message: 'denied' },
      ],
    ],
    [{ kind: 'fail', message: 'no' }, [{ kind: 'failure', path, code: 'FT_READ_FAILED', message: 'no' }]],
    [{ kind: 'keep', folder: path, why: 'no' }, [{ kind: 'missing', folder: path, why: 'no' }]],
  ])('%j', (decision, ops) => {
    expect(toOps(path, decision)).toEqual(ops);
  });

  it('compares no folder above that cannot be looked at either', () => {
    const deep = Buffer.from(`/${'d'.repeat(5000)}/a`);
    expect(toOps(deep, { kind: 'remove', isAboveCompared: true })).toEqual([{ kind: 'remove', path: deep }]);
  });
});
