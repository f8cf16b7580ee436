/** Patterns mean what git says, however nasty, and none of them costs more than its length times that of the path. */
import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PatternList } from '../../../indexer/rules/ignore-patterns.js';
import { Wildmatch } from '../../../indexer/rules/wildmatch.js';
import { tempFolder } from '../../helpers/temp.js';

const hasGit = spawnSync('git', ['--version']).status === 0;
const NO_CONFIG = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' };

/** Which of the paths, none of which is there, a list of this one pattern excludes by themselves. */
function askGit(repository: string, pattern: string, paths: readonly string[]): string[] {
  const list = join(repository, '.git/info/exclude');
  writeFileSync(list, Buffer.from(`${pattern}\n`, 'latin1'));
  const { stdout, status, stderr } = spawnSync(
    'git',
    ['-C', repository, 'check-ignore', '--stdin', '-z', '--no-index'],
    {
      input: Buffer.from(paths.join('\0'), 'latin1'),
      env: NO_CONFIG,
    },
  );
  if (status === null || status > 1) throw new Error(`git check-ignore ${pattern}: ${stderr}`);
  return stdout.toString('latin1').split('\0').slice(0, -1);
}

function makeRepository(): string {
  const repository = tempFolder();
  execFileSync('git', ['init', '-q', repository], { env: NO_CONFIG });
  return repository;
}

/** As the crawler asks: a folder before what is in it. */
function isExcluded(list: PatternList, path: string): boolean {
  const names = path.split('/');
  return names.some((_, at) => {
    const isLast = at === names.length - 1;
    return list.decide(names.slice(0, at + 1).join('/') + (isLast ? '' : '/'))?.isExcluded ?? false;
  });
}

const NASTY = [
  '*a*a*a*a*b',
  '*a**a*b',
  '**a',
  'a**',
  'a**/b',
  'x/a**/b',
  '***',
  '****/b',
  '**/**/b',
  '**/a/**/b/**/c',
  '/**',
  '/**/',
  '**/',
  '**',
  'a/**',
  'a/**/',
  'a/***',
  '**\\/b',
  'a/**\\/b',
  '*/**/b',
  '**/*a',
  '**/*/b',
  '/*/*',
  '/*/b',
  '*/b',
  'a/*/b',
  'a?b',
  'a/?',
  '?',
  '??',
  '[a]',
  '[!a]',
  '[^a]',
  '[]a]',
  '[!]a]',
  '[a-c]',
  '[c-a]',
  '[a-]',
  '[-a]',
  '[a\\-c]',
  '[\\]]',
  '[[:alpha:]]',
  '[[:digit:][:upper:]]',
  '[[:nope:]]',
  '[[:alpha]',
  '[[a]',
  '[[:]',
  '[a',
  '[',
  '[!',
  'a[',
  'a]',
  '\\a',
  'a\\',
  '\\',
  '\\*',
  '\\**',
  '*\\',
  '\\?',
  '\\[a]',
  '\\#a',
  '\\!a',
  '!a',
  '#a',
  'a ',
  'a\\ ',
  'a  ',
  'a\\  ',
  'a\\\\  ',
  ' a',
  'a\\\\ ',
  'a\t',
  'a//',
  '//a',
  '/',
  '!',
  '!/',
  'a/b/',
  'a/b',
  '/a',
  '/a/b',
  'b/',
  '*.',
  '.*',
  '*.*',
  '[.]*',
  'a[/]b',
  'a[!x]b',
  'a[+-1]b',
  '*[ab]*[ab]*c',
  '?*?*?',
  '*?*?*b',
  '\xe9',
  '*\xe9',
  '[\xe0-\xef]',
  '[!\xe9]',
  '$',
  '^a$',
  'a+',
  'a|b',
  '(a)',
  'a{1}',
  '.',
  '..',
  '\\.',
];

