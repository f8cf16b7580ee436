import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DirectoryTree } from '../../../indexer/watch/directory-tree.js';

const at = (path: string) => Buffer.from(path, 'latin1');

function pathOf(tree: DirectoryTree, wd: number): string | undefined {
  const node = tree.get(wd);
  return node && tree.pathOf(node);
}

describe('DirectoryTree', () => {
  it('finds a path by its descriptor and the reverse', () => {
    const tree = new DirectoryTree();
    tree.attach(at('/a/b'), 1);
    tree.attach(at('/a/b/\xff\n'), 2);
    expect(pathOf(tree, 2)).toBe('/a/b/\xff\n');
    expect(tree.find(at('/a/b'))?.wd).toBe(1);
    expect(tree.watchCount).toBe(2);
    expect(tree.isParentWatched(tree.get(2)!)).toBe(true);
    expect(tree.isParentWatched(tree.get(1)!)).toBe(false);
  });

  it('can watch the top of the file system', () => {
    const tree = new DirectoryTree();
    tree.attach(at('/'), 1);
    tree.attach(at('/etc'), 2);
    expect([pathOf(tree, 1), pathOf(tree, 2)]).toEqual(['/', '/etc']);
    expect(tree.attach(at('/'), 2)).toEqual([]);
    expect(pathOf(tree, 2)).toBe('/etc');
    expect(tree.remove(tree.get(1)!).sort()).toEqual([1, 2]);
  });

  it('keeps a directory that shows up below itself where it was', () => {
    const tree = new DirectoryTree();
    tree.attach(at('/a'), 1);
    tree.attach(at('/a/b/c'), 1);
    expect(pathOf(tree, 1)).toBe('/a');
  });

  it('ends the watches of a directory that would move into itself', () => {
    const tree = new DirectoryTree();
    tree.attach(at('/a'), 1);
    tree.attach(at('/a/b'), 2);
    expect(tree.move(tree.get(1)!, tree.get(2)!, 'x').sort()).toEqual([1, 2]);
    expect(tree.watchCount).toBe(0);
  });

  it('has no path for what is below a detached directory', () => {
    const tree = new DirectoryTree();
    tree.attach(at('/r'), 1);
    tree.attach(at('/r/a'), 2);
    tree.attach(at('/r/a/b'), 3);
    tree.detach(tree.get(2)!);
    expect([pathOf(tree, 2), pathOf(tree, 3)]).toEqual([undefined, undefined]);
    tree.move(tree.get(2)!, tree.get(1)!, 'z');
    expect(pathOf(tree, 3)).toBe('/r/z/b');
  });

  it('counts and names the directories that could not be watched', () => {
    const tree = new DirectoryTree();
    tree.attach(at('/r'), 1);
    for (const name of ['/r/a', '/r/b', '/r/b/c', '/r/b']) tree.miss(at(name));
    expect(tree.missedCount).toBe(3);
    tree.attach(at('/r/a'), 2);
    expect([...tree.missed()].sort()).toEqual(['/r/b', '/r/b/c']);
    tree.remove(tree.find(at('/r/b'))!);
    expect(tree.missedCount).toBe(0);
  });

  it('gives up the descriptor of a directory whose successor cannot be watched', () => {
    const tree = new DirectoryTree();
    tree.attach(at('/r/a'), 1);
    expect(tree.miss(at('/r/a'))).toEqual([1]);
    expect([tree.watchCount, tree.missedCount]).toEqual([0, 1]);
  });
});

/** The same as a plain Map from path to descriptor. */
class PlainTree {
  byPath = new Map<string, number>();

  attach(path: string, wd: number): void {
    const old = this.pathOf(wd);
    if (old === undefined) {
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

  pathOf(wd: number): string | undefined {
    return [...this.byPath].find((entry) => entry[1] === wd)?.[0];
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
    fc.record({ kind: fc.constant('attach' as const), path, wd }),
    fc.record({ kind: fc.constant('move' as const), wd, parent: wd, name }),
    fc.record({ kind: fc.constant('remove' as const), wd }),
  );

  it('agree after any series of steps, also on the descriptors that are to be given up', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const tree = new DirectoryTree();
        const plain = new PlainTree();
        for (const each of steps) {
          const before = [...plain.byPath.values()];
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
      plain.attach(each.path, each.wd);
      return tree.attach(at(each.path), each.wd);
    }
    const node = tree.get(each.wd);
    const from = plain.pathOf(each.wd);
    if (!node || from === undefined) return [];
    if (each.kind === 'remove') {
      plain.remove(from);
      return tree.remove(node);
    }
    const parent = tree.get(each.parent);
    const folder = plain.pathOf(each.parent);
    if (!parent || folder === undefined) return [];
    if (isIn(folder, from)) plain.remove(from);
    else if (from !== `${folder}/${each.name}`) plain.move(from, `${folder}/${each.name}`);
    return tree.move(node, parent, each.name);
  }

  function contentOf(tree: DirectoryTree): Map<string, number> {
    const content = new Map<string, number>();
    for (let wd = 1; wd <= 8; wd++) {
      const path = pathOf(tree, wd);
      if (path !== undefined) content.set(path, wd);
    }
    return new Map([...content].sort());
  }
});
