/** Entry of find-text: the real world for run(). */
import { hostname } from 'node:os';
import { Volumes } from '../shared/answer/volumes.js';
import { takeName } from '../shared/own-name.js';
import { FileOutput, isTerminal } from './output.js';
import { run } from './run.js';

/** For a terminal that does not know its width. */
const DEFAULT_COLUMNS = 80;

takeName('find-text');
const volumes = new Volumes();

process.exitCode = run({
  argv: process.argv.slice(2),
  env: process.env,
  cwd: process.cwd(),
  nowMs: Date.now(),
  version: process.env.FIND_TEXT_VERSION ?? 'unbuilt',
  stdout: new FileOutput(1),
  stderr: new FileOutput(2),
  terminal: isTerminal(1) ? { columns: process.stdout.columns || DEFAULT_COLUMNS, host: hostname() } : undefined,
  canLook: (path) => volumes.canLook(path),
});