const PATHS = [
  'a',
  'b',
  'c',
  'ab',
  'abc',
  'aab',
  'a.b',
  'a b',
  'a ',
  'a\\',
  '\\',
  '*',
  '**',
  '?',
  '[',
  '[a',
  '[a]',
  ']',
  '-',
  '#a',
  '!a',
  ' a',
  'a\t',
  'A',
  '1',
  '.',
  '..a',
  '.a',
  '\xe9',
  'a\xe9',
  'aaaaaaaaaaaaab',
  'aaaaaaaaaaaaac',
  'a/b',
  'a/c',
  'a/a/b',
  'a/x/y/b',
  'x/a/b',
  'x/ab/b',
  'x/a/y/b/z/c',
  'a/b/c',
  'b/a',
  'b/b/b',
  'ax/b',
  'ax/y/b',
  'ab/b',
  'x/abb',
  'a/.b',
  'x/y/z/a',
  '$',
  'a+',
  'a|b',
  '(a)',
  'a{1}',
  '^a$',
  'a[b',
  'a]b',
  'a-b',
  'a.b/c.d',
].filter((path) => path !== '.');

describe('Wildmatch', () => {
  it.skipIf(!hasGit)(`answers as git does, whatever the pattern [${hasGit ? 'git' : 'needs git'}]`, () => {
    const repository = makeRepository();
    for (const pattern of NASTY) {
      const list = PatternList.parse(Buffer.from(pattern, 'latin1'));
      expect([pattern, PATHS.filter((path) => isExcluded(list, path))]).toEqual([
        pattern,
        askGit(repository, pattern, PATHS),
      ]);
    }
  });

  it.skipIf(!hasGit)(`answers as git does for patterns nobody thought of [${hasGit ? 'git' : 'needs git'}]`, () => {
    const repository = makeRepository();
    const pieces = fc.constantFrom(...'a b c * ** ? / \\ [ ] ! ^ - [a-c] [!b] /**/ **/ /** [:alpha:] . '.split(' '));
    const patterns = fc.array(pieces, { minLength: 1, maxLength: 8 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(patterns, (pattern) => {
        const list = PatternList.parse(Buffer.from(pattern, 'latin1'));
        expect(PATHS.filter((path) => isExcluded(list, path))).toEqual(askGit(repository, pattern, PATHS));
      }),
      { numRuns: 150 },
    );
  });

  it.each([
    [`${'*a'.repeat(30)}*b`, `${'a'.repeat(250)}ba`],
    ['*a'.repeat(500), `${'a'.repeat(4000)}b`],
    [`${'?*'.repeat(300)}b`, `${'a'.repeat(4000)}ba`],
    [`${'*[ab]'.repeat(100)}c`, `${'ab'.repeat(2000)}ca`],
    [`${'**/a/'.repeat(100)}b`, `${'a/'.repeat(2000)}a/ba`],
    [`${'**/*a*/'.repeat(50)}b`, `${'aa/'.repeat(1300)}ba`],
    [`${'a/**/'.repeat(50)}*x`, `${'a/'.repeat(2000)}xy`],
  ])('costs no more than its length times that of the path: %s', (pattern, path) => {
    const wild = Wildmatch.parse(pattern) as Wildmatch;
    wild.matches(path);
    expect(wild.steps).toBeGreaterThan(0);
    expect(wild.steps).toBeLessThanOrEqual((pattern.length + 1) * (path.length + 1));
  });

  it('any pattern keeps to its budget on any path', () => {
    const characters = fc.constantFrom(...'ab*?/[]\\!-'.split(''));
    const text = fc.array(characters, { maxLength: 60 }).map((each) => each.join(''));
    fc.assert(
      fc.property(text, fc.array(fc.constantFrom('a', 'b', '/'), { maxLength: 300 }), (pattern, path) => {
        const wild = Wildmatch.parse(pattern);
        wild?.matches(path.join(''));
        expect(wild?.steps ?? 0).toBeLessThanOrEqual((pattern.length + 1) * (path.length + 1));
      }),
    );
  });
});
