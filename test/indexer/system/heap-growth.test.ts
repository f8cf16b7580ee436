/** How far heaps grow while garbage is made that lived for a while, in a thread that begins later. */
import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { bundle } from '../../helpers/bundle.js';

const PROGRAM = `
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
const [, heapGrowth, when] = process.argv;
if (when) (await import(heapGrowth))[when]();

/** What is let go has lived too long for a collection of what is young. */
function peak(require) {
  const { getHeapStatistics } = require('node:v8');
  const living = Array.from({ length: 300 }, () => []);
  let peak = 0;
  for (let round = 0; round < 3000; round++) {
    living[round % living.length] = Array.from({ length: 1000 }, (_, n) => ({ n, round }));
    peak = Math.max(peak, getHeapStatistics().used_heap_size);
  }
  return peak;
}

const text = \`require('node:worker_threads').parentPort.postMessage((\${peak})(require))\`;
const [ofThread] = await once(new Worker(text, { eval: true, execArgv: [] }), 'message');
console.log(ofThread);
`;

function peakOfThread(file: string, ...when: string[]): number {
  const args = ['--input-type=module', '-e', PROGRAM, file, ...when];
  return Number(execFileSync(process.execPath, args, { encoding: 'utf8' }));
}

it('garbage that has lived for a while is collected sooner, or later', () => {
  const file = bundle('indexer/system/heap-growth.ts');
  const soon = peakOfThread(file, 'collectSooner');
  expect(soon).toBeLessThan(peakOfThread(file));
  expect(soon).toBeLessThan(peakOfThread(file, 'collectLater'));
});
