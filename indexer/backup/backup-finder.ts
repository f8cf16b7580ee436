/**
 * Finds the newest copy of a file from before a change, in the backups that are configured. One look at a time, and
 * none longer than its limits: what does not answer is a reason. A place that failed is left alone for a minute.
 */
import { reasonText } from '../../shared/errors.js';
import { cleanText } from '../../shared/path-text.js';
import { isWithin } from '../../shared/path-within.js';
import { toBytes } from '../../shared/paths.js';
import { Borg } from './borg.js';
import { CommandTool } from './command.js';
import { Folders } from './folders.js';
import { Git } from './git.js';
import { linkTo } from './link.js';
import type { BackupPlace } from './places.js';
import { Restic } from './restic.js';
import { runTool, ToolFailed } from './run-tool.js';
import type { Ask, BackupTool, Copy, Snapshot, Wanted } from './tool.js';

/** What is known of the file before the change. Nothing: whether a copy is that state cannot be told. */
export interface StateBefore {
  readonly size?: number;
  readonly mtimeMs?: number;
  /** Lower-case hexadecimal. */
  readonly sha256?: string;
}

export interface FoundBackup {
  /** As the configuration names it: `restic`, `snapper`. */
  readonly tool: string;
  /** Id or name. */
  readonly snapshot: string;
  readonly snapshotMs: number;
  /** Null: it is not a file before it is restored. */
  readonly path: Buffer | null;
  /** A command for bash. */
  readonly restore: string;
  /** Size, time, and content where it is known, are those before the change. Null: they are not known. */
  readonly isStateBefore: boolean | null;
  readonly link?: string;
  /** Of other places, which gave no answer. */
  readonly troubles: readonly string[];
}

export interface NoBackup {
  /** For a person: `restic did not answer in 10 s`. */
  readonly none: string;
}

export interface FinderLimits {
  /** Of one place. */
  readonly placeMs: number;
  /** Of one file, with the time that it waits for others. */
  readonly totalMs: number;
}

const LIMITS: FinderLimits = { placeMs: 10_000, totalMs: 15_000 };
const MAX_CANDIDATES = 20;
const LEFT_ALONE_MS = 60_000;
/** A file has the time of the kernel's last tick, an event its own. */
const TICK_MS = 20;

/** What is remembered of one place. */
interface Memory {
  readonly tool: BackupTool;
  list?: { readonly snapshots: readonly Snapshot[]; readonly atMs: number };
  failed?: { readonly reason: string; readonly untilMs: number };
  /** A look that has not come back: it may hold a thread. */
  isAsking?: boolean;
}

type Found = Omit<FoundBackup, 'troubles'>;

export class BackupFinder {
  readonly #memories = new Map<string, Memory>();
  #last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly cacheDirectory: string,
    private readonly limits: FinderLimits = LIMITS,
  ) {}

  /** Why places gave no answer at the last look, for `status`. */
  get troubles(): readonly string[] {
    return [...this.#memories.values()].flatMap(({ failed }) => (failed ? [failed.reason] : []));
  }

  /** Never rejects, and takes no longer than its limit. @param wanted  with the real path of the file */
  async newest(wanted: Wanted, state: StateBefore, places: readonly BackupPlace[]): Promise<FoundBackup | NoBackup> {
    const covering = places.filter(({ below }) => isWithin(wanted.path, toBytes(below)));
    if (covering.length === 0)
      return { none: places.length === 0 ? 'no backup is configured' : 'no configured backup covers this file' };
    const deadlineMs = Date.now() + this.limits.totalMs;
    const turn = this.#last.then(() => this.#search(wanted, state, { places: covering, deadlineMs }));
    this.#last = turn.catch(() => {});
    return turn;
  }

  async #search(
    wanted: Wanted,
    state: StateBefore,
    { places, deadlineMs }: { readonly places: readonly BackupPlace[]; readonly deadlineMs: number },
  ): Promise<FoundBackup | NoBackup> {
    let best: Found | undefined;
    const troubles: string[] = [];
    for (const place of places) {
      const { found, trouble } = await this.#ask(place, { wanted, state }, deadlineMs);
      if (trouble !== undefined) troubles.push(trouble);
      if (found && isBetter(found, best)) best = found;
      if (best?.isStateBefore) break;
    }
    return best
      ? { ...best, troubles }
      : { none: troubles.join('; ') || 'it is in none of the newest backups from before' };
  }

  async #ask(
    place: BackupPlace,
    look: { readonly wanted: Wanted; readonly state: StateBefore },
    deadlineMs: number,
  ): Promise<{ found?: Found; trouble?: string }> {
    const memory = this.#memoryOf(place);
    if (memory.failed && Date.now() < memory.failed.untilMs) return { trouble: memory.failed.reason };
    if (memory.isAsking) return { trouble: `${place.tool} has not answered yet` };
    const leftMs = Math.min(this.limits.placeMs, deadlineMs - Date.now());
    if (leftMs <= 0) return { trouble: `${place.tool} was not asked: others took all the time` };
    const search = new PlaceSearch(place, memory, {
      cacheDirectory: this.cacheDirectory,
      untilMs: Date.now() + leftMs,
    });
    memory.isAsking = true;
    const ended = search.run(look.wanted, look.state).finally(() => {
      memory.isAsking = false;
    });
    try {
      await within(leftMs, ended, `${place.tool} did not answer in ${Math.round(leftMs / 100) / 10} s`);
      delete memory.failed;
      return search.result;
    } catch (error) {
      const reason = cleanText(error instanceof ToolFailed ? error.message : `${place.tool}: ${reasonText(error)}`);
      memory.failed = { reason, untilMs: Date.now() + LEFT_ALONE_MS };
      return { ...search.result, trouble: reason };
    }
  }

  #memoryOf(place: BackupPlace): Memory {
    const key = JSON.stringify(place);
    const memory = this.#memories.get(key) ?? { tool: toolOf(place) };
    this.#memories.set(key, memory);
    return memory;
  }
}

