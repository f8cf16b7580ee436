/** Open files on their way to another process; here this process has both ends. */
import { closeSync, fstatSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { MAX_HANDED, receiveDescriptors, sendDescriptors, socketPair } from '../../../indexer/system/libc.js';
import { tempFolder } from '../../helpers/temp.js';

const folder = tempFolder();
const opened = new Set<number>();

afterEach(() => {
  for (const fd of opened) closeSync(fd);
  opened.clear();
});

function keep(...fds: readonly number[]): readonly number[] {
  for (const fd of fds) opened.add(fd);
  return fds;
}

function close(fd: number): void {
  opened.delete(fd);
  closeSync(fd);
}

function openFiles(count: number): readonly number[] {
  const names = Array.from({ length: count }, (_, at) => join(folder, String(at)));
  for (const name of names) writeFileSync(name, name);
  return keep(...names.map((name) => openSync(name, 'r')));
}

function inodes(fds: readonly number[]): number[] {
  return fds.map((fd) => fstatSync(fd).ino);
}

it.each([1, 2, 3, MAX_HANDED])('%i in one message come in their order, whatever has come before', (count) => {
  const [ours, theirs] = socketPair();
  keep(ours, theirs);
  const sent = openFiles(count);
  const inodesSent = inodes(sent);
  for (const fds of [sent, sent.slice(0, 1), sent.toReversed()]) sendDescriptors(ours, fds);
  for (const fd of sent) close(fd);
  expect(inodes(keep(...receiveDescriptors(theirs)))).toEqual(inodesSent);
  expect(inodes(keep(...receiveDescriptors(theirs)))).toEqual(inodesSent.slice(0, 1));
  expect(inodes(keep(...receiveDescriptors(theirs)))).toEqual(inodesSent.toReversed());
});

it('none come when nobody has the other end', () => {
  const [ours, theirs] = socketPair();
  keep(ours, theirs);
  close(ours);
  expect(receiveDescriptors(theirs)).toEqual([]);
});
