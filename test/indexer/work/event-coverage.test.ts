/**
 * The promise of the events: whatever happens to the files, whether it is seen or not, in whatever order it is told and worked on, each
 * change of the index has an event of its path or of a folder above it, and no path claims an event twice.
 */
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { EventKind } from '../../../shared/file-event.js';
import { pathKey } from '../../../shared/path-key.js';
import { isWithin } from '../../../shared/path-within.js';
import { readEvents } from '../../../shared/store/read-events.js';
import { PRIORITY } from '../../../shared/types.js';
import { SteppedPipeline } from '../../helpers/pipeline.js';
import { snapshot } from '../../helpers/snapshot.js';
import { tempFolder } from '../../helpers/temp.js';

const NAMES = ['a', 'b.txt', 'd', 'd/e', 'd/f.txt', 'd/g/h', 'i/j.html', 'i'];
const name = fc.constantFrom(...NAMES);
const isSeen = fc.boolean();

type Step =
  | { readonly kind: 'write'; readonly name: string; readonly text: string; readonly isSeen: boolean }
  | { readonly kind: 'mkdir' | 'remove'; readonly name: string; readonly isSeen: boolean }
  | { readonly kind: 'rename'; readonly name: string; readonly to: string; readonly isSeen: boolean }
  | { readonly kind: 'work'; readonly limit: number }
  | { readonly kind: 'compare' };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('write' as const), name, text: fc.string(), isSeen }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('mkdir' as const, 'remove' as const), name, isSeen }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('rename' as const), name, to: name, isSeen }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('work' as const), limit: fc.integer({ min: 1, max: 5 }) }) },
  fc.record({ kind: fc.constant('compare' as const) }),
);

/** Does the step, and when it is seen tells of it as inotify does. What the file system refuses does nothing. */
function change(pipeline: SteppedPipeline, root: string, step: Exclude<Step, { kind: 'work' | 'compare' }>): void {
  const path = join(root, step.name);
  const tell = (kind: EventKind, name: string, scope: 'path' | 'tree', to?: string) => {
    const names = { path: Buffer.from(name), ...(to !== undefined && { to: Buffer.from(to) }) };
    if (step.isSeen) pipeline.tell({ atMs: 1, kind, ...names, origin: 'inotify' }, scope);
  };
  try {
    switch (step.kind) {
      case 'write':
        mkdirSync(dirname(path), { recursive: true });
        tell('mkdir', dirname(path), 'tree');
        writeFileSync(path, step.text);
        return tell('write', path, 'path');
      case 'mkdir':
        mkdirSync(path);
        return tell('mkdir', path, 'tree');
      case 'remove':
        rmSync(path, { recursive: true });
        return tell('delete', path, 'tree');
      case 'rename':
        renameSync(path, join(root, step.to));
        return tell('rename', path, 'tree', join(root, step.to));
    }
  } catch {}
}

/** Documents that differ in what was read of them, or are in one of the two only. */
function differences(before: ReturnType<typeof snapshot>, after: ReturnType<typeof snapshot>): string[] {
  const keys = new Set([...before.keys(), ...after.keys()]);
  return [...keys].filter((key) => {
    const [one, other] = [before.get(key), after.get(key)];
    return !one || !other || one.content !== other.content || one.mtimeMs !== other.mtimeMs;
  });
}

it('covers each change of the index, and claims each event once at each path', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), async (steps) => {
      const root = tempFolder();
      const pipeline = new SteppedPipeline(Buffer.from(root), tempFolder());
      await pipeline.crawl();
      const before = snapshot(pipeline.db);
      for (const each of steps) {
        if (each.kind === 'compare') pipeline.hint(Buffer.from(root), 'tree', PRIORITY.reconcile);
        else if (each.kind !== 'work') change(pipeline, root, each);
        else {
          pipeline.nowMs += 100;
          await pipeline.step(each.limit);
        }
      }
      await pipeline.crawl();
      const named = [...readEvents(pipeline.db, { afterSequence: 0, sinceMs: 0 })].flatMap(({ path, to }) =>
        to ? [path, to] : [path],
      );
      const uncovered = differences(before, snapshot(pipeline.db)).filter(
        (key) => !named.some((path) => isWithin(Buffer.from(key, 'latin1'), path)),
      );
      const claims = pipeline.changes.flatMap(({ path, eventIds }) => eventIds.map((id) => `${id} ${pathKey(path)}`));
      const open = pipeline.db.prepare('SELECT count(*) FROM open_event').pluck().get();
      pipeline.close();
      expect(uncovered).toEqual([]);
      expect(claims).toEqual([...new Set(claims)]);
      expect(open).toBe(0);
      for (const each of ['a', 'd', 'i', 'b.txt']) rmSync(join(root, each), { recursive: true, force: true });
    }),
    { numRuns: 40 },
  );
});
