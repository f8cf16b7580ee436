import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { KeptEvents } from '../../../indexer/flow/kept-events.js';
import type { WriteOp } from '../../../indexer/words.js';
import { IndexWriter } from '../../../indexer/writer/index-writer.js';
import type { FileEvent } from '../../../shared/file-event.js';
import { Meta } from '../../../shared/store/meta.js';
import { type Db, openForWriting } from '../../../shared/store/open.js';
import { type KeptEvent, oldestEventMs, readEvents } from '../../../shared/store/read-events.js';
import { ANN } from '../../helpers/sample-actor.js';
import { tempFolder } from '../../helpers/temp.js';

const DAY_MS = 86_400_000;
const NOW_MS = Date.now();

let db: Db;
let writer: IndexWriter;
let written: WriteOp['kind'][];
let secret: string;
let generation: number;
/** That the index has. */
let files: readonly string[];
let askedAsFolders: string[];
let kept: KeptEvents;

beforeEach(() => {
  [secret, generation, written, files, askedAsFolders] = ['secret', 1, [], [], []];
  db = openForWriting(':memory:');
  writer = new IndexWriter(db, { settleMs: 0, maxWaitMs: 0 }, { maxBytes: 1 << 20, keepMs: 10 * DAY_MS });
  kept = keeperOf(writer, db);
});

afterEach(() => db.close());

function keeperOf(of: IndexWriter, from: Db): KeptEvents {
  const apply = async (ops: readonly WriteOp[]) => {
    written.push(...ops.map(({ kind }) => kind));
    return of.apply(ops, 0);
  };
  const rules = {
    isExcluded: (path: Uint8Array, isFolder: boolean) => {
      if (isFolder) askedAsFolders.push(String(path));
      return Buffer.from(path).includes(secret);
    },
    get generation() {
      return generation;
    },
  };
  const index = {
    events: () => readEvents(from, { afterSequence: 0, sinceMs: 0 }),
    isFile: (path: Uint8Array) => files.includes(Buffer.from(path).toString()),
    get oldestEventMs() {
      return oldestEventMs(from);
    },
  };
  return new KeptEvents({ writer: { apply }, rules, index, keepMs: 10 * DAY_MS }, async () => {});
}

function tell(path: string, given: Partial<FileEvent> = {}): void {
  const event: FileEvent = { atMs: NOW_MS, kind: 'delete', path: Buffer.from(path), origin: 'inotify', ...given };
  writer.apply([{ kind: 'event', event, paths: [event.path] }], 0);
}

function events(of = db): KeptEvent[] {
  return [...readEvents(of, { afterSequence: 0, sinceMs: 0 })];
}

it('takes away the events of names that are left out by now, once for each change of the rules', async () => {
  tell('/r/a');
  tell('/r/secret/b');
  tell('/r/c', { kind: 'rename', to: Buffer.from('/r/secret/c') });
  tell('/r/later');
  await kept.look(NOW_MS);
  expect(events().map(({ path }) => String(path))).toEqual(['/r/a', '/r/later']);
  secret = 'later';
  await kept.look(NOW_MS);
  expect(events()).toHaveLength(2);
  generation++;
  await kept.look(NOW_MS);
  expect(events().map(({ path }) => String(path))).toEqual(['/r/a']);
  expect(written).toEqual(['forgetEvents', 'forgetEvents']);
});

it('asks about no name as a folder that the index has as a file', async () => {
  files = ['/r/file', '/r/new'];
  tell('/r/file', { kind: 'attrib' });
  tell('/r/unknown', { kind: 'attrib' });
  tell('/r/old', { kind: 'rename', to: Buffer.from('/r/new') });
  await kept.look(NOW_MS);
  expect(askedAsFolders).toEqual(['/r/unknown']);
});

it('takes away what is too old, and writes nothing while nothing is', async () => {
  tell('/r/old', { atMs: NOW_MS - 12 * DAY_MS });
  tell('/r/new');
  await kept.look(NOW_MS);
  expect(events().map(({ path }) => String(path))).toEqual(['/r/new']);
  await kept.look(NOW_MS);
  expect(written).toEqual(['pruneEvents']);
});

it('takes over what another index has, with its numbers, but for names that are left out', async () => {
  tell('/r/gone');
  writer.apply([{ kind: 'forget', path: Buffer.from('/r/gone') }], 0);
  tell('/r/a', { id: ':1:7:delete', origin: 'audit', actor: ANN, atMs: NOW_MS + 5 });
  tell('/r/secret');
  tell('/r/b', { isWithheld: true });
  tell('/r/c', { kind: 'rename', to: Buffer.from('/r/d'), atMs: NOW_MS + 9 });
  const other = openForWriting(':memory:');
  const next = new IndexWriter(other, { settleMs: 0, maxWaitMs: 0 }, { maxBytes: 1 << 20, keepMs: 10 * DAY_MS });
  await keeperOf(next, other).takeOver({ events: () => readEvents(db, { afterSequence: 0, sinceMs: 0 }) }, NOW_MS + 9);
  expect(events(other)).toEqual(events().filter(({ path }) => !path.includes('secret')));
  expect(events(other).map(({ sequence }) => sequence)).toEqual([2, 4, 5]);
  // What has happened meanwhile may explain what the new index finds.
  const open = other.prepare<[], Buffer>('SELECT path FROM open_event ORDER BY path').pluck().all();
  expect(open.map(String)).toEqual(['/r/c', '/r/d']);
  other.close();
});

it('says why an index that cannot be read gives none', async () => {
  const folder = tempFolder();
  expect((await kept.takeOverFrom(join(folder, 'missing.db'), 0))?.message).toContain('missing.db');
  const file = join(folder, 'index.db');
  const other = openForWriting(file);
  new IndexWriter(other, { settleMs: 0, maxWaitMs: 0 }, { maxBytes: 1 << 20, keepMs: DAY_MS }).apply([], 0);
  other.close();
  expect(await kept.takeOverFrom(file, 0)).toBeUndefined();
});

it('takes over how far the source was read, and nothing else that is noted', async () => {
  const file = join(tempFolder(), 'index.db');
  const other = openForWriting(file);
  const place = { cursor: { generation: 1, offset: 7 } };
  for (const [key, value] of [
    ['audit:L3I=', place],
    ['state', 1],
  ] as const)
    new Meta(other).set(key, value);
  other.close();
  await kept.takeOverFrom(file, 0);
  expect(new Meta(db).get('audit:L3I=')).toEqual(place);
  expect(new Meta(db).get('state')).toBeUndefined();
});
