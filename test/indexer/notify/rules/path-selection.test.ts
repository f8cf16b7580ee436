/** Which paths a rule is about: what is selected, what is taken out, and where something selected can be. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PathSelection, type Surroundings, toGlobs } from '../../../../indexer/notify/rules/path-selection.js';
import type { Places } from '../../../../indexer/rules/configured-patterns.js';
import { PatternList } from '../../../../indexer/rules/ignore-patterns.js';

/** /home/me leads to /data/me, /etc/link to /run/real. */
const places: Places = {
  home: '/home/me',
  realPath: (path) => path.replace(/^\/home\/me(?=\/|$)/, '/data/me').replace(/^\/etc\/link(?=\/|$)/, '/run/real'),
  exists: () => false,
};
const surroundings: Surroundings = { roots: [Buffer.from('/data/me/Docs'), Buffer.from('/srv')], places };

function select(patterns: readonly string[], within = surroundings): PathSelection {
  return new PathSelection(
    patterns.flatMap((pattern) => {
      const found = toGlobs(Buffer.from(pattern).toString('latin1'), within);
      if ('refused' in found) throw new Error(found.refused);
      return found.globs;
    }),
  );
}

const selects = (patterns: readonly string[], path: string) =>
  select(patterns).selects(Buffer.from(path.replace(/(?<=.)\/$/, '')), path.endsWith('/'));

describe('a path', () => {
  it.each<[readonly string[], string, boolean]>([
    [['/srv/pii'], '/srv/pii', true],
    [['/srv/pii'], '/srv/pii/a/b', true],
    [['/srv/pii'], '/srv/pii2', false],
    [['/srv/pii'], '/srv', false],
    [['/srv/pii/'], '/srv/pii', false],
    [['/srv/pii/'], '/srv/pii/', true],
    [['/srv/pii/'], '/srv/pii/a', true],
    [['/srv/pii ', '!/srv/pii/b  '], '/srv/pii/b', false],
    [['/'], '/a/b', true],
    [['/', '!/proc'], '/proc/1', false],
    [['/srv/*.key'], '/srv/a.key', true],
    [['/srv/*.key'], '/srv/x/a.key', false],
    [['/srv/**/*.key'], '/srv/x/y/a.key', true],
    [['/srv/**/*.key'], '/srv/x/a.key/inner', true],
    [['*.key'], '/srv/x/a.key', true],
    [['*.key'], '/data/me/Docs/a.key', true],
    [['*.key'], '/etc/a.key', false],
    [['sub/a'], '/srv/sub/a', true],
    [['sub/a'], '/srv/x/sub/a', false],
    [['./a'], '/srv/a', true],
    [['./a'], '/srv/x/a', false],
    [['.'], '/srv/x/a', true],
    [['build/'], '/srv/x/build/y', true],
    [['build/'], '/srv/x/build', false],
    [['~/keys'], '/data/me/keys/a', true],
    [['/home/me/keys'], '/data/me/keys/a', true],
    [['/etc/link'], '/etc/link', true],
    [['/etc/link'], '/run/real/x', true],
    [['/srv/pii', '!*.tmp'], '/srv/pii/a.tmp', false],
    [['/srv/pii', '!/srv/pii/cache'], '/srv/pii/cache/x', false],
    [['/srv/pii', '!/srv/pii/cache', '/srv/pii/cache/keep'], '/srv/pii/cache/keep/x', true],
    [['/srv/**', '!/srv/cache/'], '/srv/cache/x', false],
    [['!/srv/cache', '/srv'], '/srv/cache/x', true],
    [['/srv/ü'], '/srv/ü/x', true],
    [['/srv/\\*'], '/srv/*', true],
    [['/srv/\\*'], '/srv/x', false],
    [['/srv/\\ !'], '/srv/ !', true],
  ])('of %j: %s → %s', (patterns, path, expected) => {
    expect(selects(patterns, path)).toBe(expected);
  });

  it('is compared byte by byte', () => {
    expect(select(['/srv/*.x']).selects(Buffer.from('/srv/\xff.x', 'latin1'))).toBe(true);
  });

  it('names the pattern that decides', () => {
    const selection = select(['/srv', '!*.tmp']);
    expect(selection.patternFor(Buffer.from('/srv/a.tmp'))).toBe('!*.tmp');
    expect(selection.patternFor(Buffer.from('/srv/a'))).toBe('/srv');
    expect(selection.patternFor(Buffer.from('/x'))).toBeUndefined();
  });
});

