import { expect, it } from 'vitest';
import { recorded } from '../../../indexer/flow/recorded.js';
import type { EventKind } from '../../../shared/file-event.js';

function kept(kind: EventKind, path: string, to?: string, isFolder?: boolean): string | undefined {
  const names = { path: Buffer.from(path), ...(to !== undefined && { to: Buffer.from(to) }) };
  const paths = Object.values(names);
  const isLeftOut = (each: Uint8Array, isFolder: boolean | undefined) => {
    const text = Buffer.from(each).toString();
    return text.includes('secret') || (text.endsWith('build') && isFolder !== false);
  };
  const found = recorded(
    { event: { ...names, kind, atMs: 1, origin: 'inotify' }, paths, ...(isFolder !== undefined && { isFolder }) },
    isLeftOut,
  );
  if (!found) return undefined;
  expect(found.paths.map(String).join()).not.toContain('secret');
  return [found.event.kind, found.event.path, ...(found.event.to ? ['>', found.event.to] : [])].join(' ');
}

it.each<[EventKind, string, string | undefined, string | undefined]>([
  ['write', '/a', undefined, 'write /a'],
  ['write', '/secret', undefined, undefined],
  ['create', '/build', undefined, 'create /build'],
  ['mkdir', '/build', undefined, undefined],
  ['attrib', '/build', undefined, undefined],
  ['rename', '/a', '/b', 'rename /a > /b'],
  ['rename', '/a', '/secret', 'delete /a'],
  ['rename', '/secret', '/a', 'create /a'],
  ['rename', '/secret', '/secret2', undefined],
  ['rename', '/build', '/out', 'create /out'],
  ['link', '/a', '/secret', undefined],
  ['link', '/secret', '/a', 'link /a'],
  ['exchange', '/a', '/secret', 'create /a'],
])('keeps nothing of names that are left out: %s %s %s', (kind, path, to, expected) => {
  expect(kept(kind, path, to)).toBe(expected);
});

it.each<[EventKind, string, string | undefined, boolean, string | undefined]>([
  ['attrib', '/build', undefined, false, 'attrib /build'],
  ['attrib', '/build', undefined, true, undefined],
  ['rename', '/build', '/out', false, 'rename /build > /out'],
  ['rename', '/build', '/out', true, 'mkdir /out'],
  ['rename', '/out', '/build', true, 'rmdir /out'],
  ['rename', '/secret', '/a', false, 'create /a'],
  ['rename', '/a', '/secret', false, 'delete /a'],
])('goes by what the source says of a name: %s %s %s, a folder: %s', (kind, path, to, isFolder, expected) => {
  expect(kept(kind, path, to, isFolder)).toBe(expected);
});
