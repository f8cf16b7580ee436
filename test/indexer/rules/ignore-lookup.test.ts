import {
  chmodSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { IgnoreConfig } from '../../../indexer/rules/ignore.js';
import { diskFiles } from '../../../indexer/rules/ignore-files.js';
import { IgnoreLookup } from '../../../indexer/rules/ignore-lookup.js';
import { DirectoryRules } from '../../../indexer/rules/ignore-rules.js';
import { tempFolder } from '../../helpers/temp.js';
import { ALL_OFF, PLACES, walk, writeTree } from './ignore-helpers.js';

const ON: IgnoreConfig = {
  ...ALL_OFF,
  vcs: true,
  nodeModules: true,
  cacheDirs: true,
  markerFiles: true,
  gitignore: true,
  ignoreFile: true,
  pseudoFileSystems: true,
};

let root: string;
let nowMs: number;
let looks: number;
const disk = diskFiles();

beforeEach(() => {
  root = tempFolder();
  nowMs = 1_000_000;
  looks = 0;
});

function makeLookup(
  config: Partial<IgnoreConfig> = {},
  roots = [root],
  mounts = new Map<string, string>(),
): IgnoreLookup {
  const look = (directory: Uint8Array) => {
    looks++;
    return disk.look(directory);
  };
  return new IgnoreLookup(
    { ...ON, ...config },
    roots.map((path) => Buffer.from(path)),
    {
      ownDirectories: [],
      places: PLACES,
      files: { ...disk, look },
      readMounts: () => mounts,
      now: () => nowMs,
    },
  );
}

const at = (path: string) => Buffer.from(join(root, path), 'latin1');

const TREE = {
  '.git/HEAD': 'x',
  '.gitignore': '*.log\nbuild/\n/src/gen/**\n',
  'a.log': '',
  'build/deep/a.txt': '',
  'src/.gitignore': '!keep.log\n!build/\n',
  'src/keep.log': '',
  'src/other.log': '',
  'src/build/a.txt': '',
  'src/gen/deep/a.txt': '',
  'lib/node_modules/a/b.js': '',
  'cache/CACHEDIR.TAG': 'Signature: 8a477f597d28d172789f06886806bc55',
  'cache/sub/a.txt': '',
  'doc/.find-textignore': 'drafts\n',
  'doc/drafts/a.txt': '',
  'doc/a.txt': '',
};

describe('diskFiles', () => {
  it('sees each rule file that comes, changes or goes, however often it has looked', () => {
    const names = () => [...disk.look(Buffer.from(root)).keys()];
    const settle = () => utimesSync(root, 1, 1);
    expect(names()).toEqual([]);
    for (let round = 0; round < 3; round++) {
      settle();
      expect(names()).toEqual([]);
      writeFileSync(join(root, '.gitignore'), 'a');
      settle();
      expect(names()).toEqual(['.gitignore']);
      const before = disk.look(Buffer.from(root)).get('.gitignore');
      writeFileSync(join(root, '.gitignore'), 'ab');
      expect(disk.look(Buffer.from(root)).get('.gitignore')).not.toBe(before);
      writeFileSync(join(root, '.nomedia'), '');
      expect(names()).toEqual(['.gitignore', '.nomedia']);
      rmSync(join(root, '.gitignore'));
      rmSync(join(root, '.nomedia'));
    }
  });

  it('looks once at a folder that is as it was', async () => {
    const stat = vi.fn((path: Buffer) => lstatSync(path, { throwIfNoEntry: false }));
    const files = diskFiles(stat);
    const isAtRest = () => Date.now() - lstatSync(root).ctimeMs > 3_000;
    await vi.waitUntil(isAtRest, { timeout: 10_000 });
    files.look(Buffer.from(root));
    const first = stat.mock.calls.length;
    for (let round = 0; round < 10; round++) files.look(Buffer.from(root));
    expect(stat.mock.calls.length).toBe(first + 10);
  });
});

describe('IgnoreLookup.verdict', () => {
  it('says of every path what the crawler says', () => {
    writeTree(root, TREE);
    const crawled = new Set(walk(root, ON).index);
    const lookup = makeLookup();
    for (const path of walk(root, {}).index) {
      const { kind } = lookup.verdict(at(path.replace(/\/$/, '')), path.endsWith('/'));
      expect([path, kind === 'index']).toEqual([path, crawled.has(path)]);
    }
  });

  it('names the rule, also when it is a folder far above that is excluded', () => {
    writeTree(root, TREE);
    const lookup = makeLookup();
    const rule = (path: string) => ({ rule: '', ...lookup.verdict(at(path), false) }).rule;
    expect(rule('build/deep/a.txt')).toBe(`.gitignore:2: build/ in ${root}`);
    expect(rule('cache/sub/a.txt')).toBe(`CACHEDIR.TAG in ${root}/cache`);
    expect(rule('.git/HEAD')).toBe('.git of version control');
    expect(rule('../elsewhere')).toBe('not in a folder that is indexed');
    expect(rule('doc/a.txt')).toBe('');
  });

  it('works for paths that do not exist any more', () => {
    writeTree(root, TREE);
    rmSync(join(root, 'src'), { recursive: true });
    const lookup = makeLookup();
    expect(lookup.isExcluded(at('src/sub/x.log'), false)).toBe(true);
    expect(lookup.isExcluded(at('src/sub/x.txt'), false)).toBe(false);
  });

  it('judges a path by the innermost root, and roots as indexed', () => {
    writeTree(root, TREE);
    const lookup = makeLookup({}, [root, join(root, 'build')]);
    expect(lookup.isExcluded(at('build/deep/a.txt'), false)).toBe(false);
    expect(lookup.isExcluded(at('build'), true)).toBe(false);
    expect(lookup.isExcluded(at('.'), true)).toBe(false);
  });

  it('finds files by name only where that is wanted', () => {
    writeTree(root, TREE);
    const lookup = makeLookup({ excludedNames: 'names' });
    expect(lookup.verdict(at('a.log'), false).kind).toBe('names');
    expect(lookup.verdict(at('build/deep/a.txt'), false).kind).toBe('skip');
    expect(lookup.isExcluded(at('a.log'), false)).toBe(false);
  });

  it('sees a file system that was mounted meanwhile', () => {
    const mounts = new Map<string, string>();
    const lookup = makeLookup({}, [root], mounts);
    expect(lookup.isExcluded(at('mnt/x'), false)).toBe(false);
    mounts.set(join(root, 'mnt'), 'fuse.gvfsd-fuse');
    nowMs += 20_000;
    expect(lookup.isExcluded(at('mnt/x'), false)).toBe(true);
  });

  it('says that a root in a pseudo file system is excluded', () => {
    const lookup = makeLookup({}, [root], new Map([[root, 'proc']]));
    expect(lookup.verdict(at('.'), true)).toEqual({ kind: 'skip', rule: `pseudo file system proc at ${root}` });
    expect(lookup.isExcluded(at('a/b'), false)).toBe(true);
    expect(lookup.rulesFor(at('.'))).toBeUndefined();
  });
});

describe('IgnoreLookup: changes of the ignore files', () => {
  const change: [string, () => void][] = [
    ['edited in place', () => writeFileSync(join(root, 'sub/.find-textignore'), '*.txt\n')],
    [
      'deleted, another one above made',
      () => {
        rmSync(join(root, 'sub/.find-textignore'));
        writeFileSync(join(root, '.find-textignore'), '*.txt\n');
      },
    ],
    ['joined by a mark', () => writeFileSync(join(root, 'sub/.nomedia'), '')],
    ['joined by a mark above', () => writeFileSync(join(root, 'sub/CACHEDIR.TAG'), TREE['cache/CACHEDIR.TAG'])],
  ];

  it.each(change)('are seen when a file was %s', (_, apply) => {
    writeTree(root, { 'sub/.find-textignore': '*.log\n', 'sub/deep/a.txt': '' });
    const lookup = makeLookup();
    expect(lookup.isExcluded(at('sub/deep/a.txt'), false)).toBe(false);
    apply();
    nowMs += 1000;
    expect(lookup.isExcluded(at('sub/deep/a.txt'), false)).toBe(true);
  });

  it('are seen at once after forget()', () => {
    mkdirSync(join(root, 'sub'));
    const lookup = makeLookup();
    expect(lookup.isExcluded(at('sub/a.txt'), false)).toBe(false);
    writeFileSync(join(root, 'sub/.find-textignore'), '*.txt\n');
    lookup.forget();
    expect(lookup.isExcluded(at('sub/a.txt'), false)).toBe(true);
  });

  it('of a list that git keeps are seen after a while, though nobody is told when git writes it', () => {
    writeTree(root, { 'sub/.git/HEAD': '', 'sub/deep/a.txt': '' });
    const lookup = makeLookup();
    expect(lookup.isExcluded(at('sub/deep/a.txt'), false)).toBe(false);
    writeTree(root, { 'sub/.git/info/exclude': '*.txt\n' });
    nowMs += 20_000;
    expect(lookup.isExcluded(at('sub/deep/a.txt'), false)).toBe(true);
  });

  it('are not looked for in the verdict on each file again while there are none, however late', () => {
    mkdirSync(join(root, 'a/b'), { recursive: true });
    const lookup = makeLookup();
    const verdicts = vi.spyOn(DirectoryRules.prototype, 'verdict');
    onTestFinished(() => verdicts.mockRestore());
    for (let turn = 0; turn < 5; turn++) {
      nowMs += 20_000;
      for (let n = 0; n < 100; n++) lookup.isExcluded(at(`a/b/${n}`), false);
    }
    expect(verdicts.mock.calls.length).toBeLessThan(110);
  });

  it('are given anew, and the same, after what is remembered of names was given back', () => {
    writeTree(root, { '.gitignore': '*.log\n', '.git/HEAD': '' });
    const lookup = makeLookup();
    const ask = () => ['one.txt', 'two.log'].map((name) => lookup.isExcluded(at(name), false));
    expect([ask(), ask()]).toEqual([
      [false, true],
      [false, true],
    ]);
    const verdicts = vi.spyOn(DirectoryRules.prototype, 'verdict');
    onTestFinished(() => verdicts.mockRestore());
    ask();
    expect(verdicts).not.toHaveBeenCalled();
    lookup.shrink();
    expect(ask()).toEqual([false, true]);
    expect(verdicts).toHaveBeenCalledTimes(2);
  });

  it('cost one look at each folder for a burst of paths', () => {
    mkdirSync(join(root, 'a/b/c'), { recursive: true });
    const lookup = makeLookup({ gitignore: false });
    for (let n = 0; n < 1000; n++) lookup.isExcluded(at(`a/b/c/${n}`), false);
    expect(looks).toBe(4);
  });
});

describe('IgnoreLookup.isAsRead', () => {
  const GIVEN = { '.git/info/exclude': '*.bak\n', '.git/HEAD': '', 'sub/.gitignore': '*.log\n', 'sub/a.txt': '' };
  const BOTH = ['.git/info/exclude', 'sub/.gitignore'];
  let lookup: IgnoreLookup;
  const readAgain = () => {
    nowMs += 60_000;
    return lookup.isExcluded(at('sub/a.txt'), false);
  };

  beforeEach(() => {
    writeTree(root, GIVEN);
    lookup = makeLookup();
    expect(BOTH.map((path) => lookup.isAsRead(at(path)))).toEqual([true, true]);
    readAgain();
  });

  it('says so of a file of which only the mode has changed, also when it is read again', () => {
    for (const path of BOTH) chmodSync(join(root, path), 0o600);
    expect(BOTH.map((path) => lookup.isAsRead(at(path)))).toEqual([true, true]);
    readAgain();
    expect(BOTH.map((path) => lookup.isAsRead(at(path)))).toEqual([true, true]);
  });

  it.each<[string, (path: string) => void]>([
    ['another time', (path) => utimesSync(path, 1, 1)],
    ['another text', (path) => writeFileSync(path, '*.txt\n*.log\n')],
    ['another name, through which it may be rewritten unseen', (path) => linkSync(path, join(root, 'link'))],
    [
      'a link in its place',
      (path) => {
        renameSync(path, join(root, 'moved'));
        symlinkSync('../moved', path);
      },
    ],
    [
      'a folder in its place',
      (path) => {
        rmSync(path);
        mkdirSync(path);
      },
    ],
    ['nothing in its place', (path) => rmSync(path)],
  ])('does not of a file that has %s', (_what, change) => {
    change(join(root, 'sub/.gitignore'));
    expect(lookup.isAsRead(at('sub/.gitignore'))).toBe(false);
    expect(lookup.isAsRead(at('.git/info/exclude'))).toBe(true);
  });

  it('says so of a file that no rules go by, as of a list of git where no repository is', () => {
    rmSync(join(root, '.git'), { recursive: true });
    lookup = makeLookup();
    readAgain();
    chmodSync(join(root, 'sub/.gitignore'), 0o600);
    expect(lookup.isAsRead(at('sub/.gitignore'))).toBe(true);
  });

  it('does not of a file that was read before and after a change, until it is forgotten', () => {
    const path = at('sub/.gitignore');
    utimesSync(path, 1, 1);
    readAgain();
    expect(lookup.isAsRead(path)).toBe(false);
    lookup.forget();
    expect(lookup.isAsRead(path)).toBe(false);
    readAgain();
    expect(lookup.isAsRead(path)).toBe(false);
    lookup.forget([path]);
    readAgain();
    expect(lookup.isAsRead(path)).toBe(true);
  });
});

describe('IgnoreLookup.rulesFor', () => {
  it('gives the rules with which to crawl a part of a root', () => {
    writeTree(root, TREE);
    const entries = readdirSync(at('src'), { withFileTypes: true, encoding: 'buffer' });
    const inside = makeLookup().rulesFor(at('src'))?.enter(at('src'), entries);
    expect(inside?.verdict(Buffer.from('keep.log'), false).kind).toBe('index');
    expect(inside?.verdict(Buffer.from('other.log'), false).kind).toBe('skip');
    expect(inside?.verdict(Buffer.from('gen'), true).kind).toBe('index');
  });

  it.each(['build', 'build/deep', 'lib/node_modules/a', 'cache', 'cache/sub', '../elsewhere'])(
    'gives none for %s',
    (path) => {
      writeTree(root, TREE);
      expect(makeLookup().rulesFor(at(path))).toBeUndefined();
    },
  );
});

it('looks at a folder anew when it is asked about the folder, however short after the last look', () => {
  writeTree(root, { 'backup/.nomedia': '', 'backup/a.txt': '' });
  const lookup = makeLookup();
  expect(lookup.verdict(at('backup'), true).kind).toBe('skip');
  rmSync(join(root, 'backup/.nomedia'));
  expect(lookup.verdict(at('backup'), true).kind).toBe('index');
  expect(lookup.verdict(at('backup/a.txt'), false).kind).toBe('index');
  writeFileSync(join(root, 'backup/.nomedia'), '');
  expect(lookup.verdict(at('backup'), true).kind).toBe('skip');
  expect(lookup.verdict(at('backup/a.txt'), false).kind).toBe('skip');
});
