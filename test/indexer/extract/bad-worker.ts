/** A worker whose extractors misbehave, each in its way, chosen by the extension of the file. Bundled and started by pool.test.ts. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import type { TextExtractor } from '../../../indexer/extract/extractor.js';
import { serveJobs } from '../../../indexer/extract/job-loop.js';
import { EXTRACTORS } from '../../../indexer/extract/registry.js';

const kept: unknown[] = [];

function fake(extension: string, act: (text: string) => string | undefined): TextExtractor {
  return {
    id: extension,
    version: 1,
    takes: 'text',
    matches: { extensions: [extension] },
    type: 'text/plain',
    extract: ({ bytes }) => ({ title: '', text: Buffer.from(act(bytes.toString()) ?? '') }),
  };
}

/** One that makes its caller wait. */
function late(extension: string, act: (text: string) => Promise<string>): TextExtractor {
  return {
    ...fake(extension, () => undefined),
    extract: async ({ bytes }) => ({ title: '', text: Buffer.from(await act(bytes.toString())) }),
  };
}

function sleep(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

/** Newer versions of Node make this pipe one on which no write waits. */
function say(text: string): void {
  for (let rest = Buffer.from(text); rest.length > 0; ) {
    try {
      rest = rest.subarray(writeSync(2, rest));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      sleep(1);
    }
  }
}

void serveJobs([
  ...EXTRACTORS,
  fake('loop', () => {
    for (;;);
  }),
  fake('begun', (file) => {
    writeFileSync(file, '');
    for (;;);
  }),
  fake('held', (file) => {
    writeFileSync(`${file}.begun`, '');
    while (existsSync(file)) sleep(1);
    return file;
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
    for (let count = 0; count < 1000; count++) say(`${'noise '.repeat(1000)}\n`);
    say('Error: the last words\x1b[2J\n');
    process.exit(1);
  }),
  fake('huge', () => 'ü'.repeat(40 << 20)),
  late('never', () => new Promise(() => {})),
  late('late', async (text) => {
    await new Promise((resolve) => setTimeout(resolve, 20));
    return text;
  }),
  late('stray', () => {
    setImmediate(() => {
      throw new Error('nobody waits for this');
    });
    return new Promise(() => {});
  }),
  {
    id: 'box',
    version: 1,
    takes: 'bytes',
    matches: { extensions: [], head: /^\0BOX/ },
    type: 'application/x-box',
    extract: ({ bytes }) => ({
      title: 'Box',
      text: Buffer.alloc(0),
      children: ['a', 'b'].map((name) => ({ name: Buffer.from(`${name}.txt`), bytes: bytes.subarray(4) })),
    }),
  },
  fake('about', () =>
    JSON.stringify({
      pid: process.pid,
      env: Object.keys(process.env),
      ioClass: spawnSync('/usr/bin/ionice', { encoding: 'utf8' }).stdout?.trim(),
      limits: readFileSync('/proc/self/limits', 'utf8'),
    }),
  ),
]);
