/** A worker whose extractors misbehave, each in its way, chosen by the extension of the file. Bundled and started by pool.test.ts. */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeSync } from 'node:fs';
import type { Extractor } from '../../../indexer/extract/extractor.js';
import { serveJobs } from '../../../indexer/extract/job-loop.js';
import { EXTRACTORS } from '../../../indexer/extract/registry.js';

const kept: unknown[] = [];

function fake(extension: string, act: (text: string) => string | undefined): Extractor {
  return {
    id: extension,
    version: 1,
    extensions: [extension],
    type: 'text/plain',
    extract: ({ bytes }) => ({ title: '', text: Buffer.from(act(bytes.toString()) ?? '') }),
  };
}

function sleep(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

serveJobs([
  ...EXTRACTORS,
  fake('loop', () => {
    for (;;);
  }),
  fake('sleep', (text) => {
    sleep(Number(text));
    return text;
  }),
  fake('exit', () => process.exit(3)),
  fake('abort', () => process.abort()),
  fake('kill', () => {
    process.kill(process.pid, 'SIGKILL');
    sleep(10_000);
    return undefined;
  }),
  fake('throw', (text) => {
    throw new Error(`cannot read ${text}`);
  }),
  fake('heap', () => {
    for (;;) kept.push(Array.from({ length: 100_000 }, (_, at) => ({ at })));
  }),
  fake('buffers', () => {
    for (;;) kept.push(Buffer.alloc(16 << 20, 1));
  }),
  fake('keep', () => {
    kept.push(Buffer.alloc(8 << 20, 1));
    return String(process.pid);
  }),
  fake('garbage', () => {
    writeSync(1, Buffer.alloc(1000, 0xff));
    sleep(10_000);
    return undefined;
  }),
  fake('flood', () => {
    for (let count = 0; count < 1000; count++) writeSync(2, `${'noise '.repeat(1000)}\n`);
    writeSync(2, 'Error: the last words\x1b[2J\n');
    process.exit(1);
  }),
  fake('huge', () => 'ü'.repeat(40 << 20)),
  fake('about', () =>
    JSON.stringify({
      pid: process.pid,
      env: Object.keys(process.env),
      ioClass: spawnSync('/usr/bin/ionice', { encoding: 'utf8' }).stdout?.trim(),
      limits: readFileSync('/proc/self/limits', 'utf8'),
    }),
  ),
]);
