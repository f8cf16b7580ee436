/** What a path is, to the nanosecond and the last attribute, in this thread and where a volume may hang. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { VolumeSilent } from '../../../indexer/disk/hanging-volumes.js';
import { guardLooks } from '../../../indexer/disk/looks.js';
import { extendedAttributes } from '../../../indexer/system/libc.js';
import { type Examination, examine, namesIn } from '../../../indexer/witness/examine.js';
import { tempFolder } from '../../helpers/temp.js';

const MAX = 10_000_000;
const aside = { mayHang: () => true, isSilent: () => false, isStuck: false };

function contentOf(examination: Examination) {
  return examination.kind === 'there' ? examination.content : examination;
}

function hasUserAttributes(folder: string): boolean {
  try {
    execFileSync('setfattr', ['-n', 'user.try', '-v', 'x', folder], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

afterEach(() => guardLooks(undefined));

describe.each(['here', 'aside'])('examine, %s', (where) => {
  const begin = () => guardLooks(where === 'here' ? undefined : { ...aside, look: (_path, call) => call() });

  it('gives the digest of a file of any size', async () => {
    begin();
    for (const bytes of [0, 1, 262_143, 262_144, 262_145, 1_000_000]) {
      const file = Buffer.from(join(tempFolder(), 'file'));
      writeFileSync(file, Buffer.alloc(bytes, 7));
      const sha256 = createHash('sha256').update(Buffer.alloc(bytes, 7)).digest('hex');
      expect(contentOf(await examine(file, MAX))).toEqual({ kind: 'digest', sha256 });
    }
  });

  it('opens no FIFO, follows no symlink, reads no file that is too large', async () => {
    begin();
    const folder = tempFolder();
    const at = (name: string) => Buffer.from(join(folder, name));
    execFileSync('mkfifo', [join(folder, 'fifo')]);
    symlinkSync('fifo', join(folder, 'link'));
    writeFileSync(at('large'), '');
    truncateSync(join(folder, 'large'), MAX + 1);
    expect(contentOf(await examine(at('fifo'), MAX))).toEqual({ kind: 'none' });
    expect(contentOf(await examine(at('link'), MAX))).toEqual({ kind: 'target', target: Buffer.from('fifo') });
    expect(contentOf(await examine(at('large'), MAX))).toEqual({ kind: 'too large' });
    expect(contentOf(await examine(Buffer.from('/dev/null'), MAX))).toEqual({ kind: 'device', major: 1, minor: 3 });
    expect(await examine(at('nothing'), MAX)).toEqual({ kind: 'gone' });
    expect(await examine(at('n'.repeat(300)), MAX)).toMatchObject({ kind: 'failed' });
  });

  it('lists names of any bytes', async () => {
    begin();
    const folder = tempFolder();
    const name = Buffer.from([0x61, 0xff, 0x0a]);
    mkdirSync(Buffer.concat([Buffer.from(`${folder}/`), name]));
    expect(await namesIn(Buffer.from(folder))).toEqual([name]);
    await expect(namesIn(Buffer.from(join(folder, 'nothing')))).rejects.toThrow('ENOENT');
  });

  it('gives the extended attributes', async (context) => {
    begin();
    const folder = tempFolder();
    if (!hasUserAttributes(folder)) return context.skip('setfattr, or a file system with attributes, is missing');
    execFileSync('setfattr', ['-n', 'user.other', '-v', 'value', folder]);
    const examination = await examine(Buffer.from(folder), MAX);
    const found = examination.kind === 'there' ? examination.attributes : [];
    const users = found
      .map(({ name, value }) => [name.toString(), value.toString()])
      .filter(([name]) => name?.startsWith('user.'));
    expect(users.sort()).toEqual([
      ['user.other', 'value'],
      ['user.try', 'x'],
    ]);
  });
});

describe('examine', () => {
  it('says that a volume does not answer', async () => {
    guardLooks({ ...aside, look: () => Promise.reject(new VolumeSilent()) });
    expect(await examine(Buffer.from(tempFolder()), MAX)).toEqual({ kind: 'silent' });
  });

  it('says that a volume has ceased to answer in the middle of a file', async () => {
    const file = Buffer.from(join(tempFolder(), 'file'));
    writeFileSync(file, 'x');
    let calls = 0;
    guardLooks({ ...aside, look: (_path, call) => (++calls > 3 ? Promise.reject(new VolumeSilent()) : call()) });
    expect(await examine(file, MAX)).toEqual({ kind: 'silent' });
  });
});

describe('extendedAttributes', () => {
  it('are none where there is no such thing, and an error where nothing is', () => {
    expect(extendedAttributes(Buffer.from('/proc/self/status'))).toEqual([]);
    expect(() => extendedAttributes(Buffer.from('/nothing-here'))).toThrow('ENOENT');
  });
});
