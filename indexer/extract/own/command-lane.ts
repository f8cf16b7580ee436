/**
 * The commands that wait, run and have ended: some at a time, those a person waits for first. Each result waits to be
 * taken, once; what a command said of some content is kept for a while, for copies of the file.
 */
import { pathKey } from '../../../shared/path-key.js';
import { pathText } from '../../../shared/path-text.js';
import { splitPath } from '../../../shared/paths.js';
import { type FileStat, PRIORITY, type Priority } from '../../../shared/types.js';
import { closeFile, openFile } from '../../disk/open-file.js';
import { extensionOf } from '../media-type.js';
import { type CommandAnswer, readAnswer } from './command-answer.js';
import type { OwnExtractor } from './own-extractor.js';
import { idOf } from './own-id.js';
import { type CommandEnd, type CommandLimits, type RunningCommand, runCommand } from './run-command.js';

export interface Task {
  readonly path: Uint8Array;
  /** As the file was when it was read. */
  readonly stat: FileStat;
  readonly digest: string | undefined;
  readonly extractor: OwnExtractor;
  readonly priority: Priority;
}

export type Result =
  | { readonly kind: 'answer'; readonly answer: CommandAnswer }
  | Extract<CommandEnd, { kind: 'failed' }>;

export interface LaneOptions extends CommandLimits {
  /** Commands side by side. */
  readonly workers: number;
  /** The result is there to be taken: the file is to be looked at again. Resolves when that is sure to happen. */
  readonly onResult: (path: Uint8Array, priority: Priority) => Promise<void>;
}

/** Of answers that are kept. */
const MAX_KEPT_BYTES = 32 << 20;
const MAX_RESULTS = 100;

export class CommandLane {
  /** By path; of those that a person waits for, and of others. */
  readonly #waiting: readonly Map<string, Task>[] = [new Map(), new Map()];
  readonly #running = new Map<string, { readonly task: Task; command?: RunningCommand }>();
  /** By path, with the state of the file that they are of. */
  readonly #results = new Map<string, { readonly task: Task; readonly result: Result }>();
  /** By content and command, the oldest first. */
  readonly #kept = new Map<string, CommandAnswer>();
  #keptBytes = 0;
  /** Results that are being told of. */
  #told = 0;
  #mostRunning: number;
  #isResting = false;
  #isClosed = false;

  constructor(private readonly options: LaneOptions) {
    this.#mostRunning = options.workers;
  }

  get waiting(): number {
    return this.#told + this.#running.size + this.#waiting.reduce((sum, tasks) => sum + tasks.size, 0);
  }

  get pids(): readonly number[] {
    return [...this.#running.values()].flatMap(({ command }) => command?.pid ?? []);
  }

  limit(processes: number): void {
    this.#mostRunning = Math.max(1, Math.min(processes, this.options.workers));
    this.#pump();
  }

  rest(isResting: boolean): void {
    this.#isResting = isResting;
    this.#pump();
  }

  /** @returns undefined: it is on its way, and is told of when it is there. */
  resultOf(task: Task): Result | undefined {
    const key = pathKey(task.path);
    const known = this.#results.get(key);
    this.#results.delete(key);
    if (known && isSameTask(known.task, task)) return known.result;
    const kept = this.#kept.get(contentKey(task) ?? '');
    if (kept) return { kind: 'answer', answer: kept };
    const running = this.#running.get(key);
    for (const tasks of this.#waiting) tasks.delete(key);
    if (running && isSameTask(running.task, task)) return undefined;
    this.#waiting[task.priority === PRIORITY.interactive ? 0 : 1]?.set(key, task);
    this.#pump();
    return undefined;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const tasks of this.#waiting) tasks.clear();
    const running = [...this.#running.values()].flatMap(({ command }) => command ?? []);
    for (const command of running) command.kill();
    await Promise.all(running.map(({ ended }) => ended));
  }

  #pump(): void {
    while (!this.#isClosed && !this.#isResting && this.#running.size < this.#mostRunning) {
      const [key, task] = this.#next() ?? [];
      if (key === undefined || !task) return;
      this.#running.set(key, { task });
      openFile(task.path, (opened) => {
        if (opened.kind === 'open') void this.#run(key, task, opened.fd);
        else this.#end(key, task, cannotRun('the file cannot be opened'));
      });
    }
  }

  /** The first one whose path no command works on. */
  #next(): [string, Task] | undefined {
    for (const tasks of this.#waiting) {
      for (const [key, task] of tasks) {
        if (this.#running.has(key)) continue;
        tasks.delete(key);
        return [key, task];
      }
    }
    return undefined;
  }

  async #run(key: string, task: Task, fd: number): Promise<void> {
    const { extractor, path } = task;
    const ending = extensionOf(pathText(splitPath(path).name));
    let result: Result;
    try {
      const command = runCommand(extractor, { document: fd, ending }, this.options);
      this.#running.set(key, { task, command });
      if (this.#isClosed) command.kill();
      result = toResult(await command.ended, extractor);
    } catch (error) {
      result = cannotRun((error as Error).message);
    } finally {
      closeFile(path, fd);
    }
    if (result.kind === 'answer') this.#keep(task, result.answer);
    this.#end(key, task, result);
  }

  #end(key: string, task: Task, result: Result): void {
    this.#running.delete(key);
    if (this.#isClosed) return;
    this.#results.set(key, { task, result });
    // Whose file nobody looks at any more.
    for (const oldest of this.#results.keys()) if (this.#results.size > MAX_RESULTS) this.#results.delete(oldest);
    this.#told++;
    void this.options.onResult(task.path, task.priority).finally(() => this.#told--);
    this.#pump();
  }

  #keep(task: Task, answer: CommandAnswer): void {
    const key = contentKey(task);
    const bytes = sizeOf(answer);
    if (key === undefined || bytes > MAX_KEPT_BYTES / 4) return;
    this.#kept.set(key, answer);
    this.#keptBytes += bytes;
    for (const [oldest, one] of this.#kept) {
      if (this.#keptBytes <= MAX_KEPT_BYTES) return;
      this.#kept.delete(oldest);
      this.#keptBytes -= sizeOf(one);
    }
  }
}

function cannotRun(why: string): Result {
  return { kind: 'failed', code: 'FT_EXTRACT_FAILED', why: `it cannot be run: ${why}` };
}

function toResult(end: CommandEnd, { output }: OwnExtractor): Result {
  if (end.kind === 'failed') return end;
  try {
    return { kind: 'answer', answer: readAnswer(output, end.bytes) };
  } catch (error) {
    return { kind: 'failed', code: 'FT_EXTRACT_FAILED', why: (error as Error).message };
  }
}

function contentKey({ extractor, digest }: Task): string | undefined {
  return digest && `${idOf(extractor)} ${extractor.version} ${digest}`;
}

function sizeOf({ text, parts = [] }: CommandAnswer): number {
  return parts.reduce((sum, part) => sum + part.text.length, text.length) + 1000;
}

function isSameTask(a: Task, b: Task): boolean {
  const [one, other] = [a.stat, b.stat];
  const isSameFile = one.dev === other.dev && one.ino === other.ino && one.size === other.size;
  return isSameFile && one.mtimeMs === other.mtimeMs && one.ctimeMs === other.ctimeMs && a.extractor === b.extractor;
}
