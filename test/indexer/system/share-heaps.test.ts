/** From how many heaps the threads of a process take their memory: the kernel's map of it says so. */
import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { bundle } from '../../helpers/bundle.js';

/** A heap of malloc lies at a multiple of 64 MB and has 132 KiB or more. Newer versions of Node have some at their start. */
const PROGRAM = `
import { readFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
const [, libc, count] = process.argv;
const heaps = () =>
  [...readFileSync('/proc/self/maps', 'utf8').matchAll(/^([0-9a-f]+)-([0-9a-f]+) rw-p 0+ 00:00 0\\s*$/gm)]
    .map(([, ...range]) => range.map((at) => Number('0x' + at)))
    .filter(([start, end]) => start % 2 ** 26 === 0 && end - start >= 132 * 1024).length;
if (count) (await import(libc)).shareHeaps(Number(count));
const before = heaps();
const threads = Array.from({ length: 6 }, () => new Worker('setInterval(() => {}, 1000)', { eval: true }));
await Promise.all(threads.map((thread) => new Promise((resolve) => thread.once('online', resolve))));
console.log(heaps() - before);
process.exit();
`;

function heaps(libc: string, count?: number): number {
  const args = ['--input-type=module', '-e', PROGRAM, libc, ...(count === undefined ? [] : [String(count)])];
  return Number(execFileSync(process.execPath, args, { encoding: 'utf8' }));
}

it('all threads of a process share so many heaps', () => {
  const libc = bundle('indexer/system/libc.ts');
  expect(heaps(libc, 2)).toBeLessThanOrEqual(2);
  // With another C library than glibc there are none of that kind.
  const own = heaps(libc);
  expect(own === 0 || own > 4).toBe(true);
});
