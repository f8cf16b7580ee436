/** What install and uninstall touch of the world: tests hand in another one. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { createInterface } from 'node:readline/promises';
import { setTimeout as pause } from 'node:timers/promises';
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
  /** undefined: nobody sits at one here. */
  readonly desktop: 'GNOME' | 'other' | undefined;
  /** Where root adds files for all desktops. */
  readonly systemData: string;
  readonly stdout: { write(text: string): unknown; readonly isTTY?: boolean; readonly columns?: number };
  /** @returns what was typed; empty: the default */
  ask(question: string): Promise<string>;
  run(argv: readonly string[], input?: string): Ran;
  /**
   * Goes on when this process has ended. Resolves when it has begun, or a minute later.
   * @returns its exit code, where it ended before it had begun.
   */
  startAlone(argv: readonly string[], hasBegun: () => boolean): Promise<number | undefined>;
}

/** Each file in it is a desktop that somebody may log in to. */
const SESSIONS = ['/usr/share/wayland-sessions', '/usr/share/xsessions'];
const GNOME_SHELL = '/usr/share/gnome-shell';
const TIMEOUT_MS = 60_000;
const LOOK_EVERY_MS = 20;
/** As shells count. */
const SIGNAL_STATUS = 128;
const NOT_STARTED = 127;

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
    desktop: desktopHere(process.env),
    systemData: '/usr/local/share',
    stdout: process.stdout,
    ask,
    run,
    startAlone,
  };
}

function desktopHere({ DISPLAY, WAYLAND_DISPLAY }: NodeJS.ProcessEnv): Machine['desktop'] {
  if (!DISPLAY && !WAYLAND_DISPLAY && !SESSIONS.some((folder) => existsSync(folder))) return undefined;
  return existsSync(GNOME_SHELL) ? 'GNOME' : 'other';
}

async function ask(question: string): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return (await lines.question(question)).trim();
  } finally {
    lines.close();
  }
}

async function startAlone([program = '', ...args]: readonly string[], hasBegun: () => boolean) {
  const child = spawn(program, args, { detached: true, stdio: 'ignore', cwd: '/' });
  let code: number | undefined;
  child.on('exit', (status, signal) => (code = status ?? SIGNAL_STATUS + constants.signals[signal ?? 'SIGKILL']));
  child.on('error', () => (code = NOT_STARTED));
  child.unref();
  for (const endMs = Date.now() + TIMEOUT_MS; !hasBegun() && Date.now() < endMs; await pause(LOOK_EVERY_MS))
    if (code !== undefined) return code;
  return undefined;
}

function run([program = '', ...args]: readonly string[], input?: string): Ran {
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8', input, timeout: TIMEOUT_MS });
  return {
    isOk: status === 0,
    output: status === 0 ? stdout : [stderr, stdout, error?.message].filter(Boolean).join('').trim(),
  };
}
