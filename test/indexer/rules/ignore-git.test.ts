/** .gitignore means what git says it means: `git check-ignore` is asked about the same trees. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { tempFolder } from '../../helpers/temp.js';
import { walk, writeTree } from './ignore-helpers.js';

let root: string;

beforeEach(() => {
  root = tempFolder();
});

const GIT_ENV = {
  ...process.env,
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_SYSTEM: '/dev/null',
  HOME: '/nonexistent',
};
const hasGit = spawnSync('git', ['--version']).status === 0;

function git(...args: string[]): string {
  return execFileSync('git', ['-C', root, '-c', 'core.excludesFile=/dev/null', ...args], {
    env: GIT_ENV,
    encoding: 'latin1',
  });
}

/** Every path of the tree that git does not ignore, as `walk` writes it. */
function notIgnoredByGit(): string[] {
  const everything = walk(root, { vcs: true }).index;
  const { stdout, status, stderr } = spawnSync(
    'git',
    ['-C', root, '-c', 'core.excludesFile=/dev/null', 'check-ignore', '--stdin', '-z', '--no-index'],
    { input: Buffer.from(everything.map((path) => path.replace(/\/$/, '')).join('\0'), 'latin1'), env: GIT_ENV },
  );
  if (status === null || status > 1) throw new Error(`git check-ignore: ${stderr}`);
  const ignored = new Set(stdout.toString('latin1').split('\0'));
  return everything.filter((path) => !ignored.has(path.replace(/\/$/, '')));
}

const TREE = {
  'a.log': '',
  'A.LOG': '',
  'keep.log': '',
  'build/': '',
  'build/out.txt': '',
  'doc/build': '',
  'doc/a.txt': '',
  'doc/deep/er/a.txt': '',
  'doc/deep/er/b.txt': '',
  'src/a.log': '',
  'src/keep.log': '',
  'src/build/x/y.txt': '',
  'src/a b.txt': '',
  'src/trailing ': '',
  'src/#hash': '',
  'src/!bang': '',
  'src/[x].txt': '',
  'src/x.txt': '',
  'src/\\back': '',
  'src/ü.txt': '',
  'src/**': '',
  'foo/bar/baz/qux.c': '',
  'bar/baz/qux.c': '',
};

