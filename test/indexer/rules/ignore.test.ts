import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { type IgnoreConfig, type IgnoreEnvironment, rootRules, rulesFolderOf } from '../../../indexer/rules/ignore.js';
import { pathText } from '../../../shared/path-text.js';
import { tempFolder } from '../../helpers/temp.js';
import { ALL_OFF, DISK, walk, writeTree } from './ignore-helpers.js';

const SIGNATURE = 'Signature: 8a477f597d28d172789f06886806bc55';

let root: string;

beforeEach(() => {
  root = tempFolder();
});

function isLeft(path: string, config: Partial<IgnoreConfig>, environment?: Partial<IgnoreEnvironment>): boolean {
  return walk(root, config, environment).index.includes(path);
}

describe('each switch', () => {
  const tree = {
    '.git/HEAD': 'ref: refs/heads/main\n',
    '.git/objects/a': '',
    'hg/.hg/store': '',
    'svn/.svn/entries': '',
    'bzr/.bzr/README': '',
    'lib/node_modules/left-pad/index.js': '',
    'cache/CACHEDIR.TAG': `${SIGNATURE}\n# made by a test\n`,
    'cache/blob': '',
    'music/.nomedia': '',
    'music/list.txt': '',
    'private/.trackerignore': '',
    'private/diary.txt': '',
    '.gitignore': '*.log\n',
    'a.log': '',
    '.find-textignore': '*.tmp\n',
    'a.tmp': '',
    '.hidden/notes.txt': '',
    'a.bak': '',
    'readme.txt': '',
  };

  it.each<[string, Partial<IgnoreConfig>, string[], string]>([
    ['vcs', { vcs: true }, ['.git/objects/a', 'hg/.hg/store', 'svn/.svn/entries', 'bzr/.bzr/README'], '.git/'],
    ['nodeModules', { nodeModules: true }, ['lib/node_modules/left-pad/index.js'], 'lib/node_modules/'],
    ['cacheDirs', { cacheDirs: true }, ['cache/blob', 'cache/CACHEDIR.TAG'], ''],
    ['markerFiles', { markerFiles: true }, ['music/list.txt', 'private/diary.txt'], ''],
    ['gitignore', { gitignore: true }, ['a.log'], 'a.log'],
    ['ignoreFile', { ignoreFile: true }, ['a.tmp'], 'a.tmp'],
    ['hidden', { hidden: true }, ['.hidden/notes.txt', '.gitignore', '.git/HEAD', 'music/.nomedia'], '.hidden/'],
    ['patterns', { patterns: ['*.bak'] }, ['a.bak'], 'a.bak'],
  ])('%s turns its own rule on and no other', (_, config, excluded, withRule) => {
    writeTree(root, tree);
    const everything = walk(root, {}).index;
    const left = walk(root, config);
    for (const path of excluded) expect(everything).toContain(path);
    for (const path of excluded) expect(left.index).not.toContain(path);
    const others = Object.keys(tree).filter(
      (path) => !excluded.includes(path) && !/^\.git\/|\.(hg|svn|bzr)\/|\/\.(nomedia|trackerignore)$|^\./.test(path),
    );
    for (const path of others) expect(left.index).toContain(path);
    if (withRule) expect(left.skip).toHaveProperty([withRule]);
  });

  it('with all of them off everything is indexed', () => {
    writeTree(root, tree);
    expect(walk(root, {}).index.filter((path) => !path.endsWith('/'))).toEqual(Object.keys(tree).sort());
  });
});

describe('marked folders', () => {
  it.each([
    ['a wrong signature', 'Signature: 8a477f597d28d172789f06886806bc56'],
    ['the signature not at the start', ` ${SIGNATURE}`],
    ['nothing in it', ''],
  ])('a CACHEDIR.TAG with %s means nothing', (_, content) => {
    writeTree(root, { 'cache/CACHEDIR.TAG': content, 'cache/blob': '' });
    expect(isLeft('cache/blob', { cacheDirs: true })).toBe(true);
  });

  it('folders with the names of the marks mean nothing', () => {
    writeTree(root, {
      'a/.nomedia/': '',
      'a/CACHEDIR.TAG/': '',
      'a/.gitignore/': '',
      'a/.find-textignore/': '',
      'a/b.txt': '',
    });
    expect(isLeft('a/b.txt', { cacheDirs: true, markerFiles: true, gitignore: true, ignoreFile: true })).toBe(true);
  });

  it('a file called node_modules is a file', () => {
    writeTree(root, { node_modules: '' });
    expect(isLeft('node_modules', { nodeModules: true })).toBe(true);
  });
});

