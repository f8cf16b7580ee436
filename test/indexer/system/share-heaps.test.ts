/** From how many heaps the threads of a process take their memory: the kernel's map of it says so. */
import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { bundle } from '../../helpers/bundle.js';

/**
 * A heap of malloc is 64 MiB at a multiple of it, of which nobody may use the end yet. Newer versions of Node have some
 * at their start. Memory of V8 may begin at such a place by chance.
 */
const PROGRAM = `
import { readFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
const [, libc, count] = process.argv;
const HEAP_BYTES = 2 ** 26;
const heaps = () => {
  const parts = [...readFileSync('/proc/self/maps', 'utf8').matchAll(/^([0-9a-f]+)-([0-9a-f]+) (\\S+)/gm)]
    .map(([, start, end, access]) => ({ start: Number('0x' + start), end: Number('0x' + end), access }));
  return parts.filter(({ start, end, access }, at) => {
    const rest = parts[at + 1];
    if (access !== 'rw-p' || start % HEAP_BYTES !== 0 || rest?.access !== '---p') return false;
    return rest.start === end && rest.end >= start + HEAP_BYTES;
  }).length;
};
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
