import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { requireOpenFiles } from '../../../indexer/system/open-files.js';

const LINE = 'Max open files            ';

it('what a daemon needs is there, or it is said how to get it', () => {
  expect(() => requireOpenFiles()).not.toThrow();
  expect(() => requireOpenFiles(`${LINE}127                  127                  files\n`)).toThrow(
    'work on the index: this process may have 127 files open, and 128 are needed',
  );
});

it.each(['128                  4096', 'unlimited            unlimited'])('%s is enough', (text) => {
  expect(() => requireOpenFiles(`${LINE}${text}                 files\n`)).not.toThrow();
});

it('where nothing is told of the limit, nothing is said', () => {
  expect(() => requireOpenFiles('')).not.toThrow();
});

it('the kernel tells of it so', () => {
  const told = execFileSync('sh', ['-c', 'ulimit -n 100; exec cat /proc/self/limits'], { encoding: 'utf8' });
  expect(() => requireOpenFiles(told)).toThrow('may have 100 files open');
});
