/** A worker whose extractor does what a hostile one would, behind the walls of the real one. Bundled and started by confine.test.ts. */
import { execFileSync, fork } from 'node:child_process';
import { createSocket } from 'node:dgram';
import * as fs from 'node:fs';
import { connect, createServer } from 'node:net';
import { Worker } from 'node:worker_threads';
import type { TextExtractor } from '../../../indexer/extract/extractor.js';
import { serveJobs } from '../../../indexer/extract/job-loop.js';
import { confine } from '../../../indexer/system/confine.js';

interface Wishes {
  readonly secret: string;
  readonly target: string;
  readonly port: number;
  readonly socket: string;
  readonly victim: number;
}

type Attempt = (wishes: Wishes) => unknown;

const ATTEMPTS: Readonly<Record<string, Attempt>> = {
  read: ({ secret }) => fs.readFileSync(secret),
  'read aside': ({ secret }) => fs.promises.readFile(secret),
  'read in a thread': ({ secret }) => inThread(`require('node:fs').readFileSync(${JSON.stringify(secret)})`),
  list: ({ secret }) => fs.readdirSync(`${secret}/..`),
  'read a link': () => fs.readlinkSync('/proc/self/exe'),
  'other memory': ({ victim }) => fs.readFileSync(`/proc/${victim}/environ`),
  write: ({ target }) => fs.writeFileSync(target, 'written'),
  'write aside': ({ target }) => fs.promises.writeFile(target, 'written'),
  append: ({ secret }) => fs.appendFileSync(secret, 'written'),
  remove: ({ secret }) => fs.unlinkSync(secret),
  'remove aside': ({ secret }) => fs.promises.rm(secret),
  rename: ({ secret, target }) => fs.renameSync(secret, target),
  link: ({ secret, target }) => fs.linkSync(secret, target),
  symlink: ({ secret, target }) => fs.symlinkSync(secret, target),
  folder: ({ target }) => fs.mkdirSync(target),
  mode: ({ secret }) => fs.chmodSync(secret, 0o777),
  times: ({ secret }) => fs.utimesSync(secret, 1, 1),
  truncate: ({ secret }) => fs.truncateSync(secret),
  tcp: ({ port }) => inEvents(connect(port, '127.0.0.1'), 'connect'),
  'unix socket': ({ socket }) => inEvents(connect(socket), 'connect'),
  'abstract socket': () => inEvents(connect('\0find-text-test'), 'connect'),
  listen: () => inEvents(createServer().listen(0), 'listening'),
  udp: ({ port }) =>
    new Promise((resolve, reject) => {
      const socket = createSocket('udp4').on('error', reject);
      socket.send('x', port, '127.0.0.1', (error) => (error ? reject(error) : resolve(undefined)));
    }),
  program: () => execFileSync('/bin/true'),
  fork: ({ secret }) => inEvents(fork(secret), 'spawn'),
  signal: ({ victim }) => process.kill(victim, 'SIGKILL'),
  'signal to the parent': () => process.kill(process.ppid, 'SIGKILL'),
};

function inEvents(emitter: NodeJS.EventEmitter, event: string): Promise<unknown> {
  return new Promise((resolve, reject) => emitter.once(event, resolve).once('error', reject));
}

function inThread(code: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    new Worker(code, { eval: true }).once('error', reject).once('exit', resolve);
  });
}

/** @returns 'done', or how it failed; without a name the names of all, as JSON */
async function attempt(name: string | undefined, wishes: Wishes): Promise<string> {
  if (name === undefined) return JSON.stringify(Object.keys(ATTEMPTS));
  try {
    await ATTEMPTS[name]?.(wishes);
    return 'done';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error);
  }
}

const hostile: TextExtractor = {
  id: 'hostile',
  version: 1,
  takes: 'text',
  matches: { extensions: ['hostile'] },
  type: 'text/plain',
  extract: async ({ bytes }) => {
    const { name, ...wishes } = JSON.parse(bytes.toString()) as Wishes & { name?: string };
    return { title: '', text: Buffer.from(await attempt(name, wishes)) };
  },
};

const plain: TextExtractor = {
  ...hostile,
  id: 'plain',
  matches: { extensions: ['txt'] },
  extract: ({ bytes }) => ({ title: '', text: bytes }),
};

setImmediate(() => {
  if (process.argv[2] !== 'open') confine();
  void serveJobs([hostile, plain]);
});
