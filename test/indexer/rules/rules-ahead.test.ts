/** The rules of a volume that may hang: whatever they want to know is asked for by threads, never by the event loop. */
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { VolumeSilent } from '../../../indexer/disk/hanging-volumes.js';
import { guardLooks } from '../../../indexer/disk/looks.js';
import { DEFAULT_LIST_NAMES } from '../../../indexer/rules/default-lists.js';
import type { RuleFiles } from '../../../indexer/rules/ignore-files.js';
import { IgnoreLookup } from '../../../indexer/rules/ignore-lookup.js';
import { isWithin } from '../../../shared/path-within.js';
import { tempFolder } from '../../helpers/temp.js';
import { ALL_OFF, PLACES, writeTree } from './ignore-helpers.js';

const CONFIG = {
  ...ALL_OFF,
  cacheDirs: true,
  markerFiles: true,
  gitignore: true,
  ignoreFile: true,
  defaults: DEFAULT_LIST_NAMES,
};

const TREE = {
  '.git/info/exclude': 'excluded.txt',
  '.gitignore': '*.log',
  'a/.find-textignore': 'secret.txt',
  'a/b/.gitignore': '!keep.log',
  'a/b/c/d.txt': '',
  'cache/CACHEDIR.TAG': 'Signature: 8a477f597d28d172789f06886806bc55',
  'marked/.nomedia': '',
  'tree/.git': 'gitdir: ../repository',
  'repository/commondir': '../common',
  'common/info/exclude': 'worktree.txt',
};

const VERDICTS: readonly (readonly [string, boolean, string])[] = [
  ['a/b/c/d.txt', false, 'index'],
  ['x.log', false, 'skip'],
  ['excluded.txt', false, 'skip'],
  ['a/secret.txt', false, 'skip'],
  ['a/b/keep.log', false, 'index'],
  ['cache', true, 'skip'],
  ['marked', true, 'skip'],
  ['tree/worktree.txt', false, 'skip'],
  ['tree/excluded.txt', false, 'index'],
];

/** No event loop may touch it. */
const UNTOUCHABLE: RuleFiles = {
  look: (folder) => expect.unreachable(`looked into ${String(folder)}`),
  read: (path) => expect.unreachable(`read ${String(path)}`),
  isAsRead: (path) => expect.unreachable(`looked at ${String(path)}`),
  forget: () => {},
};

let root: string;
let nowMs: number;
let looks: number;
let isSilent: boolean;

beforeEach(() => {
  root = tempFolder();
  nowMs = 1_000_000;
  looks = 0;
  isSilent = false;
  // The root lies on a volume that may hang, and the folders above do not.
  guardLooks({
    mayHang: (path) => isWithin(path, Buffer.from(root)),
    isSilent: () => isSilent,
    isStuck: false,
    look: (_path, call) => {
      looks++;
      return isSilent ? Promise.reject(new VolumeSilent()) : call();
    },
  });
});

afterEach(() => guardLooks(undefined));

const at = (path: string) => Buffer.from(join(root, path));

function makeLookup(): IgnoreLookup {
  const local: RuleFiles = {
    ...UNTOUCHABLE,
    look: (folder) => (isWithin(folder, Buffer.from(root)) ? UNTOUCHABLE.look(folder) : new Map()),
    read: (path, maxBytes) => (isWithin(path, Buffer.from(root)) ? UNTOUCHABLE.read(path, maxBytes) : undefined),
  };
  const environment = {
    ownDirectories: [],
    places: PLACES,
    files: local,
    readMounts: () => new Map(),
    now: () => nowMs,
  };
  return new IgnoreLookup(CONFIG, [Buffer.from(root)], environment);
}

async function verdict(lookup: IgnoreLookup, path: string, isDirectory: boolean): Promise<string> {
  await lookup.prepare(isDirectory ? at(path) : Buffer.from(join(root, path, '..')));
  return lookup.verdict(at(path), isDirectory).kind;
}

describe('rules of a volume that may hang', () => {
  it('do not say that a file is as it was read', () => {
    expect(makeLookup().isAsRead(at('.gitignore'))).toBe(false);
  });

  it.each(VERDICTS)('are those of the disk for %s', async (path, isDirectory, kind) => {
    writeTree(root, TREE);
    const lookup = makeLookup();
    expect(await verdict(lookup, path, isDirectory)).toBe(kind);
    // Rules of folders are made anew after a while: from what was asked for.
    nowMs += 60_000;
    expect(lookup.verdict(at(path), isDirectory).kind).toBe(kind);
  });

  it('hold for the crawler, folder by folder', async () => {
    writeTree(root, TREE);
    const lookup = makeLookup();
    await lookup.prepare(at(''));
    const list = (path: string) => readdirSync(join(root, path), { withFileTypes: true, encoding: 'buffer' });
    const above = lookup.rulesFor(at(''));
    const top = above && (await lookup.enter(above, Buffer.from(root), list('')));
    const inside = top && (await lookup.enter(top, at('a'), list('a')));
    expect(inside?.verdict(Buffer.from('secret.txt'), false).kind).toBe('skip');
    expect(inside?.verdict(Buffer.from('x.log'), false).kind).toBe('skip');
    expect(top && (await lookup.enter(top, at('cache'), list('cache')))).toBeUndefined();
  });

  it('are asked for again when an ignore file has changed, and after a while', async () => {
    writeTree(root, TREE);
    const lookup = makeLookup();
    expect(await verdict(lookup, 'a/other.txt', false)).toBe('index');
    writeFileSync(at('a/.find-textignore'), 'other.txt');
    lookup.forget();
    expect(await verdict(lookup, 'a/other.txt', false)).toBe('skip');
    writeFileSync(at('a/.find-textignore'), 'longer-name.txt');
    nowMs += 10_001;
    expect(await verdict(lookup, 'a/other.txt', false)).toBe('index');
  });

  it('are asked for once by neighbours', async () => {
    writeTree(root, TREE);
    const lookup = makeLookup();
    await lookup.prepare(at('a'));
    const once = looks;
    lookup.forget();
    looks = 0;
    await Promise.all(Array.from({ length: 50 }, () => lookup.prepare(at('a'))));
    expect(looks).toBe(once);
  });

  it('are not waited for when the volume does not answer, and what was known last holds', async () => {
    writeTree(root, TREE);
    const lookup = makeLookup();
    await lookup.prepare(at('a'));
    isSilent = true;
    nowMs += 60_000;
    await expect(lookup.prepare(at('a'))).rejects.toThrow(VolumeSilent);
    expect(lookup.verdict(at('a/secret.txt'), false).kind).toBe('skip');
  });
});
