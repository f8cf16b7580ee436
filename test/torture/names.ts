/**
 * Names and texts for the torture run: few names, so that workers meet on the same paths, and every kind that is awkward.
 * Paths are bytes.
 */
import { deflateRawSync, gzipSync } from 'node:zlib';
import { joinPath } from '../../shared/paths.js';
import type { Random } from './random.js';

const bytes = (...parts: (string | number)[]): Buffer =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from([part]))));

const PLAIN_FOLDERS = ['a', 'b', 'c', 'Deep', 'deep', 'two words'];
/** Folders that a rule may exclude. */
const EXCLUDABLE_FOLDERS = ['build', 'cache', 'node_modules'];
const FOLDERS: readonly Buffer[] = [...PLAIN_FOLDERS.map((name) => bytes(name)), bytes('f', 0xff), bytes('ü')];
const FILES: readonly Buffer[] = [
  ...['note.txt', 'Note.txt', 'page.html', 'read.md', 'Makefile', 'README', 'table.csv', 'feed.xml', 'ls.1'],
  ...['ls.1.gz', 'run.py', '.hidden', 'line\nbreak.txt', 'a', 'b', 'deep', 'image.png', 'x.tar.gz', 'index.rst.txt'],
  ...['app.log', 'data.bin', 'secret.txt', `${'long'.repeat(60)}.txt`],
]
  .map((name) => bytes(name))
  .concat([bytes('caf', 0xe9, '.txt'), bytes('Straße.odt')]);

/** What the torture run writes into ignore files. None of it names what hard links are made of. */
export const PATTERNS = ['*.log', 'build/', 'secret*', '*.bin', '!app.log', '/cache', 'data.*', ''];

/** True for names that one of PATTERNS or a fixed rule may exclude. */
export function isExcludable(name: Uint8Array): boolean {
  return /^(build|cache|node_modules|\.git)$|^secret|^data\.|\.(log|bin)$/.test(Buffer.from(name).toString('latin1'));
}

export function randomFolder(random: Random, tree: Uint8Array, maxDepth = 3): Buffer {
  let path: Buffer = Buffer.from(tree);
  for (let depth = random.below(maxDepth + 1); depth > 0; depth--) path = joinPath(path, randomFolderName(random));
  return path;
}

export function randomFolderName(random: Random): Buffer {
  return random.chance(0.15) ? Buffer.from(random.pick(EXCLUDABLE_FOLDERS)) : random.pick(FOLDERS);
}

export function randomPath(random: Random, tree: Uint8Array): Buffer {
  return joinPath(randomFolder(random, tree), random.pick(FILES));
}

/** A folder whose path git and other programs can be given as text. */
export function plainFolder(random: Random, tree: Uint8Array): Buffer {
  return joinPath(tree, Buffer.from(random.pick(PLAIN_FOLDERS)));
}

export function randomText(random: Random): Buffer {
  const words = () => Array.from({ length: random.between(1, 60) }, () => `w${random.below(400)}`).join(' ');
  return random.weighted<() => Buffer>([
    [50, () => Buffer.from(`${words()}\n`)],
    [10, () => Buffer.from(`<html><title>${words().slice(0, 40)}</title><p>${words()}</p></html>`)],
    [8, () => Buffer.from(`# ${words().slice(0, 30)}\n\n${words()}\n`)],
    [5, () => Buffer.from(`<?xml version="1.0"?><r><a>${words()}</a></r>`)],
    [5, () => Buffer.from(`.TH LS 1\n.SH NAME\nls \\- ${words()}\n`)],
    [5, () => Buffer.from(`﻿${words()}`, 'utf16le')],
    [5, () => gzipSync(words())],
    [4, () => deflateRawSync(words())],
    [4, () => Buffer.alloc(0)],
    [3, () => Buffer.from(`${words()} \xe9\xe8 ${words()}`, 'latin1')],
    [1, () => Buffer.from(`${words()}\n`.repeat(random.between(1000, 8000)))],
  ])();
}
