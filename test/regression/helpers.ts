/** A tree with its index, worked on step by step, and the question every regression test ends with. */
import { join } from 'node:path';
import { expect } from 'vitest';
import type { ErrorCode } from '../../shared/errors.js';
import type { Db } from '../../shared/store/open.js';
import { SteppedPipeline } from '../helpers/pipeline.js';
import { orphans, snapshot } from '../helpers/snapshot.js';
import { tempFolder } from '../helpers/temp.js';

export class Tree {
  readonly root = tempFolder();
  readonly pipeline = new SteppedPipeline(Buffer.from(this.root), tempFolder());

  path(name: string): string {
    return join(this.root, name);
  }

  /** What a change source says of these names. */
  hint(scope: 'path' | 'tree', ...names: string[]): void {
    for (const name of names) this.pipeline.hint(Buffer.from(this.path(name)), scope);
  }

  /** What a change source says of a file that is renamed. */
  hintRename(from: string, to: string): void {
    this.pipeline.hintRename(Buffer.from(this.path(from)), Buffer.from(this.path(to)));
  }

  async expectEqualToFresh(): Promise<void> {
    await this.pipeline.drain();
    const fresh = new SteppedPipeline(Buffer.from(this.root), tempFolder());
    await fresh.crawl();
    const { db } = this.pipeline;
    expect(snapshot(db)).toEqual(snapshot(fresh.db));
    expect(folders(db)).toEqual(folders(fresh.db));
    expect(failures(db)).toEqual(failures(fresh.db));
    expect(orphans(db)).toEqual({ withoutRow: [], withoutNames: [] });
    fresh.close();
  }

  /** Names below the root that have a document, in byte order. */
  names(): string[] {
    const paths = [...snapshot(this.pipeline.db).keys()];
    return paths.map((path) => path.slice(this.root.length + 1)).sort();
  }

  failures(): Record<string, ErrorCode> {
    const found = failures(this.pipeline.db).map(({ path, code }) => [path.slice(this.root.length + 1), code]);
    return Object.fromEntries(found) as Record<string, ErrorCode>;
  }
}

function folders(db: Db): unknown[] {
  return db.prepare('SELECT CAST(path AS TEXT) AS path, ino FROM dir ORDER BY path').all();
}

function failures(db: Db): { path: string; code: string }[] {
  return db
    .prepare<[], { path: string; code: string }>('SELECT CAST(path AS TEXT) AS path, code FROM failure ORDER BY path')
    .all();
}
