/** A survey of a hostile tree ends, and says what it could not see. */
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Scope } from '../../../indexer/baseline/scope.js';
import { SURVEY_LIMITS, survey } from '../../../indexer/baseline/survey.js';
import { VolumeSilent } from '../../../indexer/disk/hanging-volumes.js';
import { guardLooks } from '../../../indexer/disk/looks.js';
import { tempFolder } from '../../helpers/temp.js';

const surroundings = {
  places: { home: '/root', realPath: (path: string) => path, exists: () => true },
  isPseudo: (path: Buffer) => path.toString().endsWith('/proc'),
};

function scopeOf(paths: readonly string[], except: readonly string[] = []): Scope {
  return { presets: [], paths: paths.map((path) => Buffer.from(path)), except };
}

function tree(...files: readonly string[]): string {
  const folder = tempFolder();
  for (const file of files) {
    mkdirSync(join(folder, file, '..'), { recursive: true });
    writeFileSync(join(folder, file), '');
  }
  return folder;
}

async function seen(folder: string, scope: Scope, limits = SURVEY_LIMITS) {
  const { lines, troubles, unseen } = await survey(scope, surroundings, limits);
  const below = (text: string) => text.replace(folder, '');
  return {
    paths: lines.map(({ path }) => below(path)),
    troubles: troubles.map(({ path, why }) => [below(path.toString()), why]),
    unseen: unseen.map((path) => below(path.toString())),
  };
}

afterEach(() => guardLooks(undefined));

describe('survey', () => {
  it('gives each file once, sorted by bytes, also where paths lie in one another', async () => {
    const folder = tree('b/x', 'b.x', 'b-x', 'c/proc/y');
    expect((await seen(folder, scopeOf([folder, join(folder, 'b')]))).paths).toEqual([
      '',
      '/b',
      '/b-x',
      '/b.x',
      '/b/x',
      '/c',
    ]);
  });

  it('covers a path that is named, though a pattern leaves out the folder it is in', async () => {
    const folder = tree('cache/x', 'cache/keep/y');
    const { paths } = await seen(folder, scopeOf([folder, join(folder, 'cache/keep')], ['cache/']));
    expect(paths).toEqual(['', '/cache/keep', '/cache/keep/y']);
  });

  it('follows no symlink, be it in a circle', async () => {
    const folder = tree('a/x');
    symlinkSync('..', join(folder, 'a/up'));
    expect((await seen(folder, scopeOf([folder]))).paths).toEqual(['', '/a', '/a/up', '/a/x']);
  });

  it('ends after very many files, and says so', async () => {
    const folder = tree('1', '2', '3', '4');
    const { paths, troubles, unseen } = await seen(folder, scopeOf([folder]), { ...SURVEY_LIMITS, maxEntries: 3 });
    expect(paths).toHaveLength(3);
    expect(unseen).toEqual(['']);
    expect(troubles).toEqual([['', expect.stringContaining('more than 3 files')]]);
  });

  it('reads nothing of a file that is left out', async () => {
    const folder = tree('kept.img', 'left.iso');
    for (const name of ['kept.img', 'left.iso']) writeFileSync(join(folder, name), 'x');
    const calls = { 'kept.img': 0, 'left.iso': 0 };
    guardLooks({
      mayHang: () => true,
      isSilent: () => false,
      isStuck: false,
      look: (path, call) => {
        const name = basename(String(path)) as keyof typeof calls;
        if (name in calls) calls[name]++;
        return call();
      },
    });
    expect((await seen(folder, scopeOf([folder], ['*.iso']))).paths).toEqual(['', '/kept.img']);
    expect(calls['kept.img']).toBeGreaterThan(calls['left.iso']);
  });

  it('waits for no volume that hangs, and looks at the rest', async () => {
    const folder = tree('a', 'net/x', 'z');
    const isFar = (path: Uint8Array) => Buffer.from(path).includes('/net');
    guardLooks({
      mayHang: isFar,
      isSilent: isFar,
      isStuck: false,
      look: (_path, call) => (isFar(_path) ? Promise.reject(new VolumeSilent()) : call()),
    });
    expect(await seen(folder, scopeOf([folder]))).toEqual({
      paths: ['', '/a', '/z'],
      troubles: [['/net', 'its volume does not answer']],
      unseen: ['/net'],
    });
  });

  it('knows nothing of a path that is not there', async () => {
    expect(await seen('', scopeOf(['/nothing/here']))).toEqual({ paths: [], troubles: [], unseen: [] });
  });
});