describe.skipIf(!hasGit)('.gitignore', () => {
  const cases: [string, Record<string, string>][] = [
    ['plain names and stars', { '.gitignore': '*.log\nbuild\n' }],
    ['folders only', { '.gitignore': 'build/\n' }],
    ['negation', { '.gitignore': '*.log\n!keep.log\n' }],
    ['negation below an excluded folder', { '.gitignore': 'src/\n!src/keep.log\n' }],
    ['negation of a folder, then its files', { '.gitignore': '/*\n!/src/\n/src/*\n!/src/keep.log\n' }],
    ['anchored', { '.gitignore': '/a.log\n/build\ndoc/build\n' }],
    ['anchored deeper', { 'src/.gitignore': '/a.log\n/build/x\n' }],
    [
      'nested files that disagree',
      { '.gitignore': '*.log\n*.txt\n', 'src/.gitignore': '!*.log\n', 'doc/.gitignore': '!a.txt\n' },
    ],
    ['a nested file that includes a folder again', { '.gitignore': 'build/\n', 'src/.gitignore': '!build/\n' }],
    ['leading **', { '.gitignore': '**/qux.c\n**/deep/er\n' }],
    ['trailing **', { '.gitignore': 'foo/**\ndoc/deep/**\n!doc/deep/er/\n' }],
    ['inner **', { '.gitignore': 'foo/**/qux.c\ndoc/**/a.txt\n' }],
    ['a pattern with a slash in it is anchored', { '.gitignore': 'baz/qux.c\nbar/baz\n' }],
    ['blanks at the end, escaped and not', { '.gitignore': 'src/trailing\\ \na.log   \n' }],
    ['blanks inside', { '.gitignore': 'a b.txt\n' }],
    ['escaped special characters', { '.gitignore': '\\#hash\n\\!bang\n\\[x\\].txt\n\\\\back\n\\*\\*\n' }],
    ['comments and empty lines', { '.gitignore': '# a.log\n\n   \n#build\n' }],
    ['brackets', { '.gitignore': '[a-c].log\n[!A-Z].txt\nsrc/[[:alpha:]].txt\n' }],
    ['question mark, one byte', { '.gitignore': '?.txt\n' }],
    ['two bytes of one letter', { '.gitignore': '??.txt\n' }],
    ['letters that are not ASCII', { '.gitignore': 'ü.txt\n' }],
    ['case matters', { '.gitignore': '*.LOG\nBUILD\n' }],
    ['line ends of Windows', { '.gitignore': '*.log\r\nbuild/\r\n' }],
    ['a byte order mark', { '.gitignore': '\ufeff*.log\n' }],
    ['no line end at the end', { '.gitignore': '*.log' }],
    ['everything', { '.gitignore': '*\n' }],
    ['everything but', { '.gitignore': '*\n!*/\n!*.txt\n' }],
    ['unfinished patterns', { '.gitignore': '[a\n*.log\\\n!\n/\n' }],
    ['info/exclude, and .gitignore over it', { '.git/info/exclude': '*.log\nbuild\n', '.gitignore': '!keep.log\n' }],
    [
      'a folder that info/exclude excludes and .gitignore includes',
      { '.git/info/exclude': 'src/\n', '.gitignore': '!src/\n' },
    ],
  ];

  it.each(cases)('%s', (_, lists) => {
    git('init', '-q');
    writeTree(root, { ...TREE, ...lists });
    const left = walk(root, { vcs: true, gitignore: true });
    expect(left.index).toEqual(notIgnoredByGit());
  });

  it('matches names that are not UTF-8 byte by byte', () => {
    git('init', '-q');
    const name = Buffer.concat([Buffer.from(`${root}/`), Buffer.from([0x66, 0xe9, 0xff])]);
    mkdirSync(name);
    writeFileSync(Buffer.concat([name, Buffer.from('/\n.log')]), '');
    writeFileSync(Buffer.concat([name, Buffer.from('/\xe9.txt', 'latin1')]), '');
    writeTree(root, { '.gitignore': Buffer.from('f\xe9?/*.log\n?.txt\n', 'latin1') });
    expect(walk(root, { vcs: true, gitignore: true }).index).toEqual(notIgnoredByGit());
    expect(notIgnoredByGit()).toEqual(['.gitignore', 'f\xe9\xff/']);
  });

  it('counts a symbolic link to a folder as a file, and does not follow a .gitignore that is a link', () => {
    git('init', '-q');
    writeTree(root, { list: '*.txt\n', 'real/a.txt': '', '.gitignore': 'link/\n' });
    symlinkSync('real', join(root, 'link'));
    symlinkSync('../list', join(root, 'real/.gitignore'));
    expect(walk(root, { vcs: true, gitignore: true }).index).toEqual(notIgnoredByGit());
  });

  it('knows the repository of a further work tree', () => {
    git('init', '-q');
    git('-c', 'user.name=n', '-c', 'user.email=e', 'commit', '-q', '--allow-empty', '-m', 'm');
    git('worktree', 'add', '-q', join(root, 'tree'));
    writeTree(root, { '.git/info/exclude': '*.log\n', 'tree/a.log': '', 'tree/b.txt': '' });
    const main = root;
    root = join(main, 'tree');
    expect(walk(root, { vcs: true, gitignore: true }).index).toEqual(notIgnoredByGit());
    expect(notIgnoredByGit()).toEqual(['b.txt']);
    root = main;
    expect(walk(root, { vcs: true, gitignore: true }).index).toEqual(['tree/', 'tree/b.txt']);
  });

  it('knows the repository of a submodule, named by a relative path', () => {
    git('init', '-q');
    mkdirSync(join(root, '.git/modules'));
    git('init', '-q', `--separate-git-dir=${join(root, '.git/modules/sub')}`, join(root, 'sub'));
    const lists = { '.gitignore': '*.txt\n', '.git/modules/sub/info/exclude': '*.log\n' };
    writeTree(root, { ...lists, 'sub/.git': 'gitdir: ../.git/modules/sub\n', 'sub/a.log': '', 'sub/b.txt': '' });
    root = join(root, 'sub');
    expect(notIgnoredByGit()).toEqual(['b.txt']);
    expect(walk(root, { vcs: true, gitignore: true }).index).toEqual(['b.txt']);
    root = join(root, '..');
    expect(walk(root, { vcs: true, gitignore: true }).index).toEqual(['.gitignore', 'sub/', 'sub/b.txt']);
  });

  const name = fc.constantFrom('a', 'b', 'ab', 'a.c', 'B', 'a b', '[x]');
  const piece = fc.constantFrom(
    'a',
    'b',
    'ab',
    'a.c',
    'B',
    '*',
    '?',
    '*.c',
    'a*',
    '*b',
    '[ab]',
    '[!a]',
    '\\a',
    'a\\ b',
    '**',
    '\\[x]',
    '[x]',
  );
  const pattern = fc
    .tuple(
      fc.constantFrom('', '', '!', '/', '!/'),
      fc.array(piece, { minLength: 1, maxLength: 3 }),
      fc.constantFrom('', '', '/', ' '),
    )
    .map(([start, pieces, end]) => start + pieces.join('/') + end);
  const list = fc.array(pattern, { maxLength: 5 }).map((patterns) => patterns.join('\n'));
  const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((names) => names.join('/'));

  it('any lists in any tree', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(path, { minLength: 3, maxLength: 12 }),
        fc.dictionary(fc.constantFrom('.', 'a', 'b', 'ab', 'a/b', 'a/a'), list, { maxKeys: 4 }),
        list,
        (paths, lists, exclude) => {
          rmSync(root, { recursive: true });
          mkdirSync(root);
          git('init', '-q');
          for (const each of paths) makeAsPossible(each);
          for (const [folder, content] of Object.entries(lists)) makeAsPossible(`${folder}/.gitignore`, content);
          writeTree(root, { '.git/info/exclude': exclude });
          expect(walk(root, { vcs: true, gitignore: true }).index).toEqual(notIgnoredByGit());
        },
      ),
      { numRuns: 60, seed: 11 },
    );
  });

  /** Of two paths of which one is below the other the first one wins. */
  function makeAsPossible(file: string, content = ''): void {
    try {
      writeTree(root, { [file]: content });
    } catch (error) {
      if (!/EEXIST|ENOTDIR|EISDIR/.test(String(error))) throw error;
    }
  }
});
