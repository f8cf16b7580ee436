import { describe, expect, it } from 'vitest';
import type { QueueEntry, WriteOp } from '../../../indexer/words.js';
import { packTaken, unpackTaken } from '../../../indexer/writer/packed-entries.js';
import { packOps, unpackOps } from '../../../indexer/writer/packed-ops.js';
import { EVENT_KINDS, type ReportedEvent } from '../../../shared/file-event.js';
import { type ChangeHint, type Extraction, PRIORITY } from '../../../shared/types.js';

const PATHS = ['/', '/a', '/a/b c/\xff\x01\n', `/${'long/'.repeat(800)}end`].map((path) => Buffer.from(path, 'latin1'));
const [ROOT, A, ODD, LONG] = PATHS as [Buffer, Buffer, Buffer, Buffer];
const STAT = { dev: 2 ** 40 + 1, ino: 2 ** 53 - 1, size: 0, mtimeMs: 1.25, ctimeMs: -1700000000000.0625 };
const HINTS: readonly ChangeHint[] = Object.values(PRIORITY).flatMap((priority) => [
  { path: ODD, scope: 'path', priority },
  { path: A, scope: 'tree', priority, isFresh: true },
  { path: LONG, scope: 'path', priority, isAttributes: true, isFresh: true },
  { path: A, scope: 'path', priority, renamedFrom: ODD },
]);
const EVENTS: readonly ReportedEvent[] = EVENT_KINDS.flatMap((kind): ReportedEvent[] => {
  const event = { kind, path: ODD, atMs: 1700000000000.5, origin: 'inotify' } as const;
  const process = { auid: 0, uid: 0, pid: 1, ppid: 0, exe: null, comm: null, gid: 0, euid: 0, session: null };
  return [
    { event, paths: [ODD] },
    { event, paths: [ODD], isFolder: true },
    { event, paths: [Buffer.from(ODD)], isFolder: false },
    { event, paths: [] },
    { event, paths: [A] },
    { event, paths: [ODD, A] },
    { event: { ...event, to: A }, paths: [ODD, A] },
    { event: { ...event, id: 'n:1:2:w-3', origin: 'audit', actor: process, isWithheld: true }, paths: [ODD] },
    { event: { ...event, origin: 'comparison' }, paths: [ODD] },
  ];
});
const TEXT: Extraction = {
  type: 'text/plain',
  title: '',
  text: Buffer.from('snow\0\xff', 'latin1'),
  markup: Buffer.alloc(0),
  isTruncated: false,
  extractor: 'text',
  extractorVersion: 7,
  isFileText: true,
  input: 'digest',
};
const { input: _, ...NAME_ONLY } = { ...TEXT, text: Buffer.alloc(0), isFileText: false };
const PACKED_PUTS: readonly Extraction[] = [
  TEXT,
  NAME_ONLY,
  { ...NAME_ONLY, title: 'Ti\u0142le \ud83d', markup: Buffer.from('class'), isTruncated: true, output: 'other' },
];
const OTHER_PUTS: readonly Extraction[] = [
  { ...TEXT, text: Buffer.alloc(65_537, 'x') },
  { ...TEXT, properties: [{ field: 'author', value: 'Ada', words: ['ada'] }] },
  { ...TEXT, children: [] },
  { ...TEXT, met: ['bytes'] },
  { ...TEXT, piece: { isLast: true } },
  { ...TEXT, cutBytes: 3 },
];
const OPS: readonly WriteOp[] = [
  { kind: 'succeeded', path: A },
  ...[...PACKED_PUTS, ...OTHER_PUTS].map((extraction): WriteOp => ({ kind: 'put', path: ODD, stat: STAT, extraction })),
  { kind: 'put', path: ODD, stat: { ...STAT, birthtimeMs: 0.5 }, extraction: TEXT },
  { kind: 'put', path: ODD, stat: STAT, extraction: TEXT, from: { path: A, ctimeMs: 1.5 } },
  ...PATHS.map((path): WriteOp => ({ kind: 'finish', path })),
  ...PATHS.map((path): WriteOp => ({ kind: 'touch', path, stat: STAT })),
  ...PATHS.map((path): WriteOp => ({ kind: 'attributes', path, stat: STAT, id: 2 ** 52 + 1, atMs: 1700000000000.5 })),
  ...HINTS.map((hint): WriteOp => ({ kind: 'enqueue', hint })),
  { kind: 'move', from: A, to: ODD, stat: STAT },
  ...EVENTS.map((event): WriteOp => ({ kind: 'event', ...event })),
  { kind: 'meta', key: 'k', value: { deep: [1, null] } },
];

/** As to another thread and back; the paths are Buffers again. */
function sent(ops: readonly WriteOp[]): WriteOp[] {
  return unpackOps(structuredClone(packOps(ops)));
}

describe('operations', () => {
  it.each(OPS.map((op, at) => [`${at} ${op.kind}`, op] as const))('%s: come as they were', (_name, op) => {
    expect(JSON.stringify(withBuffers(sent([op])))).toBe(JSON.stringify(withBuffers([op])));
    expect(sent([op])).toHaveLength(1);
  });

  it('come in their order, whichever are between them', () => {
    const mixed = [...OPS, ...[...OPS].reverse(), ...OPS.filter((_op, at) => at % 3 === 0)];
    expect(withBuffers(sent(mixed))).toEqual(withBuffers(mixed));
    expect(sent([])).toEqual([]);
  });

  it('of a flood are sent without an object for each', () => {
    const flood = Array.from({ length: 1000 }, (_, n): WriteOp[] => {
      const path = Buffer.from(`/flood/${n}`);
      const event = { kind: 'attrib', path, atMs: n, origin: 'inotify' } as const;
      return [
        ...PACKED_PUTS.map((extraction): WriteOp => ({ kind: 'put', path, stat: STAT, extraction })),
        { kind: 'succeeded', path },
        { kind: 'event', event, paths: [path], isFolder: false },
        { kind: 'enqueue', hint: { path, scope: 'path', priority: PRIORITY.bulk, isFresh: true, isAttributes: true } },
        { kind: 'touch', path, stat: STAT },
        { kind: 'attributes', path, stat: STAT, id: n, atMs: n },
        { kind: 'finish', path },
      ];
    }).flat();
    expect(packOps(flood).others).toEqual([]);
  });
});

it('entries of the queue come as they were', () => {
  const entries = PATHS.flatMap((path): QueueEntry[] => [
    { path, scope: 'path', priority: PRIORITY.interactive, attempt: 0, renamedFrom: null, isAttributes: 1 },
    { path, scope: 'tree', priority: PRIORITY.vanished, attempt: 7, renamedFrom: ROOT, isAttributes: 0 },
  ]);
  for (const nextDueMs of [undefined, 12.5]) {
    const taken = unpackTaken(structuredClone(packTaken({ entries, nextDueMs })));
    expect(taken).toEqual({ entries, nextDueMs });
    expect(taken.entries.every(({ path }) => Buffer.isBuffer(path))).toBe(true);
  }
  expect(unpackTaken(packTaken({ entries: [], nextDueMs: undefined })).entries).toEqual([]);
});

/** What another thread gets is a Uint8Array, whatever it was here. */
function withBuffers(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('latin1');
  if (Array.isArray(value)) return value.map(withBuffers);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([key, each]) => [key, withBuffers(each)]),
  );
}
