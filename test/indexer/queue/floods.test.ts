import { describe, expect, it } from 'vitest';
import { Floods } from '../../../indexer/queue/floods.js';
import { type ChangeHint, PRIORITY } from '../../../shared/types.js';

const MANY = 200;

function hint(path: string, priority: ChangeHint['priority'] = PRIORITY.interactive): ChangeHint {
  return { path: Buffer.from(path), scope: 'path', priority };
}

/** How many of the paths are bulk work. */
function bulk(floods: Floods, paths: readonly string[], nowMs: number): number {
  const sorted = floods.sort(
    paths.map((path) => hint(path)),
    nowMs,
  );
  expect(sorted.map(({ path }) => path.toString())).toEqual(paths);
  return sorted.filter(({ priority }) => priority === PRIORITY.bulk).length;
}

function names(count: number, name: (n: number) => string): string[] {
  return Array.from({ length: count }, (_, n) => name(n));
}

describe('floods', () => {
  it('are told from what somebody does by hand', () => {
    const floods = new Floods();
    for (let second = 0; second < 60; second++) {
      expect(
        bulk(
          floods,
          names(90, (n) => `/home/a/d${n % 7}/f${n}`),
          second * 1000,
        ),
      ).toBe(0);
    }
  });

  it('make bulk work of one folder, of nothing beside it, and end with it', () => {
    const floods = new Floods();
    expect(
      bulk(
        floods,
        names(5000, (n) => `/home/a/new/f${n}`),
        0,
      ),
    ).toBe(5000 - MANY + 1);
    expect(bulk(floods, ['/home/a/letter', '/home/a/notes/x', '/home/a/new/y', '/home/a/new/d/z'], 1)).toBe(2);
    expect(
      bulk(
        floods,
        names(100, (n) => `/home/a/new/g${n}`),
        2500,
      ),
    ).toBe(100);
    expect(bulk(floods, ['/home/a/new/y'], 5000)).toBe(1);
    expect(bulk(floods, ['/home/a/new/y'], 7000)).toBe(0);
  });

  it('are known to go on until nothing of one has come for a second', () => {
    const floods = new Floods();
    bulk(
      floods,
      names(MANY - 1, (n) => `/a/f${n}`),
      0,
    );
    expect(floods.isFlooded(0)).toBe(false);
    bulk(floods, ['/a/one-more'], 100);
    expect([100, 1099, 1100].map((nowMs) => floods.isFlooded(nowMs))).toEqual([true, true, false]);
  });

  it('are seen in a folder of many small folders', () => {
    const floods = new Floods();
    bulk(
      floods,
      names(MANY, (n) => `/home/a/node_modules/p${n}/index.js`),
      0,
    );
    expect(bulk(floods, ['/home/a/node_modules/q/index.js', '/home/a/src/main.c'], 1)).toBe(1);
  });

  it('in several folders at once leave their neighbours alone', () => {
    const floods = new Floods();
    const writers = ['one', 'two', 'three', 'four'];
    bulk(
      floods,
      names(4 * MANY, (n) => `/home/a/${writers[n % 4]}/d${n >> 5}/f${n}`),
      0,
    );
    expect(
      bulk(
        floods,
        writers.map((name) => `/home/a/${name}/more`),
        1,
      ),
    ).toBe(4);
    expect(bulk(floods, ['/home/a/notes/x', '/home/b'], 1)).toBe(0);
  });

  it('one after the other are each found, and what nobody floods is not blamed', () => {
    const floods = new Floods();
    for (let n = 0; n < 50; n++)
      bulk(
        floods,
        names(MANY, (file) => `/home/a/d${n}/f${file}`),
        0,
      );
    expect(bulk(floods, ['/home/a/d7/x', '/home/a/x', '/home/x'], 1)).toBe(1);
  });

  it('let through what no source saw just now, and settle what it did see', () => {
    const floods = new Floods();
    bulk(
      floods,
      names(MANY, (n) => `/a/f${n}`),
      0,
    );
    const given = hint('/a/x', PRIORITY.reconcile);
    expect(floods.sort([given], 1)).toEqual([given]);
    expect(floods.sort([{ ...hint('/a/x'), scope: 'tree' }], 1)).toEqual([
      { path: Buffer.from('/a/x'), scope: 'tree', priority: PRIORITY.bulk, isFresh: true },
    ]);
    bulk(
      floods,
      names(MANY, (n) => `/f${n}`),
      2,
    );
    expect(bulk(floods, ['/', '/b/c'], 3)).toBe(2);
  });
});
