/** A world of its own for the real programs: private XDG folders, a tree to index, daemons that are ended with the test. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chownSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { Status } from '../../indexer/commands/status.js';
import { folderState } from './folder-state.js';
import { Patience } from './patience.js';
import { describeThreads } from './process-state.js';
import { tempFolder } from './temp.js';

export interface Run {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Daemon {
  readonly process: ChildProcess;
  /** With the exit code, or the signal's name. */
  readonly ended: Promise<number | string>;
  stdout(): string;
  stderr(): string;
  /** Sends the signal; resolves with the exit code, or the signal's name. Fails with what the process does when it does not end. */
  end(signal: NodeJS.Signals): Promise<number | string>;
}

const PROGRAMS = fileURLToPath(new URL('../../dist/', import.meta.url));
/** So long a condition is waited for: more than the slowest thing takes on a busy machine. What is to be fast is not said here. */
export const PATIENCE_MS = 180_000;
/** An index may take longer than that, as long as it makes progress. */
const MAX_SETTLE_MS = 500_000;
/** Nobody sends these: the process itself has failed. */
const CRASHES: ReadonlySet<number | string> = new Set(['SIGABRT', 'SIGBUS', 'SIGILL', 'SIGSEGV', 'SIGTRAP']);
const POLL_MS = 20;
/** A program costs a tenth of a second of a processor: it is asked again when its folders have changed, at the latest after this. */
const ASK_AGAIN_MS = 300;

/** The folders of the programs that the condition under way has asked, as they were before. */
let asked: { readonly folders: readonly string[]; readonly before: string } | undefined;

export class TestEnv {
  readonly home = tempFolder();
  readonly tree = join(this.home, 'tree');
  readonly dataDirectory: string;
  readonly env: NodeJS.ProcessEnv;

  /**
   * @param user  as whom the programs run; default: as the test.
   * @param programs  the folder they are in.
   */
  constructor(
    dataHome?: string,
    private readonly user: { readonly uid?: number; readonly gid?: number } = {},
    private readonly programs = PROGRAMS,
  ) {
    mkdirSync(this.tree);
    this.dataDirectory = join(dataHome ?? join(this.home, 'data'), 'find-text');
    this.env = {
      PATH: process.env.PATH,
      HOME: this.home,
      NO_COLOR: '1',
      XDG_DATA_HOME: dataHome ?? join(this.home, 'data'),
      XDG_STATE_HOME: join(this.home, 'state'),
      XDG_CONFIG_HOME: join(this.home, 'config'),
      XDG_RUNTIME_DIR: join(this.home, 'run'),
    };
  }

  /** The home and what is in it so far belong to the user as whom the programs run. */
  giveToUser(): void {
    const { uid, gid } = this.user;
    if (uid === undefined || gid === undefined) return;
    for (const path of [this.home, this.tree]) chownSync(path, uid, gid);
  }

  /** What is made meanwhile belongs to that user. */
  asUser(action: () => void): void {
    const { uid, gid } = this.user;
    if (uid === undefined || gid === undefined) return action();
    process.setegid?.(gid);
    process.seteuid?.(uid);
    try {
      action();
    } finally {
      process.seteuid?.(0);
      process.setegid?.(0);
    }
  }

  path(...parts: string[]): string {
    return join(this.tree, ...parts);
  }

