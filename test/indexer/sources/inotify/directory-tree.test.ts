import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DirectoryNode, DirectoryTree } from '../../../../indexer/sources/inotify/directory-tree.js';

const at = (path: string) => Buffer.from(path, 'latin1');

const gone = () => false;

function nodeOf(tree: DirectoryTree, wd: number): DirectoryNode {
  return tree.nodesOf(wd)[0] as DirectoryNode;
}

function pathsOf(tree: DirectoryTree, wd: number): (string | undefined)[] {
  return tree.nodesOf(wd).map((node) => tree.pathOf(node));
}

function pathOf(tree: DirectoryTree, wd: number): string | undefined {
  return pathsOf(tree, wd)[0];
}

describe('DirectoryTree', () => {
  it('finds a path by its descriptor and the reverse', () => {
    const tree = new DirectoryTree();
    tree.attach(at('/a/b'), 1, gone);
    tree.attach(at('/a/b/\xff\n'), 2, gone);
    expect(pathOf(tree, 2)).toBe('/a/b/\xff\n');
    expect(tree.find(at('/a/b'))?.wd).toBe(1);
    expect(tree.watchCount).toBe(2);
    expect(tree.isParentWatched(nodeOf(tree, 2))).toBe(true);
    expect(tree.isParentWatched(nodeOf(tree, 1))).toBe(false);
  });

  it('can watch the top of the file system', () => {
    const tree = new DirectoryTree();
    tree.attach(at('/'), 1, gone);
    tree.attach(at('/etc'), 2, gone);
    expect([pathOf(tree, 1), pathOf(tree, 2)]).toEqual(['/', '/etc']);
    expect(tree.attach(at('/'), 2, gone)).toEqual([]);
    expect(pathOf(tree, 2)).toBe('/etc');
    expect(tree.remove(nodeOf(tree, 1)).sort()).toEqual([1, 2]);
  });

  it('keeps a directory that shows up below itself where it was', () => {
    const tree = new DirectoryTree();
    tree.attach(at('/a'), 1, gone);
    tree.attach(at('/a/b/c'), 1, gone);
    expect(pathOf(tree, 1)).toBe('/a');
  });

  it('knows every path that leads to a directory', () => {
    const tree = new DirectoryTree();
    for (const [path, wd] of [
      ['/src', 1],
      ['/src/d', 2],
      ['/bind', 1],
      ['/bind/d', 2],
    ] as const)
      expect(tree.attach(at(path), wd, () => true)).toEqual([]);
    expect([pathsOf(tree, 1), pathsOf(tree, 2), tree.watchCount]).toEqual([
      ['/src', '/bind'],
      ['/src/d', '/bind/d'],
      2,
    ]);
    expect(tree.attach(at('/bind'), 1, gone)).toEqual([]);
    expect(tree.attach(at('/src'), 3, gone)).toEqual([]);
    expect([pathsOf(tree, 1), pathsOf(tree, 2), pathsOf(tree, 3)]).toEqual([['/bind'], ['/bind/d'], ['/src']]);
    expect(tree.remove(nodeOf(tree, 1)).sort()).toEqual([1, 2]);
  });

  it('moves of several paths the one that does not lead there any more', () => {
    const tree = new DirectoryTree();
    for (const path of ['/src/a', '/bind/a']) tree.attach(at(path), 1, () => true);
    const isThere = (key: string) => key === '/src/a';
    tree.attach(at('/bind/b'), 1, isThere);
    expect(pathsOf(tree, 1)).toEqual(['/src/a', '/bind/b']);
  });

  it('gives no descriptor up that the new directory has itself', () => {
    const tree = new DirectoryTree();
    tree.attach(at('/a'), 1, gone);
    tree.attach(at('/a/b'), 2, gone);
    expect(tree.attach(at('/a'), 2, () => true)).toEqual([1]);
    expect(pathsOf(tree, 2)).toEqual(['/a']);
  });

  it('ends the watches of a directory that would move into itself', () => {
    const tree = new DirectoryTree();
    tree.attach(at('/a'), 1, gone);
    tree.attach(at('/a/b'), 2, gone);
    expect(tree.move(nodeOf(tree, 1), nodeOf(tree, 2), 'x').sort()).toEqual([1, 2]);
    expect(tree.watchCount).toBe(0);
  });

  it('has no path for what is below a detached directory', () => {
    const tree = new DirectoryTree();
    tree.attach(at('/r'), 1, gone);
    tree.attach(at('/r/a'), 2, gone);
    tree.attach(at('/r/a/b'), 3, gone);
    tree.detach(nodeOf(tree, 2));
    expect([pathOf(tree, 2), pathOf(tree, 3)]).toEqual([undefined, undefined]);
    tree.move(nodeOf(tree, 2), nodeOf(tree, 1), 'z');
    expect(pathOf(tree, 3)).toBe('/r/z/b');
  });

  it('counts and names the directories that could not be watched', () => {
    const tree = new DirectoryTree();
    tree.attach(at('/r'), 1, gone);
    for (const name of ['/r/a', '/r/b', '/r/b/c', '/r/b']) tree.miss(at(name));
    expect(tree.missedCount).toBe(3);
    tree.attach(at('/r/a'), 2, gone);
    expect([...tree.missed()].sort()).toEqual(['/r/b', '/r/b/c']);
    tree.remove(tree.find(at('/r/b'))!);
    expect(tree.missedCount).toBe(0);
  });

  it('gives up the descriptor of a directory whose successor cannot be watched', () => {
    const tree = new DirectoryTree();
    tree.attach(at('/r/a'), 1, gone);
    expect(tree.miss(at('/r/a'))).toEqual([1]);
    expect([tree.watchCount, tree.missedCount]).toEqual([0, 1]);
  });
});

