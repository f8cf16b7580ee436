import { expect, it } from 'vitest';
import { AuditReads } from '../../../../indexer/sources/audit/audit-reads.js';
import type { FileEvent } from '../../../../shared/file-event.js';

const NOBODY = { auid: null, uid: 1, ppid: 1, exe: '/bin/cat', comm: 'cat', gid: null, euid: null, session: null };

function reads() {
  return new AuditReads({ wantsReads: (path) => String(path).startsWith('/srv/'), mayWantReads: () => true });
}

function read(path: string, atMs: number, pid = 7): FileEvent {
  return { kind: 'open', path: Buffer.from(path), atMs, origin: 'audit', actor: { ...NOBODY, pid } };
}

it('are told where they are asked for, again and again by one process once in a while', () => {
  const told = reads();
  expect(told.isTold(read('/etc/a', 0))).toBe(false);
  expect([0, 10, 900, 1_001, 1_500].map((atMs) => told.isTold(read('/srv/a', atMs)))).toEqual([
    ...[true, false, false, true, false],
  ]);
  expect(told.isTold(read('/srv/a', 1_500, 8))).toBe(true);
  expect(told.isTold(read('/srv/b', 1_500))).toBe(true);
  expect(told.isTold({ ...read('/srv/a', 1_500), kind: 'denied' })).toBe(true);
});

it('are own ones by their process or its parent, or by program, user and name; without the name only before the start', () => {
  const told = reads();
  const node = { ...NOBODY, exe: process.execPath, uid: process.getuid?.() ?? 0 };
  const timestampMs = Date.now() + 1_000;
  expect(told.isOwn({ who: { ...node, pid: process.pid }, timestampMs })).toBe(true);
  expect(told.isOwn({ who: { ...node, pid: 1, ppid: process.pid }, timestampMs })).toBe(true);
  expect(told.isOwn({ who: { ...node, pid: 1 }, timestampMs })).toBe(false);
  const search = { ...node, pid: 1, comm: 'find-text' };
  expect(told.isOwn({ who: search, timestampMs })).toBe(true);
  expect(told.isOwn({ who: { ...search, uid: 4_711 }, timestampMs })).toBe(false);
  expect(told.isOwn({ who: { ...search, exe: '/bin/cat' }, timestampMs })).toBe(false);
  expect(told.isOwn({ who: { ...node, pid: 1 }, timestampMs: 1 })).toBe(true);
  expect(told.isOwn({ who: { ...node, pid: 1, uid: 4_711 }, timestampMs: 1 })).toBe(false);
  expect(told.isOwn({ who: { ...NOBODY, pid: 1 }, timestampMs: 1 })).toBe(false);
});
