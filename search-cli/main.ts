/** Entry of find-text's own search: the real world for run(). */
import { createRequire } from 'node:module';
import { askOnce } from '../shared/answer/kept-index.js';
import { Volumes } from '../shared/answer/volumes.js';
import { takeName } from '../shared/own-name.js';
import type * as Live from './live/start-live.js';
import { fileOutput } from './output.js';
import { run } from './run.js';
import { terminalOf } from './terminal-of.js';

takeName('find-text');
const volumes = new Volumes();
const world = {
  env: process.env,
  cwd: process.cwd(),
  stdout: fileOutput(1),
  stderr: fileOutput(2),
};

process.exitCode = run({
  ...world,
  argv: process.argv.slice(2),
  nowMs: Date.now(),
  version: process.env.FIND_TEXT_VERSION ?? 'unbuilt',
  terminal: terminalOf(),
  canLook: (path) => volumes.canLook(path),
  askIndex: askOnce,
  goOn: (flags) => live().start(flags, world),
});

/** A file of its own, because a search does not wait for it. */
function live(): typeof Live {
  return createRequire(import.meta.url)('./find-text-live.js');
}
