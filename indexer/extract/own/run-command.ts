/**
 * Runs a command of the user's configuration on one document: in a process group of its own, in a private folder,
 * shut in (shut-in.ts), with limits on time, memory, processes and what it writes. Whatever the command does, it ends
 * within its time, and nothing of it is left. Called by own-extractors.ts.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, fstatSync, mkdtempSync, openSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { ErrorCode } from '../../../shared/errors.js';
import { cleanText } from '../../../shared/path-text.js';
import { childLimits } from '../child-limits.js';
import { readAt } from '../read-file.js';
import { isRunnable, isStarved, processorMs } from '../starvation.js';
import { DOCUMENT, type OwnExtractor } from './own-extractor.js';
import { isOverfull, MAX_FOLDER_BYTES, MAX_FOLDER_ENTRIES, removeFolder } from './private-folder.js';
import { groupUse, killGroup } from './process-group.js';
import type { ShutIn } from './shut-in.js';

export interface CommandLimits {
  /** The bundled shut-in.ts. */
  readonly shutInPath: string;
  readonly timeoutMs: number;
  /** Of all of its processes, and of each. */
  readonly memoryMb: number;
}

export type CommandEnd =
  | { readonly kind: 'printed'; readonly bytes: Buffer }
  | { readonly kind: 'failed'; readonly code: ErrorCode; readonly why: string };

export interface RunningCommand {
  readonly pid: number | undefined;
  readonly ended: Promise<CommandEnd>;
  kill(): void;
}

/** Of one file, also of what it prints. */
const MAX_FILE_BYTES = 256 << 20;
/** More than that is no text that somebody looks for, and keeps the daemon busy for too long. */
const MAX_PRINTED_BYTES = 16 << 20;
const MAX_PROCESSES = 64;
const LOOK_EVERY_MS = 500;
const MAX_WORDS_BYTES = 4096;
const MAX_REASON = 300;
const SECONDS_MS = 1000;

/** @param document  open for reading. @param ending  of its name: a copy of it gets that. */
export function runCommand(
  { command }: Pick<OwnExtractor, 'command'>,
  { document, ending }: { readonly document: number; readonly ending: string },
  limits: CommandLimits,
): RunningCommand {
  const folder = mkdtempSync(join(tmpdir(), 'find-text-'));
  const run = new Run(folder, limits);
  const copyTo = command.some((arg) => arg.includes(DOCUMENT)) ? join(folder, documentName(ending)) : undefined;
  const given = copyTo === undefined ? command : command.map((arg) => arg.replaceAll(DOCUMENT, copyTo));
  const ended = run.of({ command: given, folder, copyTo }, document).finally(() => removeFolder(folder));
  return {
    get pid() {
      return run.pid;
    },
    ended,
    kill: () => run.kill('FT_EXTRACT_CRASHED', 'the extractors were stopped'),
  };
}

/** Never a name that could be an option, or more than a name. */
function documentName(ending: string): string {
  return /^[a-z0-9_+-]{1,16}$/.test(ending) ? `document.${ending}` : 'document';
}

type Failure = Extract<CommandEnd, { kind: 'failed' }>;

class Run {
  #child: ChildProcess | undefined;
  #failure: Failure | undefined;

  constructor(
    private readonly folder: string,
    private readonly limits: CommandLimits,
  ) {}

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  kill(code: ErrorCode, why: string): void {
    this.#failure ??= { kind: 'failed', code, why };
    const group = this.#child?.pid;
    if (group !== undefined) killGroup(group);
  }