/** The same as a plain Map from path to descriptor. */
class PlainTree {
  byPath = new Map<string, number>();

  attach(path: string, wd: number, isThere: boolean): void {
    const known = this.pathsOf(wd);
    const [old] = known;
    if (known.includes(path)) return;
    if (old === undefined || isThere) {
      if (this.byPath.has(path)) this.remove(path);
      this.byPath.set(path, wd);
    } else if (!isIn(path, old)) this.move(old, path);
  }

  move(from: string, to: string): void {
    const moved = [...this.byPath].filter(([path]) => isIn(path, from));
    this.remove(from);
    this.remove(to);
    for (const [path, wd] of moved) this.byPath.set(to + path.slice(from.length), wd);
  }

  remove(folder: string): void {
    for (const path of [...this.byPath.keys()]) if (isIn(path, folder)) this.byPath.delete(path);
  }

  pathsOf(wd: number): string[] {
    return [...this.byPath].filter((entry) => entry[1] === wd).map(([path]) => path);
  }
}

function isIn(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}

describe('DirectoryTree and a plain Map', () => {
  const name = fc.constantFrom('a', 'b', 'longer name');
  const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((names) => `/${names.join('/')}`);
  const wd = fc.integer({ min: 1, max: 8 });
  const step = fc.oneof(
    fc.record({ kind: fc.constant('attach' as const), path, wd, isAlias: fc.boolean() }),
    fc.record({ kind: fc.constant('move' as const), wd, parent: wd, name }),
    fc.record({ kind: fc.constant('remove' as const), wd }),
  );

  it('agree after any series of steps, also on the descriptors that are to be given up', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const tree = new DirectoryTree();
        const plain = new PlainTree();
        for (const each of steps) {
          const before = [...new Set(plain.byPath.values())];
          const givenUp = takeStep(tree, plain, each);
          const after = new Set(plain.byPath.values());
          expect(givenUp.sort()).toEqual(before.filter((known) => !after.has(known)).sort());
          expect(contentOf(tree)).toEqual(new Map([...plain.byPath].sort()));
        }
      }),
      { numRuns: 500 },
    );
  });

  type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

  function takeStep(tree: DirectoryTree, plain: PlainTree, each: Step): number[] {
    if (each.kind === 'attach') {
      const isThere = each.isAlias || tree.nodesOf(each.wd).length > 1;
      plain.attach(each.path, each.wd, isThere);
      return tree.attach(at(each.path), each.wd, () => isThere);
    }
    const node = tree.nodesOf(each.wd).at(-1);
    const from = node && tree.pathOf(node);
    if (!node || from === undefined) return [];
    if (each.kind === 'remove') {
      plain.remove(from);
      return tree.remove(node);
    }
    const parent = tree.nodesOf(each.parent).at(0);
    const folder = parent && tree.pathOf(parent);
    if (!parent || folder === undefined) return [];
    if (isIn(folder, from)) plain.remove(from);
    else if (from !== `${folder}/${each.name}`) plain.move(from, `${folder}/${each.name}`);
    return tree.move(node, parent, each.name);
  }

  function contentOf(tree: DirectoryTree): Map<string, number> {
    const content: [string, number][] = [];
    for (let wd = 1; wd <= 8; wd++) for (const path of pathsOf(tree, wd)) if (path) content.push([path, wd]);
    return new Map(content.sort());
  }
});
