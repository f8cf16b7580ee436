/** Entry of find-text: the real world for run(). */
import { createRequire } from 'node:module';
import { hostname } from 'node:os';
import { Volumes } from '../shared/answer/volumes.js';
import { takeName } from '../shared/own-name.js';
import type * as Live from './live/start-live.js';
import { FileOutput, isTerminal } from './output.js';
import { run } from './run.js';

/** For a terminal that does not know its width. */
const DEFAULT_COLUMNS = 80;

takeName('find-text');
const volumes = new Volumes();
const world = {
  env: process.env,
  cwd: process.cwd(),
  stdout: new FileOutput(1),
  stderr: new FileOutput(2),
};

process.exitCode = run({
  ...world,
  argv: process.argv.slice(2),
  nowMs: Date.now(),
  version: process.env.FIND_TEXT_VERSION ?? 'unbuilt',
  terminal: isTerminal(1) ? { columns: process.stdout.columns || DEFAULT_COLUMNS, host: hostname() } : undefined,
  canLook: (path) => volumes.canLook(path),
  goOn: (flags) => live().start(flags, world),
});

/** A file of its own, because a search does not wait for it. */
function live(): typeof Live {
  return createRequire(import.meta.url)('./find-text-live.js');
}
