/** The witness of a path: what is read, what never is, and which limits hold. */
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { type Looked, type LookLimits, lookAside, lookNow } from '../../../indexer/witness/look.js';
import type { Witness } from '../../../indexer/witness/witness.js';
import { tempFolder } from '../../helpers/temp.js';

const LIMITS: LookLimits = { maxBytes: 2 ** 20, timeoutMs: 60_000 };
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

const ways: readonly (readonly [string, (path: string, limits?: LookLimits) => Promise<Looked>])[] = [
  ['in this thread', async (path, limits = LIMITS) => lookNow(Buffer.from(path), limits)],
  ['in another', (path, limits = LIMITS) => lookAside(Buffer.from(path), limits)],
];

function witnessIn(looked: Looked): Witness {
  if (looked.kind !== 'there') throw new Error(`it is ${looked.kind}`);
  return looked.witness;
}

describe.each(ways)('a look %s', (_, look) => {
  it('has the digest of all bytes of a file, and its attributes', async () => {
    const path = join(tempFolder(), 'a');
    const text = 'x'.repeat(700_000);
    writeFileSync(path, text);
    chmodSync(path, 0o4755);
    expect(witnessIn(await look(path))).toMatchObject({
      type: 'file',
      size: 700_000,
      mode: 0o4755,
      uid: process.getuid?.(),
      sha256: sha256(text),
    });
  });

  it('has the digest of an empty file', async () => {
    const path = join(tempFolder(), 'a');
    writeFileSync(path, '');
    expect(witnessIn(await look(path)).sha256).toBe(sha256(''));
  });

  it('does not follow a symlink: it has the digest of the name it leads to', async () => {
    const path = join(tempFolder(), 'a');
    symlinkSync('/etc/hostname', path);
    expect(witnessIn(await look(path))).toMatchObject({ type: 'symlink', sha256: sha256('/etc/hostname') });
  });

  it('opens no FIFO', async () => {
    const path = join(tempFolder(), 'a');
    execFileSync('mkfifo', [path]);
    expect(witnessIn(await look(path))).toMatchObject({ type: 'other', sha256: null });
  });

  it('reads no folder', async () => {
    const path = join(tempFolder(), 'a');
    mkdirSync(path);
    expect(witnessIn(await look(path))).toMatchObject({ type: 'folder', sha256: null });
  });

  it('has no digest of a file beyond the limit on bytes, and reads nothing of it', async () => {
    const path = join(tempFolder(), 'a');
    writeFileSync(path, '');
    truncateSync(path, 2 ** 40);
    expect(witnessIn(await look(path))).toMatchObject({ size: 2 ** 40, sha256: null });
  });

  it('has the names and digests of extended attributes', async (context) => {
    const path = join(tempFolder(), 'a');
    writeFileSync(path, '');
    expect(witnessIn(await look(path)).xattrs).toBe('-');
    const { status } = spawnSync('setfattr', ['-n', 'user.a=b', '-v', 'x', path]);
    if (status !== 0) return context.skip('setfattr, or a file system with attributes, is missing');
    expect(witnessIn(await look(path)).xattrs).toBe(`user.a%3Db=${sha256('x')}`);
  });

  it('says that nothing is there, whatever is missing of the way', async () => {
    const folder = tempFolder();
    writeFileSync(join(folder, 'file'), '');
    expect((await look(join(folder, 'missing'))).kind).toBe('gone');
    expect((await look(join(folder, 'file/below'))).kind).toBe('gone');
  });
});

describe.each(ways)('a look %s at a file that is replaced again and again', (_, look) => {
  it('is of one of them, whole', async () => {
    const folder = tempFolder();
    const replacing = new Worker(REPLACER, { eval: true, workerData: { folder, kinds: [...KINDS] } });
    const faults: Looked[] = [];
    try {
      await once(replacing, 'message');
      for (let n = 0; n < 500; n++) {
        const looked = await look(join(folder, 'file'));
        const isOne = looked.kind === 'there' && looked.witness.sha256 === sha256(KINDS.get(looked.witness.mode) ?? '');
        // Five times in a row another file: it says that it does not know.
        if (!isOne && looked.kind !== 'unknown') faults.push(looked);
      }
    } finally {
      await replacing.terminate();
    }
    expect(faults).toEqual([]);
  });
});

/** What is in a file of this mode. */
const KINDS = new Map([
  [0o600, 'secret'],
  [0o644, 'open to all'],
  [0o755, ''],
]);

/** Each of these files in turn takes the name; none is written to under it. */
const REPLACER = `
  const { chmodSync, renameSync, writeFileSync } = require('node:fs');
  const { parentPort, workerData: { folder, kinds } } = require('node:worker_threads');
  for (let n = 0; ; n++) {
    const [mode, text] = kinds[n % kinds.length];
    writeFileSync(folder + '/next', text);
    chmodSync(folder + '/next', mode);
    renameSync(folder + '/next', folder + '/file');
    if (n === 0) parentPort.postMessage('there');
  }
`;

describe('a second look', () => {
  it('does not read what is as it was', () => {
    const path = join(tempFolder(), 'a');
    writeFileSync(path, 'text');
    const first = witnessIn(lookNow(Buffer.from(path), LIMITS));
    const known = { ...first, sha256: 'of the first look' };
    expect(witnessIn(lookNow(Buffer.from(path), LIMITS, known)).sha256).toBe('of the first look');
  });

  it('reads what was rewritten with the same size and time', () => {
    const path = join(tempFolder(), 'a');
    writeFileSync(path, 'text');
    utimesSync(path, 1, 1);
    const known = witnessIn(lookNow(Buffer.from(path), LIMITS));
    writeFileSync(path, 'TEXT');
    utimesSync(path, 1, 1);
    expect(witnessIn(lookNow(Buffer.from(path), LIMITS, known)).sha256).toBe(sha256('TEXT'));
  });

  it('stops reading when the time is over', () => {
    const path = join(tempFolder(), 'a');
    writeFileSync(path, 'x'.repeat(700_000));
    expect(witnessIn(lookNow(Buffer.from(path), { ...LIMITS, timeoutMs: -1 })).sha256).toBeNull();
  });

  it('has size and times of the bytes that it has read, of a file that is written to meanwhile', async () => {
    const path = join(tempFolder(), 'a');
    writeFileSync(path, '');
    truncateSync(path, 2 ** 28);
    const looked = lookAside(Buffer.from(path), { ...LIMITS, maxBytes: 2 ** 30 });
    while (!isOpenHere(path)) await new Promise((resolve) => setImmediate(resolve));
    writeFileSync(path, 'after');
    expect(witnessIn(await looked)).toMatchObject({ size: 5, sha256: sha256('after') });
  });
});

function isOpenHere(path: string): boolean {
  return readdirSync('/proc/self/fd').some((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`) === path;
    } catch {
      return false;
    }
  });
}
