/** Runs the built find-text on a sample index, as a shell would. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { SampleIndex } from '../helpers/sample-index.js';

export const PROGRAM = fileURLToPath(new URL('../../dist/find-text.js', import.meta.url));

export interface CliRun {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly bytes: Buffer;
}

export function environment(index: SampleIndex, more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH, HOME: index.home, XDG_DATA_HOME: `${index.home}/data`, TERM: 'xterm', ...more };
}

/** @param args  last, the environment may be given. */
export function findText(index: SampleIndex, args: readonly string[], more: NodeJS.ProcessEnv = {}): CliRun {
  const run = spawnSync(process.execPath, [PROGRAM, ...args], { env: environment(index, more), cwd: index.root });
  return { status: run.status, stdout: run.stdout.toString(), stderr: run.stderr.toString(), bytes: run.stdout };
}

/** In a shell, with `find-text` as a function; for pipes. */
export function inShell(index: SampleIndex, script: string): CliRun {
  const run = spawnSync('bash', ['-c', `find-text() { '${process.execPath}' '${PROGRAM}' "$@"; }; ${script}`], {
    env: environment(index),
  });
  return { status: run.status, stdout: run.stdout.toString(), stderr: run.stderr.toString(), bytes: run.stdout };
}
