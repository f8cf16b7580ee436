/**
 * Files of a flood of which the attributes alone have changed go past the queue: each has its event and is not read, and nothing is
 * missed for it.
 */
import { chmodSync, readdirSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NOTHING } from '../../../indexer/budget/allowance.js';
import { displayPath } from '../../../shared/path-text.js';
import { readEvents } from '../../../shared/store/read-events.js';
import { SteppedPipeline } from '../../helpers/pipeline.js';
import { tempFolder } from '../../helpers/temp.js';

/** From the 200th on it is a flood. */
const FILES = 600;
let folder: string;
let root: string;
let pipeline: SteppedPipeline;
/** One of the flood. */
let file: string;

beforeEach(async () => {
  root = tempFolder();
  for (let n = 100; n < 100 + FILES; n++) writeOld(join(root, `f${n}.txt`), 'alpha');
  file = join(root, 'f650.txt');
  folder = tempFolder();
  pipeline = new SteppedPipeline(Buffer.from(root), folder);
  await pipeline.crawl();
  pipeline.extracted = 0;
  pipeline.changes.length = 0;
});

afterEach(() => pipeline.close());

function writeOld(path: string, text: string): void {
  writeFileSync(path, text);
  utimesSync(path, 1_700_000_000, 1_700_000_000);
}

function paths(): Buffer[] {
  return readdirSync(root)
    .sort()
    .map((name) => Buffer.from(join(root, name)));
}

function chmodAll(mode: number): void {
  for (const path of paths()) chmodSync(path, mode);
  pipeline.tellAttributes(paths());
}

/** Of each path, its events. */
function events(): Map<string, string[]> {
  const byPath = new Map<string, string[]>();
  for (const { id, kind, origin, path } of readEvents(pipeline.db, { afterSequence: 0, sinceMs: 0 }))
    byPath.set(displayPath(path), [...(byPath.get(displayPath(path)) ?? []), `${id} ${origin} ${kind}`]);
  return byPath;
}

function count(table: string): unknown {
  return pipeline.db.prepare(`SELECT count(*) FROM ${table}`).pluck().get();
}

function documentsWith(word: string): unknown {
  return pipeline.db.prepare('SELECT count(*) FROM body WHERE body MATCH ?').pluck().get(word);
}

function knownCtime(path: string): number {
  return Math.abs(pipeline.reader.documents.find(Buffer.from(path))?.ctime_ms ?? 0);
}

describe('a flood of changed attributes', () => {
  it('gives each file one event, which a change of it claims, and reads none, now or later', async () => {
    let queued = 0;
    pipeline.beforeWriting = (ops) => {
      queued += ops.filter(({ kind }) => kind === 'enqueue').length;
    };
    chmodAll(0o640);
    await pipeline.drain();
    expect(queued).toBeLessThan(200);
    const told = events();
    expect([...told.keys()].sort()).toEqual(paths().map(String));
    for (const each of told.values()) expect(each).toEqual([expect.stringMatching(/^\d+ inotify attrib$/)]);
    const claimed = pipeline.changes.map(({ path, kind, eventIds }) => `${displayPath(path)} ${kind} ${eventIds}`);
    const expected = [...told].map(([path, [event]]) => `${path} unchanged ${event?.split(' ')[0]}`);
    expect(claimed.sort()).toEqual(expected.sort());
    expect([count('open_event'), count('queue')]).toEqual([0, 0]);
    expect(knownCtime(file)).toBe(statSync(file).ctimeMs);
    await pipeline.crawl();
    expect(pipeline.extracted).toBe(0);
  });

  it('tells once of a file what is told again before it is looked at', async () => {
    chmodAll(0o640);
    chmodAll(0o600);
    await pipeline.drain();
    expect(events().get(file)).toHaveLength(1);
    chmodAll(0o644);
    await pipeline.drain();
    expect(events().get(file)).toHaveLength(2);
  });

  it.each<[string, () => void]>([
    ['has another size', () => writeOld(file, 'omega omega')],
    ['has another time', () => writeFileSync(file, 'omega')],
    ['is another file', () => replace()],
  ])('reads a file that %s, and gives it one event', async (_, change) => {
    change();
    chmodAll(0o640);
    await pipeline.drain();
    expect([documentsWith('omega'), pipeline.extracted]).toEqual([1, 1]);
    expect(events().get(file)).toHaveLength(1);
    expect([count('open_event'), count('queue')]).toEqual([0, 0]);
  });

  it('takes out a file that is gone, with one event', async () => {
    const told = paths();
    rmSync(file);
    pipeline.tellAttributes(told);
    await pipeline.drain();
    expect(pipeline.reader.isFile(Buffer.from(file))).toBe(false);
    expect(events().get(file)).toHaveLength(1);
  });

  it('reads a file of which a rewrite comes to be known while it is looked at', async () => {
    writeOld(file, 'omega');
    pipeline.isCaughtUp = async () => {
      pipeline.hint(Buffer.from(file), 'path');
      return true;
    };
    chmodAll(0o640);
    await pipeline.drain();
    expect(documentsWith('omega')).toBe(1);
  });

  it('reads all of them when changes may have been missed', async () => {
    writeOld(file, 'omega');
    pipeline.isCaughtUp = async () => false;
    chmodAll(0o640);
    await pipeline.drain();
    expect(documentsWith('omega')).toBe(1);
  });

  it('does not put an older state in the place of one that was written meanwhile', async () => {
    let [later, found] = [0, 0];
    pipeline.beforeWriting = (ops) => {
      if (later > 0) found ||= knownCtime(file);
      if (!ops.some((op) => op.kind === 'attributes' && displayPath(op.path) === file)) return;
      later = statSync(file).ctimeMs + 1;
      pipeline.db.prepare('UPDATE file SET ctime_ms = ? WHERE name = ?').run(later, Buffer.from('f650.txt'));
    };
    chmodAll(0o640);
    await pipeline.drain();
    expect(found).toBe(later);
    expect(events().get(file)).toHaveLength(1);
    expect(knownCtime(file)).toBe(statSync(file).ctimeMs);
  });

  it.skipIf(process.getuid?.() === 0)('takes out the text of a file that may not be read any more', async () => {
    expect(documentsWith('alpha')).toBe(FILES);
    chmodAll(0o640);
    chmodSync(file, 0);
    await pipeline.drain();
    expect(documentsWith('alpha')).toBe(FILES - 1);
    expect(events().get(file)).toHaveLength(1);
  });

  it('has all its events in the index when whoever follows them has asked for that', async () => {
    chmodAll(0o640);
    await pipeline.pipeline.caughtUp();
    expect(events().size).toBe(FILES);
    await pipeline.drain();
    expect(events().size).toBe(FILES);
  });

  it('waits in the queue while nothing may be worked on', async () => {
    pipeline.allow(NOTHING);
    chmodAll(0o640);
    await pipeline.step(100);
    expect([count('queue'), events().size]).toEqual([FILES, FILES]);
    pipeline.allow();
    await pipeline.drain();
    expect([count('queue'), pipeline.extracted, events().size]).toEqual([0, 0, FILES]);
  });

  it('is in the queue at the end of the daemon', async () => {
    chmodAll(0o640);
    await pipeline.pipeline.stop();
    expect([count('queue'), events().size]).toEqual([FILES, FILES]);
  });
});

function replace(): void {
  writeOld(`${file}.new`, 'omega');
  renameSync(`${file}.new`, file);
}