describe('.gitignore', () => {
  it('means nothing outside of work trees, nor where .git is a file that names no repository', () => {
    writeTree(root, {
      '.gitignore': '*.log\n',
      'a.log': '',
      'sub/.git': 'not a pointer',
      'sub/.gitignore': '*.log\n',
      'sub/a.log': '',
    });
    expect(walk(root, { gitignore: true }).index).toEqual(expect.arrayContaining(['a.log', 'sub/a.log']));
  });

  it('holds as soon as there is a folder .git: git fills it later, and nobody is told of that', () => {
    writeTree(root, { 'sub/.git/': '', 'sub/.gitignore': '*.log\n', 'sub/a.log': '' });
    expect(walk(root, { gitignore: true }).skip['sub/a.log']).toContain('.gitignore:1: *.log');
  });

  it('of a work tree around the root holds, and one around an inner work tree does not', () => {
    writeTree(root, {
      '.git/HEAD': 'x',
      '.gitignore': '*.log\n/sub/only\n',
      'sub/.gitignore': '*.tmp\n',
      'sub/deep/a.log': '',
      'sub/deep/a.tmp': '',
      'sub/deep/inner/.git/HEAD': 'x',
      'sub/deep/inner/a.log': '',
    });
    const left = walk(join(root, 'sub/deep'), { gitignore: true, vcs: true });
    expect(left.index).toEqual(['inner/', 'inner/a.log']);
    expect(left.skip['a.log']).toBe(`.gitignore:1: *.log in ${root}`);
    expect(left.skip['a.tmp']).toBe(`.gitignore:1: *.tmp in ${root}/sub`);
  });
});

describe('a root', () => {
  it('is indexed although it is excluded where it lies, and other patterns from above still hold', () => {
    writeTree(root, { '.git/HEAD': 'x', '.gitignore': 'build/\n*.o\n', 'build/sub/a.txt': '', 'build/sub/a.o': '' });
    expect(walk(join(root, 'build'), { gitignore: true }).index).toEqual(['sub/', 'sub/a.txt']);
    expect(walk(join(root, 'build/sub'), { gitignore: true }).index).toEqual(['a.txt']);
  });

  it('is indexed although it is marked', () => {
    writeTree(root, { '.nomedia': '', 'CACHEDIR.TAG': SIGNATURE, 'a.txt': '' });
    expect(isLeft('a.txt', { cacheDirs: true, markerFiles: true })).toBe(true);
  });

  it('takes no .find-textignore from above', () => {
    writeTree(root, { '.git/HEAD': 'x', '.find-textignore': '*.txt\n', 'sub/a.txt': '' });
    expect(walk(join(root, 'sub'), { ignoreFile: true, gitignore: true }).index).toEqual(['a.txt']);
  });

  it.each<[string, () => Partial<IgnoreEnvironment>]>([
    ['a folder of find-text', () => ({ ownDirectories: [Buffer.from(root)] })],
    [
      'in a pseudo file system',
      () => ({
        mounts: new Map([
          ['/', 'ext4'],
          [root, 'proc'],
        ]),
      }),
    ],
  ])('is not indexed when it is %s', (_, environment) => {
    writeTree(root, { 'sub/a.txt': '' });
    const rules = rootRules({ ...ALL_OFF, pseudoFileSystems: true }, Buffer.from(root, 'latin1'), {
      ...DISK,
      ...environment(),
    });
    expect(rules.enter(Buffer.from(root), [])).toBeUndefined();
  });

  it('is indexed on a real file system that is mounted in a pseudo one', () => {
    const mounts = new Map([
      ['/', 'ext4'],
      ['/dev', 'devtmpfs'],
      ['/dev/shm', 'tmpfs'],
    ]);
    const rules = (path: string) =>
      rootRules({ ...ALL_OFF, pseudoFileSystems: true }, Buffer.from(path), { ...DISK, mounts });
    expect(rules('/dev/shm/x').enter(Buffer.from('/dev/shm/x'), [])).toBeDefined();
    expect(rules('/dev/x').enter(Buffer.from('/dev/x'), [])).toBeUndefined();
  });

  it('can be the whole file system', () => {
    const config = { ...ALL_OFF, pseudoFileSystems: true, patterns: ['/tmp'] };
    const environment = {
      ...DISK,
      mounts: new Map([['/proc', 'proc']]),
      ownDirectories: [Buffer.from('/var/find-text')],
    };
    const rules = rootRules(config, Buffer.from('/'), environment).enter(Buffer.from('/'), [])!;
    const verdict = (name: string) => rules.verdict(Buffer.from(name), true);
    expect(verdict('proc')).toEqual({ kind: 'skip', rule: 'pseudo file system proc at /proc' });
    expect(verdict('tmp')).toEqual({ kind: 'skip', rule: 'ignore.patterns:1: /tmp in the configuration' });
    expect(verdict('var')).toEqual({ kind: 'index' });
    const inVar = rules.enter(Buffer.from('/var'), [])!;
    expect(inVar.verdict(Buffer.from('find-text'), true)).toEqual({
      kind: 'skip',
      rule: "find-text's own folder /var/find-text",
    });
  });
});

