/** What install and uninstall touch of the world: tests hand in another one. */
import { spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline/promises';
import { fileURLToPath } from 'node:url';
import type { Locations } from '../../../shared/locations.js';
import { locate } from '../../../shared/locations.js';
import type { Program } from './unit.js';

export interface Ran {
  readonly isOk: boolean;
  readonly output: string;
}

export interface Machine {
  readonly env: NodeJS.ProcessEnv;
  readonly locations: Locations;
  readonly program: Program;
  readonly isTerminal: boolean;
  readonly stdout: { write(text: string): unknown; readonly isTTY?: boolean; readonly columns?: number };
  /** @returns what was typed; empty: the default */
  ask(question: string): Promise<string>;
  run(argv: readonly string[], input?: string): Ran;
  /** Goes on when this process has ended. */
  startAlone(argv: readonly string[]): void;
}

const TIMEOUT_MS = 60_000;

export function thisMachine(): Machine {
  return {
    env: process.env,
    locations: locate(),
    program: {
      node: process.execPath,
      file: fileURLToPath(new URL('find-textd.js', import.meta.url)),
      version: process.env.FIND_TEXT_VERSION ?? 'unbuilt',
    },
    isTerminal: process.stdin.isTTY === true && process.stdout.isTTY === true,
    stdout: process.stdout,
    ask,
    run,
    startAlone: ([program = '', ...args]) => {
      spawn(program, args, { detached: true, stdio: 'ignore', cwd: '/' }).unref();
    },
  };
}

async function ask(question: string): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return (await lines.question(question)).trim();
  } finally {
    lines.close();
  }
}

function run([program = '', ...args]: readonly string[], input?: string): Ran {
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8', input, timeout: TIMEOUT_MS });
  return {
    isOk: status === 0,
    output: status === 0 ? stdout : [stderr, stdout, error?.message].filter(Boolean).join('').trim(),
  };
}
