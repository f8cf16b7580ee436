import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { placeOf, realPath, whereItLeads } from '../../../indexer/commands/real-path.js';
import { VolumeSilent } from '../../../indexer/disk/hanging-volumes.js';
import { guardLooks } from '../../../indexer/disk/looks.js';
import { isWithin } from '../../../shared/path-within.js';
import { tempFolder } from '../../helpers/temp.js';

let top: string;
const at = (...names: string[]) => Buffer.from(join(top, ...names));

beforeEach(() => {
  top = tempFolder();
  mkdirSync(at('real/deep'), { recursive: true });
  writeFileSync(at('real/file'), '');
  symlinkSync('real', at('link'));
  symlinkSync(at('link', 'deep'), at('chain'));
  symlinkSync('../real/nowhere', at('real', 'dangling'));
  symlinkSync('round', at('round'));
});

afterEach(() => guardLooks(undefined));

describe('realPath', () => {
  it.each([
    ['a plain path', 'real/deep', 'real/deep'],
    ['a link', 'link', 'real'],
    ['a link to what is behind a link', 'chain', 'real/deep'],
    ['a link above', 'link/deep', 'real/deep'],
    ['a file behind a link', 'link/file', 'real/file'],
    ['a link that leads nowhere', 'real/dangling', 'real/dangling'],
    ['a path below nothing', 'link/none/deep', 'link/none/deep'],
    ['a path below a file', 'link/file/deep', 'link/file/deep'],
    ['a link to itself', 'round', 'round'],
  ])('of %s', async (_, path, real) => {
    expect(String(await realPath(at(path)))).toBe(String(at(real)));
  });

  it('is the path itself from a volume on that does not answer', async () => {
    const isSilent = (path: Uint8Array) => isWithin(path, at('real', 'deep'));
    guardLooks({
      isSilent,
      mayHang: isSilent,
      isStuck: false,
      look: () => Promise.reject(new VolumeSilent()),
    });
    expect(String(await realPath(at('link', 'deep', 'x')))).toBe(String(at('real', 'deep', 'x')));
    expect(await whereItLeads(at('chain'))).toBe('silent');
    expect(String(await whereItLeads(at('link')))).toBe(String(at('real')));
  });
});

describe('whereItLeads', () => {
  it('is undefined where nothing is', async () => {
    expect(await whereItLeads(at('real', 'dangling'))).toBeUndefined();
    expect(await whereItLeads(at('none'))).toBeUndefined();
    expect(await whereItLeads(at('round'))).toBeUndefined();
  });
});

describe('placeOf', () => {
  it.each([
    ['a file behind a link', 'link/file', 'real/file'],
    ['a link itself', 'chain', 'chain'],
    ['what is gone behind links', 'chain/none', 'real/deep/none'],
    ['what is gone with the folders above it', 'link/none/deep/file', 'real/none/deep/file'],
    ['what lies below a link that leads nowhere', 'link/dangling/file', 'real/dangling/file'],
  ])('of %s', async (_, path, place) => {
    expect(String(await placeOf(at(path)))).toBe(String(at(place)));
  });

  it('is the root for the root', async () => {
    expect(String(await placeOf(Buffer.from('/')))).toBe('/');
  });
});