/** One look into one place. What it has found so far is there when its time is up, too. */
class PlaceSearch {
  #found: Found | undefined;

  constructor(
    private readonly place: BackupPlace,
    private readonly memory: Memory,
    private readonly limits: { readonly cacheDirectory: string; readonly untilMs: number },
  ) {}

  get result(): { found?: Found } {
    return this.#found ? { found: this.#found } : {};
  }

  /** A list that is kept may lack the snapshot that matters, or name folders that were renamed since. Rejects. */
  async run(wanted: Wanted, state: StateBefore): Promise<void> {
    const { list } = this.memory;
    const isKept = list !== undefined && Date.now() - list.atMs < this.memory.tool.keepMs;
    if (isKept) await this.#look(list.snapshots, wanted, state);
    if (this.#found?.isStateBefore) return;
    const snapshots = await this.memory.tool.snapshots(wanted, this.#ask);
    this.memory.list = { snapshots, atMs: Date.now() };
    if (!(await this.#look(snapshots, wanted, state))) this.#found = undefined;
  }

  /** @returns whether there is a copy. */
  async #look(snapshots: readonly Snapshot[], wanted: Wanted, state: StateBefore): Promise<boolean> {
    let isAny = false;
    const candidates = snapshots
      .filter(({ atMs }) => atMs < wanted.beforeMs)
      .sort((one, other) => other.atMs - one.atMs);
    for (const snapshot of candidates.slice(0, MAX_CANDIDATES)) {
      const copy = await this.memory.tool.copyIn(snapshot, wanted, this.#ask);
      if (!copy || isFromAfter(copy, wanted, state)) continue;
      const isStateBefore = await isState(copy, state);
      if (isStateBefore !== false || !isAny) this.#found = this.#toFound(snapshot, copy, { wanted, isStateBefore });
      isAny = true;
      // Older than the state before: what is still older is not that state either.
      if (isStateBefore !== false || isOlder(copy, state)) break;
    }
    return isAny;
  }

  #toFound(
    snapshot: Snapshot,
    copy: Copy,
    { wanted, isStateBefore }: { readonly wanted: Wanted; readonly isStateBefore: boolean | null },
  ): Found {
    const { tool, link } = this.place;
    return {
      tool,
      snapshot: snapshot.id,
      snapshotMs: snapshot.atMs,
      path: copy.path,
      restore: copy.restore,
      isStateBefore,
      ...(link !== undefined && { link: linkTo(link, snapshot.id, wanted.path) }),
    };
  }

  get #ask(): Ask {
    const { cacheDirectory, untilMs } = this.limits;
    return { cacheDirectory, run: (run) => runTool(run, Math.max(1, untilMs - Date.now())) };
  }
}

function toolOf(place: BackupPlace): BackupTool {
  switch (place.kind) {
    case 'folders':
      return new Folders(place);
    case 'restic':
      return new Restic(place);
    case 'borg':
      return new Borg(place);
    case 'git':
      return new Git(place);
    case 'command':
      return new CommandTool(place);
  }
}

/** The state before is better than anything else, and what is newer than what is older. */
function isBetter(found: Found, best: Found | undefined): boolean {
  if (!best || found.isStateBefore) return true;
  return found.snapshotMs > best.snapshotMs;
}

/** A backup takes time: a file that it read late may be younger than the change. */
function isFromAfter({ mtimeMs }: Copy, { beforeMs }: Wanted, state: StateBefore): boolean {
  if (mtimeMs === null || (state.mtimeMs !== undefined && isSameTime(mtimeMs, state.mtimeMs))) return false;
  return mtimeMs > beforeMs - TICK_MS;
}

async function isState(copy: Copy, { size, mtimeMs, sha256 }: StateBefore): Promise<boolean | null> {
  if (size !== undefined && copy.size !== null && copy.size !== size) return false;
  if (mtimeMs !== undefined && copy.mtimeMs !== null && !isSameTime(copy.mtimeMs, mtimeMs)) return false;
  const digest = sha256 === undefined ? undefined : await copy.digest?.().catch(() => null);
  if (digest) return digest === sha256;
  return mtimeMs !== undefined && copy.mtimeMs !== null && size !== undefined && copy.size !== null ? true : null;
}

function isOlder(copy: Copy, { mtimeMs }: StateBefore): boolean {
  return mtimeMs !== undefined && copy.mtimeMs !== null && copy.mtimeMs < mtimeMs;
}

/** Some keep whole seconds, some microseconds. */
function isSameTime(ofCopy: number, ofFile: number): boolean {
  return ofCopy % 1000 === 0 ? ofCopy === Math.floor(ofFile / 1000) * 1000 : Math.abs(ofCopy - ofFile) < 1.5;
}

async function within<T>(limitMs: number, work: Promise<T>, reason: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new ToolFailed(reason)), limitMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
    work.catch(() => {});
  }
}
