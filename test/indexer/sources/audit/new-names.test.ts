import { beforeEach, describe, expect, it } from 'vitest';
import type { ChangeKind, FileChange } from '../../../../indexer/audit/changes/file-change.js';
import { NewNames } from '../../../../indexer/sources/audit/new-names.js';
import { fileChange } from '../../../helpers/file-change.js';

const DEV = '08:01';

function change(kind: ChangeKind, inode?: number): FileChange {
  return fileChange({ kind, file: inode === undefined ? null : { inode, dev: DEV } });
}

describe('NewNames', () => {
  let names: NewNames;
  const note = (kind: ChangeKind, inode: number | undefined, ...paths: string[]) =>
    names.note(
      change(kind, inode),
      paths.map((path) => Buffer.from(path)),
      0,
    );
  const of = (inode: number, nowMs = 0) => names.of({ inode, dev: DEV }, nowMs).map(String);

  beforeEach(() => {
    names = new NewNames();
    note('mkdir', 1, '/r/in');
    note('create', 2, '/r/in/a');
  });

  it('knows what was made, by inode and device', () => {
    expect([of(1), of(2), of(3)]).toEqual([['/r/in'], ['/r/in/a'], []]);
    expect(names.of({ inode: 1, dev: '08:02' }, 0)).toEqual([]);
  });

  it('forgets after a minute, and when changes may have been missed', () => {
    expect([of(2, 60_000), of(2, 60_001)]).toEqual([['/r/in/a'], []]);
    names.clear();
    expect(of(2)).toEqual([]);
  });

  it('forgets what is gone, and what its inode was before', () => {
    note('delete', 2, '/r/in/a');
    expect(of(2)).toEqual([]);
    note('create', 1, '/r/one', '/r/other');
    expect(of(1)).toEqual([]);
  });

  it('knows a file by the name it was given last', () => {
    const to = { path: null, parent: null, name: Buffer.from('b') };
    const paths = ['/r/in/a', '/r/in/b'].map((path) => Buffer.from(path));
    names.note({ ...change('rename', 2), to }, paths, 0);
    expect([of(1), of(2)]).toEqual([['/r/in'], ['/r/in/b']]);
    note('delete', 2, '/r/in/b');
    expect(of(2)).toEqual([]);
  });

  it('forgets a file whose new name is not known, and everything when a folder may be renamed', () => {
    note('rename', 2, '/r/in/a', '/r/in/b');
    expect([of(1), of(2)]).toEqual([['/r/in'], []]);
    note('create', 2, '/r/in/a');
    note('rename', 1, '/r/in', '/r/out');
    expect([of(1), of(2)]).toEqual([[], []]);
    note('create', 2, '/r/in/a');
    note('rename', 99, '/r/old', '/r/new');
    expect(of(2)).toEqual([]);
    note('create', 2, '/r/in/a');
    note('exchange', undefined, '/r/a', '/r/b');
    expect(of(2)).toEqual([]);
  });

  it('holds a bounded number, the newest', () => {
    for (let inode = 10; inode < 10_012; inode++) note('create', inode, `/r/${inode}`);
    expect([of(1), of(2), of(11), of(12), of(10_011)].map(({ length }) => length)).toEqual([0, 0, 0, 1, 1]);
  });
});