  run(program: 'find-text' | 'find-textd', ...args: string[]): Run {
    this.#noteAsked();
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(this.programs, `${program}.js`), ...args], {
      ...this.user,
      env: this.env,
      encoding: 'utf8',
      timeout: PATIENCE_MS,
    });
    return { status, stdout, stderr };
  }

  #noteAsked(): void {
    const { XDG_STATE_HOME, XDG_RUNTIME_DIR } = this.env;
    const folders = [this.dataDirectory, `${XDG_STATE_HOME}/find-text`, `${XDG_RUNTIME_DIR}/find-text`];
    asked ??= { folders, before: folderState(folders) };
  }

  /** Runs a line of sh(1), in which `$FIND_TEXTD` is the program: for arguments that are no text. */
  shell(line: string): Run {
    const env = { ...this.env, FIND_TEXTD: join(this.programs, 'find-textd.js') };
    const { status, stdout, stderr } = spawnSync('sh', ['-c', line], {
      ...this.user,
      env,
      encoding: 'utf8',
      timeout: PATIENCE_MS,
    });
    return { status, stdout, stderr };
  }

  /** Paths below the tree that a search finds, in byte order. */
  found(...query: string[]): string[] {
    const { status, stdout, stderr } = this.run('find-text', '-l', '-n', '0', '--', ...query.map(exactly));
    if (status === 2) throw new Error(`find-text ${query.join(' ')}: ${stderr}`);
    const paths = stdout.split('\n').filter((line) => line !== '');
    return paths.map((path) => path.replace(`${this.tree}/`, '')).sort();
  }

  status(): Status {
    return JSON.parse(this.run('find-textd', 'status', '--json').stdout) as Status;
  }

  /** Starts `find-textd run` on the tree; resolves when it says that it is ready. */
  async startDaemon(args: readonly string[] = [this.tree, '--source', 'inotify']): Promise<Daemon> {
    const daemon = this.spawnDaemon(args);
    await until('the daemon is ready', () => {
      if (daemon.process.exitCode !== null) throw new Error(`the daemon ended: ${daemon.stderr()}`);
      return /^ready/m.test(daemon.stdout());
    });
    return daemon;
  }

  spawnDaemon(args: readonly string[]): Daemon {
    return this.spawn('run', ...args);
  }

  /** Starts `find-textd`. */
  spawn(...args: readonly string[]): Daemon {
    const child = spawn(process.execPath, [join(this.programs, 'find-textd.js'), ...args], {
      ...this.user,
      env: this.env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const texts = { stdout: '', stderr: '' };
    child.stdout.on('data', (chunk: Buffer) => (texts.stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (texts.stderr += chunk.toString()));
    const ended = new Promise<number | string>((resolve) =>
      child.on('exit', (code, signal) => resolve(code ?? signal ?? '')),
    );
    const end = async (signal: NodeJS.Signals) => {
      child.kill(signal);
      await until(
        () => `find-textd ${args.join(' ')} has ended after ${signal}; ${describe()}`,
        () => child.exitCode !== null || child.signalCode !== null,
      );
      const how = await ended;
      if (CRASHES.has(how))
        throw new Error(`find-textd ${args.join(' ')} ended by ${how} after ${signal}; it said:\n${said()}`);
      return how;
    };
    const said = () => `${texts.stdout}${texts.stderr}`;
    const describe = () => `it said:\n${said()}and does:\n${describeThreads(child.pid as number)}`;
    onTestFinished(async () => {
      child.kill('SIGKILL');
      await ended;
    });
    return { process: child, ended, stdout: () => texts.stdout, stderr: () => texts.stderr, end };
  }

  /** Waits until a search finds exactly these paths. */
  async untilFound(query: string, expected: readonly string[]): Promise<void> {
    const want = JSON.stringify([...expected].sort());
    let last = '';
    await until(
      () => `"${query}" finds ${want}, not ${last}`,
      () => {
        last = JSON.stringify(this.found(query));
        return last === want;
      },
    );
  }

  /** Waits until so many changes wait: for a daemon that is paused. */
  async untilQueued(wanted: number): Promise<void> {
    let queued = 0;
    await until(
      () => `${wanted} changes are collected, not ${queued}`,
      () => {
        queued = this.status().queued;
        return queued === wanted;
      },
    );
  }

  /** Waits until nothing is queued and the daemon knows the index to be complete, as long as it makes progress. */
  async untilSettled(): Promise<void> {
    const patience = new Patience(PATIENCE_MS, MAX_SETTLE_MS);
    await until(
      'the index is complete',
      () => {
        const status = this.status();
        const { isComplete, queued, state } = status;
        patience.require([queued, state?.filesDone, state?.comparisons], () => JSON.stringify(status));
        return isComplete && queued === 0;
      },
      MAX_SETTLE_MS,
    );
  }

  removeTree(): void {
    rmSync(this.tree, { recursive: true, force: true });
  }
}

/** A single word is not taken for the beginning of another. */
function exactly(query: string): string {
  return /^\w+$/.test(query) ? `"${query}"` : query;
}

/** Waits for a condition; fails with what was waited for. */
export async function until(
  what: string | (() => string),
  condition: () => boolean | Promise<boolean>,
  patienceMs = PATIENCE_MS,
): Promise<void> {
  const deadline = Date.now() + patienceMs;
  for (asked = undefined; !(await condition()); asked = undefined) {
    if (Date.now() > deadline)
      throw new Error(`waited ${patienceMs} ms until ${typeof what === 'string' ? what : what()}`);
    await untilWorthLooking(asked);
  }
}

async function untilWorthLooking(last: typeof asked): Promise<void> {
  const endMs = Date.now() + ASK_AGAIN_MS;
  do await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  while (last && Date.now() < endMs && folderState(last.folders) === last.before);
}
