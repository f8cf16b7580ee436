/** How far heaps grow while garbage is made that lived for a while, in the thread of a program and in one of its own. */
import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { bundle } from '../../helpers/bundle.js';

const PROGRAM = `
import { once } from 'node:events';
import { createRequire } from 'node:module';
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
console.log(JSON.stringify([peak(createRequire('/')), ofThread]));
`;

function peaks(file: string, ...when: string[]): number[] {
  const args = ['--input-type=module', '-e', PROGRAM, file, ...when];
  return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' }));
}

it('garbage that has lived for a while is collected sooner, or later', () => {
  const file = bundle('indexer/system/heap-growth.ts');
  const [byItself, inThread] = peaks(file);
  const [small, smallInThread] = peaks(file, 'collectSooner');
  expect(small).toBeLessThan(byItself as number);
  expect(smallInThread).toBeLessThan(inThread as number);
  const [large, largeInThread] = peaks(file, 'collectLater');
  expect(large).toBeGreaterThan(small as number);
  expect(largeInThread).toBeGreaterThan(smallInThread as number);
});
