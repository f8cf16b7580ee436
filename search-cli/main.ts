/** Entry of find-text: the real world for run(). */
import { hostname } from 'node:os';
import { FileOutput, isTerminal, ReaderGone } from './output.js';
import { run } from './run.js';

/** For a terminal that does not know its width. */
const DEFAULT_COLUMNS = 80;

const stdout = new FileOutput(1);
const stderr = new FileOutput(2);

process.exitCode = run({
  argv: process.argv.slice(2),
  env: process.env,
  cwd: process.cwd(),
  nowMs: Date.now(),
  version: process.env.FIND_TEXT_VERSION ?? 'unbuilt',
  stdout,
  stderr,
  terminal: isTerminal(1) ? { columns: process.stdout.columns || DEFAULT_COLUMNS, host: hostname() } : undefined,
});
for (const output of [stdout, stderr]) flush(output);

function flush(output: FileOutput): void {
  try {
    output.flush();
  } catch (error) {
    if (!(error instanceof ReaderGone)) throw error;
  }
}
