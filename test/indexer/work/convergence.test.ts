/**
 * The promise of the queue. Whatever happens to the files, in whatever order and how often the changes are told and
 * worked on: once the queue has drained the index equals a fresh crawl.
 */
import { linkSync, lstatSync, mkdirSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SteppedPipeline } from '../../helpers/pipeline.js';
import { orphans, snapshot } from '../../helpers/snapshot.js';
import { tarBytes } from '../../helpers/tar-bytes.js';
import { tempFolder } from '../../helpers/temp.js';

const NAMES = ['a', 'b.txt', 'c.md', 'd', 'd/e', 'd/f.txt', 'd/g/h', 'i/j.html', 'i', 'k.tar'];
const name = fc.constantFrom(...NAMES);
const text = fc.constantFrom(
  'alpha beta',
  '# Title\n\ngamma',
  '<title>x</title><p>delta</p>',
  '',
  'epsilon '.repeat(50),
  '---\nauthor: Ann Bee\ntags: [zeta, eta]\n---\ntheta',
  tarBytes({ name: 'm.md', text: '---\ntags: iota\n---\nkappa' }, { name: 'x/n.html', text: '<p>lambda' }).toString(),
  tarBytes({ name: 'm.md', text: 'mu' }).toString(),
);

type Step =
  | { readonly kind: 'write'; readonly name: string; readonly text: string }
  | { readonly kind: 'rewriteKeepingTimes'; readonly name: string; readonly text: string }
  | { readonly kind: 'mkdir' | 'remove' | 'symlink'; readonly name: string }
  | { readonly kind: 'rename' | 'link'; readonly name: string; readonly to: string }
  | { readonly kind: 'work'; readonly limit: number }
  | { readonly kind: 'restart' };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('write' as const), name, text }) },
  fc.record({ kind: fc.constant('rewriteKeepingTimes' as const), name, text }),
  fc.record({ kind: fc.constantFrom('mkdir' as const, 'remove' as const, 'symlink' as const), name }),
  { weight: 4, arbitrary: fc.record({ kind: fc.constantFrom('rename' as const, 'link' as const), name, to: name }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('work' as const), limit: fc.integer({ min: 1, max: 5 }) }) },
  fc.record({ kind: fc.constant('restart' as const) }),
);

/** Holds what a symlink leads to: never to be indexed. */
const outside = tempFolder();

/** Does the step and tells the pipeline what inotify would tell. A step that the file system refuses does nothing. */
function change(pipeline: SteppedPipeline, root: string, step: Exclude<Step, { kind: 'work' | 'restart' }>): void {
  const path = join(root, step.name);
  const hint = (changed: string, scope: 'path' | 'tree') => pipeline.hint(Buffer.from(changed), scope);
  try {
    switch (step.kind) {
      case 'write':
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, step.text);
        hint(dirname(path), 'tree');
        break;
      case 'rewriteKeepingTimes':
        writeFileSync(path, step.text, { flag: 'r+' });
        utimesSync(path, 1, 1);
        break;
      case 'mkdir':
        mkdirSync(path);
        return hint(path, 'tree');
      case 'remove':
        rmSync(path, { recursive: true });
        break;
      case 'symlink':
        symlinkSync(outside, path);
        break;
      case 'link':
        linkSync(path, join(root, step.to));
        return hint(join(root, step.to), 'path');
      case 'rename':
        renameSync(path, join(root, step.to));
        if (lstatSync(join(root, step.to)).isFile())
          return pipeline.hintRename(Buffer.from(path), Buffer.from(join(root, step.to)));
        hint(path, 'tree');
        return hint(join(root, step.to), 'tree');
    }
    hint(path, 'path');
  } catch (error) {
    if (
      !/^(ENOENT|ENOTDIR|EISDIR|EEXIST|ENOTEMPTY|EINVAL|EPERM|ELOOP)$/.test((error as NodeJS.ErrnoException).code ?? '')
    ) {
      throw error;
    }
  }
}

async function indexAfter(steps: readonly Step[]): Promise<void> {
  const root = tempFolder();
  const folder = tempFolder();
  let pipeline = new SteppedPipeline(Buffer.from(root), folder);
  await pipeline.crawl();
  for (const step of steps) {
    pipeline.nowMs += 1;
    if (step.kind === 'work') {
      pipeline.nowMs += 10_000;
      await pipeline.step(step.limit);
    } else if (step.kind === 'restart') {
      pipeline.close();
      pipeline = new SteppedPipeline(Buffer.from(root), folder);
    } else change(pipeline, root, step);
  }
  await pipeline.drain();
  const fresh = new SteppedPipeline(Buffer.from(root), tempFolder());
  await fresh.crawl();
  expect(snapshot(pipeline.db)).toEqual(snapshot(fresh.db));
  expect(orphans(pipeline.db)).toEqual({ withoutRow: [], withoutNames: [] });
  expect(pipeline.writer.counts()).toEqual({ queued: 0, running: 0 });
  pipeline.close();
  fresh.close();
}

describe('the pipeline', () => {
  it('ends with the index a fresh crawl would make, for any series of operations', async () => {
    await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), indexAfter), { numRuns: 60 });
  });

  it('keeps the content of renamed files and folders: nothing is extracted again', async () => {
    const root = tempFolder();
    mkdirSync(join(root, 'd/sub'), { recursive: true });
    for (let n = 0; n < 20; n++) writeFileSync(join(root, 'd/sub', `${n}.txt`), `word${n}`);
    writeFileSync(join(root, 'single.txt'), 'alone');
    const pipeline = new SteppedPipeline(Buffer.from(root), tempFolder());
    await pipeline.crawl();
    expect(pipeline.extracted).toBe(21);
    renameSync(join(root, 'd'), join(root, 'moved'));
    renameSync(join(root, 'single.txt'), join(root, 'double.txt'));
    for (const path of ['d', 'moved']) pipeline.hint(Buffer.from(join(root, path)), 'tree');
    pipeline.hintRename(Buffer.from(join(root, 'single.txt')), Buffer.from(join(root, 'double.txt')));
    await pipeline.drain();
    expect(pipeline.extracted).toBe(21);
    const paths = [...snapshot(pipeline.db).keys()].map((path) => path.slice(root.length + 1));
    expect(paths.filter((path) => path.startsWith('moved/'))).toHaveLength(20);
    expect(paths).toContain('double.txt');
    pipeline.close();
  });

  it('extracts two files anew that exchanged their names, and mixes nothing up', async () => {
    const root = tempFolder();
    writeFileSync(join(root, 'x'), 'one');
    writeFileSync(join(root, 'y'), 'two two');
    const pipeline = new SteppedPipeline(Buffer.from(root), tempFolder());
    await pipeline.crawl();
    renameSync(join(root, 'x'), join(root, 't'));
    renameSync(join(root, 'y'), join(root, 'x'));
    renameSync(join(root, 't'), join(root, 'y'));
    for (const path of ['x', 'y']) pipeline.hint(Buffer.from(join(root, path)), 'path');
    await pipeline.drain();
    const fresh = new SteppedPipeline(Buffer.from(root), tempFolder());
    await fresh.crawl();
    expect(snapshot(pipeline.db)).toEqual(snapshot(fresh.db));
    pipeline.close();
    fresh.close();
  });
});
