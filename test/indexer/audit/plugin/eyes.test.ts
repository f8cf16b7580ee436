/** Names go only to who may list the folder they stand in, as the records of the change itself say. */
import { describe, expect, it } from 'vitest';
import { keyOf, type WatchedRoot } from '../../../../indexer/audit/plugin/audit-config.js';
import type { Eyes } from '../../../../indexer/audit/plugin/eyes.js';
import { Plugin } from '../../../../indexer/audit/plugin/plugin.js';
import { AT_FDCWD, auditEvent, path } from '../../../helpers/audit-lines.js';

const TREE = Buffer.from('/srv/share');
const ROOT: WatchedRoot = {
  path: TREE,
  owner: { uid: 1001, gid: 1001 },
  key: keyOf(TREE),
  folder: { inode: 1, uid: 0 },
};
const EYES: Eyes = { uid: 1001, groups: new Set([1001, 50]), rootUid: 0 };
const SECRET = 'salary-of-the-boss';

/** What the owner of the tree is told. */
function told(event: Buffer, eyes: Eyes | null = EYES): string {
  let lines = '';
  const writer = {
    append: (line: string) => {
      lines += line;
    },
    gap: () => {},
  };
  const plugin = new Plugin({ roots: [ROOT], leaveOut: { paths: [], actors: [] } }, ends(), () => 0);
  plugin.push(event);
  plugin.end();
  return lines;

  function ends() {
    return new Map([[ROOT, { writer, ...(eyes && { eyes }) }]]);
  }
}

const owned = (record: string, uid: number, gid: number, mode: string) =>
  record.replace(/mode=\d+ ouid=0 ogid=0/, `mode=${mode} ouid=${uid} ogid=${gid}`);

function made(folderUid: number, folderGid: number, mode: string): Buffer {
  const folder = owned(path('PARENT', `${TREE}/f/`, 7), folderUid, folderGid, mode);
  const file = owned(path('CREATE', `${TREE}/f/${SECRET}`, 9), 1002, 1002, '0100644');
  return auditEvent({ call: 'openat', args: [AT_FDCWD, '0', '41'], key: ROOT.key, paths: [folder, file] });
}

function written(fileUid: number): Buffer {
  const file = owned(path('NORMAL', `${TREE}/f/${SECRET}`, 9), fileUid, fileUid, '0100644');
  return auditEvent({ call: 'openat', args: [AT_FDCWD, '0', '1'], key: ROOT.key, paths: [file] });
}

describe('the owner of a log', () => {
  it.each<[string, number, number, string, boolean]>([
    ['his own', 1001, 1001, '040700', true],
    ['root’s, open to all', 0, 0, '040755', true],
    ['root’s, open to a group of his', 0, 50, '040750', true],
    ['root’s, open to another group', 0, 51, '040750', false],
    ['root’s, closed', 0, 0, '040700', false],
    ['a third user’s, closed', 1002, 1002, '040700', false],
    ['a third user’s, open, perhaps in a closed one', 1002, 1002, '040755', false],
  ])('gets the name of a new file in a folder that is %s: by whom is told with it', (_what, uid, gid, mode, sees) => {
    const line = told(made(uid, gid, mode));
    expect(line.includes(SECRET)).toBe(sees);
    expect(JSON.parse(line)).toMatchObject({ inode: 9, parentInode: 7, who: { uid: sees ? 1000 : null } });
  });

  it.each([
    [1001, true],
    [0, true],
    [1002, false],
  ])('gets the name of a file of user %i that was written to: %s', (uid, sees) => {
    expect(told(written(uid)).includes(SECRET)).toBe(sees);
  });

  it('gets it all where he is root', () => {
    expect(told(made(1002, 1002, '040700'), null)).toContain(SECRET);
  });

  it('gets no name that an event without the record of its folder has', () => {
    const event = auditEvent({
      call: 'unlinkat',
      args: ['5', '0', '0'],
      key: ROOT.key,
      paths: [owned(path('DELETE', SECRET, 9), 1002, 1002, '0100644')],
    });
    expect(told(event)).not.toContain(SECRET);
  });

  it('is told of a move out of a closed folder as something new, of one into it as something gone', () => {
    const move = (fromUid: number, toUid: number) =>
      told(
        auditEvent({
          call: 'rename',
          key: ROOT.key,
          paths: [
            owned(path('PARENT', `${TREE}/a/`, 7), fromUid, fromUid, '040700'),
            owned(path('PARENT', `${TREE}/b/`, 8), toUid, toUid, '040700'),
            owned(path('DELETE', `${TREE}/a/one`, 9), 1002, 1002, '0100600'),
            owned(path('CREATE', `${TREE}/b/two`, 9), 1002, 1002, '0100600'),
          ],
        }),
      );
    expect(JSON.parse(move(1002, 1001))).toMatchObject({ kind: 'create', path: `${TREE}/b/two` });
    expect(move(1002, 1001)).not.toContain('/one');
    expect(JSON.parse(move(1001, 1002))).toMatchObject({ kind: 'delete', path: `${TREE}/a/one` });
    expect(move(1001, 1002)).not.toContain('/two');
    expect(move(1002, 1002)).not.toMatch(/\/one|\/two/);
    expect(JSON.parse(move(1001, 1001))).toMatchObject({ kind: 'rename', to: `${TREE}/b/two` });
  });
});