describe('a pattern that can fit nothing', () => {
  it.each([
    ['', 'empty'],
    ['#x', 'comment'],
    ['/a/../b', '..'],
    ['/a[b', 'bracket'],
    ['/a\\', 'backslash'],
    ['$HOME/x', '~/'],
    ['~other/x', 'another user'],
    [`/${'x'.repeat(2_000)}`, 'longer'],
  ])('%j is refused', (pattern, why) => {
    expect(toGlobs(pattern, surroundings)).toEqual({ refused: expect.stringContaining(why) });
  });

  it('is one that is relative to no folder', () => {
    expect(toGlobs('*.key', { roots: [], places })).toEqual({ refused: expect.stringContaining('whole path') });
  });
});

describe('where something selected can be', () => {
  it.each<[readonly string[], string, boolean]>([
    [['/srv/pii'], '/srv', true],
    [['/srv/pii'], '/', true],
    [['/srv/pii'], '/srv/pii/a', true],
    [['/srv/pii'], '/srv/other', false],
    [['/srv/*/keys'], '/srv/a', true],
    [['/srv/*/keys'], '/srv/a/other', false],
    [['/srv/**/keys'], '/srv/a/other', true],
    [['/srv', '!/srv/cache'], '/srv/cache', false],
    [['/srv', '!/srv/cache', '/srv/cache/keep'], '/srv/cache', true],
    [['/srv', '!/srv/cache', '/srv/cache/keep'], '/srv/cache/other', false],
    [['/srv', '!*.tmp'], '/srv/x', true],
  ])('of %j in %s: %s', (patterns, folder, expected) => {
    expect(select(patterns).mayContain(Buffer.from(folder))).toBe(expected);
  });

  it('is told as the folders to look through, none below another', () => {
    const folders = (patterns: readonly string[]) => select(patterns).places.map(String);
    expect(folders(['/srv/pii', '/srv/pii/x/*.a', '/etc/**', '!/etc/b', '/srv/piid'])).toEqual([
      '/srv/pii',
      '/etc',
      '/srv/piid',
    ]);
    expect(folders(['*.key'])).toEqual(['/data/me/Docs', '/srv']);
    expect(folders(['/a', '/**/x'])).toEqual(['/']);
  });
});

const name = fc.constantFrom('a', 'b', 'ab', 'c.x', 'd.x');
const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((names) => `/${names.join('/')}`);
const part = fc.oneof(name, fc.constantFrom('*', '**', '?', '*.x', '[ab]', '[!a]*'));
const pattern = fc
  .tuple(fc.constantFrom('', '!'), fc.array(part, { minLength: 1, maxLength: 4 }), fc.constantFrom('', '/'))
  .map(([sign, names, end]) => `${sign}/${names.join('/')}${end}`);

/** A pattern fits a path when it fits the path itself or a folder above it; the last one decides. */
function naive(patterns: readonly string[], path: string, isFolder: boolean): boolean {
  const names = path.split('/').slice(1);
  const levels = names.map(
    (_, at) => names.slice(0, at + 1).join('/') + (at < names.length - 1 || isFolder ? '/' : ''),
  );
  let isSelected = false;
  for (const each of patterns) {
    const text = each.replace(/^!/, '');
    const list = PatternList.of([{ pattern: { line: 1, text }, means: text }]);
    if (levels.some((level) => list.decide(level))) isSelected = each === text;
  }
  return isSelected;
}

describe('what is in no folder that is indexed', () => {
  it.each<[readonly string[], readonly string[]]>([
    [['/srv/pii', '/etc/ssh', '!/var'], ['/etc/ssh']],
    [['/home/me/Docs/a'], []],
    [['/home/me/other'], ['/home/me/other']],
    [['*.key', './x', '/'], []],
    [['/sr*/x', '/usr/*.d'], ['/usr/*.d']],
  ])('of %j is %j', (patterns, unseen) => {
    expect(select(patterns).unseen(surroundings.roots)).toEqual(unseen);
  });
});

describe('any patterns', () => {
  it('select what a plain look at each of them says', () => {
    fc.assert(
      fc.property(fc.array(pattern, { maxLength: 5 }), path, fc.boolean(), (patterns, each, isFolder) => {
        expect(select(patterns).selects(Buffer.from(each), isFolder)).toBe(naive(patterns, each, isFolder));
      }),
      { numRuns: 2_000 },
    );
  });

  it('never have something selected where they say that nothing can be', () => {
    fc.assert(
      fc.property(fc.array(pattern, { maxLength: 5 }), path, fc.boolean(), (patterns, each, isFolder) => {
        const selection = select(patterns);
        if (!selection.selects(Buffer.from(each), isFolder)) return;
        for (let end = each.lastIndexOf('/'); end > 0; end = each.lastIndexOf('/', end - 1))
          expect(selection.mayContain(Buffer.from(each.slice(0, end)))).toBe(true);
        const isBelow = (folder: string) => folder === '/' || each === folder || each.startsWith(`${folder}/`);
        expect(selection.places.map(String).some(isBelow)).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });
});
