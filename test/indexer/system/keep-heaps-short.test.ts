/** What goes back to the system when it is freed: the process is asked how much it has. */
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { expect, it } from 'vitest';
import { bundle } from '../../helpers/bundle.js';

const KOFFI = createRequire(import.meta.url).resolve('koffi');

/** A thread takes its memory from a heap of its own, whose end `malloc_trim` leaves. */
const PROGRAM = `
import { Worker } from 'node:worker_threads';
const [, libc, koffi, endBytes, isMeanwhile] = process.argv;
const { keepHeapsShort, shorteningHeaps } = await import(libc);
keepHeapsShort(Number(endBytes), 1 << 20);
const run = isMeanwhile ? shorteningHeaps : (action) => action();
await run(() => new Promise((resolve) => {
const thread = new Worker(\`
  import { parentPort, workerData } from 'node:worker_threads';
  const lib = (await import(workerData)).default.load(null);
  const malloc = lib.func('void *malloc(size_t size)');
  const free = lib.func('void free(void *block)');
  const memset = lib.func('void *memset(void *block, int byte, size_t size)');
  free(malloc(16 << 20));
  const blocks = Array.from({ length: 256 }, () => memset(malloc(64 << 10), 1, 64 << 10));
  const before = process.memoryUsage.rss();
  for (const block of blocks.reverse()) free(block);
  parentPort.postMessage(before - process.memoryUsage.rss());
\`, { eval: true, workerData: koffi });
thread.once('message', (bytes) => console.log(bytes));
thread.once('exit', resolve);
}));
`;

function freedBytes(endBytes: number, ...isMeanwhile: string[]): number {
  const libc = bundle('indexer/system/libc.ts');
  const args = ['--input-type=module', '-e', PROGRAM, libc, KOFFI, String(endBytes), ...isMeanwhile];
  return Number(execFileSync(process.execPath, args, { encoding: 'utf8' }));
}

const report = process.report.getReport() as { header: { glibcVersionRuntime?: string } };

it.skipIf(!report.header.glibcVersionRuntime)(
  'with glibc, what a thread frees goes back at once, also after a large block was freed',
  () => {
    expect(freedBytes(128 << 10)).toBeGreaterThan(12 << 20);
  },
);

it.skipIf(!report.header.glibcVersionRuntime)(
  'with glibc, ends that may be long are short while memory is given back',
  () => {
    expect(freedBytes(64 << 20)).toBeLessThan(4 << 20);
    expect(freedBytes(64 << 20, 'meanwhile')).toBeGreaterThan(12 << 20);
  },
);