  async of(shutIn: ShutIn, document: number): Promise<CommandEnd> {
    const output = openSync(join(this.folder, '.printed'), 'wx+', 0o600);
    const words = openSync(join(this.folder, '.said'), 'wx+', 0o600);
    try {
      const reason = await this.#run(shutIn, [document, output, words]);
      if (this.#failure) return this.#failure;
      if (reason !== undefined) return this.#failed(shutIn, reason, words);
      const bytes = readUpTo(output, MAX_PRINTED_BYTES + 1);
      return bytes.length > MAX_PRINTED_BYTES ? tooMuch() : { kind: 'printed', bytes };
    } finally {
      closeSync(output);
      closeSync(words);
    }
  }

  /** @returns why it failed. */
  async #run(shutIn: ShutIn, stdio: readonly number[]): Promise<string | undefined> {
    const { timeoutMs, memoryMb, shutInPath } = this.limits;
    const cpuSeconds = Math.ceil(timeoutMs / SECONDS_MS) + 1;
    const before = childLimits({ memoryMb, fileBytes: MAX_FILE_BYTES, cpuSeconds });
    const [program = '', ...args] = [...before, process.execPath, shutInPath, JSON.stringify(shutIn)];
    const child = spawn(program, args, { cwd: this.folder, detached: true, env: this.#env(), stdio: [...stdio] });
    this.#child = child;
    const ended = new Promise<string | undefined>((resolve) => {
      child.once('error', (error) => resolve(error.message));
      child.once('exit', (status, signal) => resolve(status === 0 ? undefined : reasonOf(status, signal)));
    });
    const startMs = performance.now();
    const timer = setInterval(() => void this.#look(child.pid ?? 0, startMs), Math.min(LOOK_EVERY_MS, timeoutMs));
    try {
      return await ended;
    } finally {
      clearInterval(timer);
      // What it has started and left behind.
      if (child.pid !== undefined) killGroup(child.pid);
    }
  }

  #env(): NodeJS.ProcessEnv {
    return {
      PATH: process.env.PATH ?? '/usr/local/bin:/usr/bin:/bin',
      LANG: process.env.LANG ?? 'C.UTF-8',
      TMPDIR: this.folder,
    };
  }

  async #look(pid: number, startMs: number): Promise<void> {
    const { timeoutMs, memoryMb } = this.limits;
    const silentMs = performance.now() - startMs;
    const isStill = { silentMs, usedMs: processorMs(pid), isRunnable: isRunnable(pid) };
    if (silentMs >= timeoutMs && !isStarved(isStill, timeoutMs))
      return this.kill('FT_EXTRACT_TIMEOUT', `it was stopped after ${timeoutMs} ms`);
    const { processes, residentBytes, namelessBytes } = await groupUse(pid);
    if (processes > MAX_PROCESSES)
      return this.kill('FT_EXTRACT_FAILED', `it started more than ${MAX_PROCESSES} processes`);
    if (residentBytes > memoryMb << 20)
      return this.kill('FT_EXTRACT_FAILED', `it took more than ${memoryMb} MiB of memory`);
    if (namelessBytes > MAX_FOLDER_BYTES || (await isOverfull(this.folder)))
      this.kill('FT_EXTRACT_FAILED', `it wrote more than ${MAX_FOLDER_BYTES >> 20} MiB or ${MAX_FOLDER_ENTRIES} files`);
  }

  #failed({ command: [program = ''] }: ShutIn, reason: string, words: number): Failure {
    const said = lastLine(readUpTo(words, MAX_WORDS_BYTES).toString('utf8'));
    const why = `${basename(program)} ended with ${reason}${said === '' ? '' : `: ${said}`}`;
    return { kind: 'failed', code: 'FT_EXTRACT_FAILED', why: cleanText(why) };
  }
}

function tooMuch(): Failure {
  return { kind: 'failed', code: 'FT_EXTRACT_FAILED', why: `it printed more than ${MAX_PRINTED_BYTES >> 20} MiB` };
}

const OF_SIGNALS: Readonly<Record<string, string>> = {
  SIGXFSZ: `SIGXFSZ: it wrote more than ${MAX_FILE_BYTES >> 20} MiB`,
  SIGXCPU: 'SIGXCPU: it used up its processor time',
};

function reasonOf(status: number | null, signal: NodeJS.Signals | null): string {
  return signal === null ? `exit status ${status}` : (OF_SIGNALS[signal] ?? signal);
}

function readUpTo(fd: number, mostBytes: number): Buffer {
  return readAt({ fd }, 0, Math.min(fstatSync(fd).size, mostBytes));
}

function lastLine(text: string): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return (lines.at(-1) ?? '').trim().slice(0, MAX_REASON);
}