describe('the order of the lists', () => {
  it('.find-textignore over the configuration over .gitignore', () => {
    writeTree(root, {
      '.git/HEAD': 'x',
      '.gitignore': '*.a\n*.b\n*.c\n',
      '.find-textignore': '!x.c\n',
      'x.a': '',
      'x.b': '',
      'x.c': '',
    });
    const left = walk(root, { gitignore: true, ignoreFile: true, vcs: true, patterns: ['!*.b', '*.c'] });
    expect(left.index).toEqual(['.find-textignore', '.gitignore', 'x.b', 'x.c']);
    expect(left.skip['x.a']).toBe(`.gitignore:1: *.a in ${root}`);
  });

  it('a folder with special characters in its name can be included again', () => {
    const names = ['[x]', 'a*', 'b?', '\\', '!', '#', 'end '];
    const again = names.map((name) => `!${name.replace(/[\\*?[!# ]/g, '\\$&')}/`).join('\n');
    writeTree(root, { '.find-textignore': '/top/*/\n', 'top/.find-textignore': again, 'top/other/a.txt': '' });
    for (const name of names) writeTree(root, { [`top/${name}/a.txt`]: '' });
    const { index } = walk(root, { ignoreFile: true });
    expect(index.filter((path) => path.endsWith('.txt'))).toEqual(names.map((name) => `top/${name}/a.txt`).sort());
  });

  it('the .find-textignore of a folder over those above it, also for a folder that they exclude', () => {
    writeTree(root, {
      '.find-textignore': 'drafts/\n*.old\n',
      'one/drafts/a.txt': '',
      'two/.find-textignore': '!drafts/\n',
      'two/drafts/a.txt': '',
      'two/drafts/b.old': '',
    });
    const { index } = walk(root, { ignoreFile: true });
    expect(index).toContain('two/drafts/a.txt');
    expect(index).not.toContain('two/drafts/b.old');
    expect(index).not.toContain('one/drafts/');
  });
});

describe('excludedNames: names', () => {
  it('keeps the names of excluded files, but neither excluded folders nor what is in marked ones', () => {
    writeTree(root, {
      '.find-textignore': '*.log\nbuild/\n',
      'a.log': '',
      'build/a.txt': '',
      'node_modules/x.js': '',
      'cache/CACHEDIR.TAG': SIGNATURE,
      'cache/blob': '',
    });
    const left = walk(root, { ignoreFile: true, nodeModules: true, cacheDirs: true, excludedNames: 'names' });
    expect(left.names).toEqual(['a.log']);
    expect(Object.keys(left.skip).sort()).toEqual(['build/', 'node_modules/']);
    expect(left.index).toEqual(['.find-textignore']);
  });

  it('still says which rule excluded the file', () => {
    writeTree(root, { '.find-textignore': '# first\n*.log\n' });
    const config: IgnoreConfig = { ...ALL_OFF, ignoreFile: true, excludedNames: 'names' };
    const entries = [{ name: Buffer.from('.find-textignore'), isDirectory: () => false }];
    const rules = rootRules(config, Buffer.from(root), DISK).enter(Buffer.from(root), entries);
    expect(rules?.verdict(Buffer.from('a.log'), false)).toEqual({
      kind: 'names',
      rule: `.find-textignore:2: *.log in ${root}`,
    });
  });
});

describe('hostile lists', () => {
  let problems: string[];
  const onProblem = (path: Uint8Array, problem: string) => problems.push(`${pathText(path)}: ${problem}`);

  beforeEach(() => {
    problems = [];
  });

  it('are read up to 256 KiB, whole lines only', () => {
    const line = `${'x'.repeat(1000)}\n`;
    writeTree(root, { '.find-textignore': `*.early\n${line.repeat(262)}*.late\n`, 'a.early': '', 'a.late': '' });
    const left = walk(root, { ignoreFile: true }, { onProblem });
    expect(left.index).toEqual(['.find-textignore', 'a.late']);
    expect(problems).toEqual([`${root}/.find-textignore: only the patterns in its first 262144 bytes hold`]);
  });

  it('lose the patterns that are too many or too long, and keep the others', () => {
    const many = Array.from({ length: 5000 }, (_, n) => `f${n}`);
    writeTree(root, { '.find-textignore': ['y'.repeat(1025), ...many, 'late'].join('\n'), f4999: '', late: '' });
    const left = walk(root, { ignoreFile: true }, { onProblem });
    expect(left.index).toEqual(['.find-textignore', 'late']);
    expect(problems).toEqual([`${root}/.find-textignore: 2 patterns are too long or too many, and do not hold`]);
  });

  it('do not add up without end from folder to folder', () => {
    const many = Array.from({ length: 2500 }, (_, n) => `f?${n}`).join('\n');
    writeTree(root, { '.find-textignore': many, 'a/.find-textignore': many, 'a/b/.find-textignore': `${many}\nlast` });
    writeTree(root, { 'a/b/last': '', 'a/b/f07': '' });
    const left = walk(root, { ignoreFile: true }, { onProblem });
    expect(left.index).toContain('a/b/last');
    expect(left.index).not.toContain('a/b/f07');
    expect(problems).toEqual([
      `${root}/a/b/.find-textignore: with the lists in the folders above it has too many patterns, so its patterns do not hold`,
    ]);
  });

  it('of a repository crowd out neither secrets nor what the user leaves out', () => {
    const dear = `${'*a'.repeat(470)}\n`.repeat(2);
    writeTree(root, { '.git/': '', '.gitignore': dear, '.netrc': '', mine: '', '.find-textignore': 'own', own: '' });
    writeTree(root, { 'a/.gitignore': dear, 'a/.netrc': '', 'a/mine': '' });
    const config = { gitignore: true, ignoreFile: true, patterns: ['mine'], defaults: ['ignore.secrets'] } as const;
    const { skip } = walk(root, config, { onProblem });
    expect(Object.keys(skip).sort()).toEqual(['.netrc', 'a/.netrc', 'a/mine', 'mine', 'own']);
    expect(problems).toEqual([expect.stringContaining(`${root}/a/.gitignore: with the lists in the folders above`)]);
  });

  it('hold however deep a name is below them', () => {
    const folder = join(root, ...Array.from({ length: 300 }, () => 'd'));
    mkdirSync(folder, { recursive: true });
    writeTree(root, { '.find-textignore': '*.txt\n' });
    writeFileSync(join(folder, 'a.txt'), '');
    expect(walk(root, { ignoreFile: true }).index.filter((path) => path.endsWith('.txt'))).toEqual([]);
  });

  it('that are no regular files are told, and never waited for', () => {
    execFileSync('mkfifo', [join(root, '.find-textignore')]);
    mkdirSync(join(root, 'sub'));
    execFileSync('ln', ['-s', '/dev/zero', join(root, 'sub/.find-textignore')]);
    execFileSync('mkfifo', [join(root, 'sub/CACHEDIR.TAG')]);
    writeTree(root, { 'sub/a.txt': '' });
    expect(walk(root, { ignoreFile: true, cacheDirs: true }, { onProblem }).index).toContain('sub/a.txt');
    expect(problems.map((problem) => problem.split(': ')[0]).sort()).toEqual([
      `${root}/.find-textignore`,
      `${root}/sub/.find-textignore`,
    ]);
  });

  it('cannot put control characters into the rule that is shown', () => {
    writeTree(root, { '.find-textignore': 'a\x1b]2;*\n', 'a\x1b]2;title': '' });
    expect(walk(root, { ignoreFile: true }).skip).toEqual({
      'a\x1b]2;title': `.find-textignore:1: a\\x1b]2;* in ${root}`,
    });
  });
});

describe('rulesFolderOf', () => {
  it.each(['.gitignore', '.find-textignore', 'CACHEDIR.TAG', '.nomedia', '.trackerignore', '.git'])(
    'is the folder of %s',
    (name) => {
      expect(rulesFolderOf(Buffer.from(`/a/b/${name}`))?.toString()).toBe('/a/b');
    },
  );

  it('is the work tree for the list that git keeps for itself', () => {
    expect(rulesFolderOf(Buffer.from('/a/b/.git/info/exclude'))?.toString()).toBe('/a/b');
  });

  it.each([
    'gitignore',
    '.gitignore~',
    'cachedir.tag',
    'a'.repeat(255),
    'exclude',
    'x.git/info/exclude',
    'info/exclude',
  ])('is none for %s', (name) => {
    expect(rulesFolderOf(Buffer.from(`/a/b/${name}`))).toBeUndefined();
  });
});
