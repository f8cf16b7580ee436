/**
 * Compares a folder and everything below it with the index, and queues what differs. The first crawl is the same thing
 * against an empty index. Reads names and lstat only; the queue's jobs read the files.
 *
 * Order in each folder: watch, then list, so that nothing slips in between. Symlinks are never followed.
 */
import { type Dirent, readdir } from 'node:fs';
import { type ErrorCode, FindTextError, systemCode } from '../../shared/errors.js';
import { displayPath, isWithin, joinPath, pathKey, splitPath, toBytes } from '../../shared/paths.js';
import type { DocumentRow, Documents } from '../../shared/store/documents.js';
import type { FileStat, Priority } from '../../shared/types.js';
import { compare, type Versions } from '../pipeline/compare.js';
import { findMovedTree } from '../pipeline/moves.js';
import { isRealFolder, observe } from '../pipeline/observe.js';
import { missingVolumeFailure } from '../pipeline/volumes.js';
import type { WriteOp } from '../writer/index-writer.js';
import type { DirectoryRules } from './ignore.js';

export interface ReconcileDeps {
  readonly index: {
    readonly documents: Documents;
    documentsByName(directory: Uint8Array): Map<string, DocumentRow>;
    failuresBelow(path: Uint8Array): readonly { readonly path: Buffer }[];
  };
  readonly versions: Versions;
  /** The rules with which to enter the folder, or undefined when it is excluded. */
  readonly rulesFor: (folder: Uint8Array) => DirectoryRules | undefined;
  /** Counts how often the rules have changed. */
  readonly rulesGeneration: () => number;
  readonly watch: (directory: Uint8Array) => void;
  /** Resolves when the next folder may be looked at. */
  readonly turn?: () => Promise<void>;
  readonly write: (ops: readonly WriteOp[]) => Promise<void>;
  readonly onProgress?: (found: { files: number; bytes: number }) => void;
  readonly isCancelled?: () => boolean;
}

interface Visit {
  readonly directory: Buffer;
  readonly rules: DirectoryRules;
}

const DIRECTORIES_AT_ONCE = 16;
const OPS_PER_WRITE = 500;

/** Resolves when everything below `folder` has been compared and what differs is queued (not yet worked on). */
export async function reconcile(folder: Uint8Array, priority: Priority, deps: ReconcileDeps): Promise<void> {
  await new Reconciliation(toBytes(folder), priority, deps).run();
}

class Reconciliation {
  /** Folders of which all is said; path keys. */
  readonly #visited = new Set<string>();
  readonly #written: Buffer[] = [];
  readonly #todo: Visit[] = [];
  readonly #ops: WriteOp[] = [];

  constructor(
    private readonly folder: Buffer,
    private readonly priority: Priority,
    private readonly deps: ReconcileDeps,
  ) {}

  async run(): Promise<void> {
    const generation = this.deps.rulesGeneration();
    const rules = this.deps.rulesFor(this.folder);
    if (rules) this.#todo.push({ directory: this.folder, rules });
    await this.#visitAll();
    if (this.deps.isCancelled?.()) return;
    this.#queueUnseenFolders();
    this.#queueOldFailures();
    await this.#flush(true);
    await this.#lookAgain(generation !== this.deps.rulesGeneration());
  }

  /** A folder that went, or was excluded, between its listing and the write: nothing else would take it out of the index. */
  async #lookAgain(haveRulesChanged: boolean): Promise<void> {
    for (const directory of this.#written) {
      const isThere = (await observe(directory)).kind === 'directory' && (await isRealFolder(directory));
      if (!isThere || (haveRulesChanged && !this.deps.rulesFor(directory))) this.#queue(directory, 'path');
      await this.#flush();
    }
    await this.#flush(true);
  }

  /** Depth first, so that the list of folders to visit stays short on wide trees. */
  async #visitAll(): Promise<void> {
    const running = new Set<Promise<void>>();
    while ((this.#todo.length > 0 || running.size > 0) && !this.deps.isCancelled?.()) {
      const next = running.size < DIRECTORIES_AT_ONCE ? this.#todo.pop() : undefined;
      if (!next) {
        await Promise.race(running);
        continue;
      }
      await this.deps.turn?.();
      const visit: Promise<void> = this.#visit(next).finally(() => running.delete(visit));
      running.add(visit);
    }
    await Promise.all(running);
  }

  async #visit({ directory, rules }: Visit): Promise<void> {
    this.deps.watch(directory);
    const observed = await observe(directory);
    if (observed.kind === 'unreadable') return this.#recordUnseen(directory, observed);
    if (observed.kind !== 'directory') return this.#queue(directory, 'path');
    const entries = await this.#list(directory);
    const inside = entries && rules.enter(directory, entries);
    if (!inside) return;
    const known = this.deps.index.documents.directories.find(directory);
    if (known && known.ino !== 0 && known.dev !== observed.stat.dev && entries.length === 0) {
      this.#ops.push(missingVolumeFailure(directory));
      this.#leaveOut(directory);
      return;
    }
    this.#visited.add(pathKey(directory));
    if (!known) await this.#adoptMoved(directory, observed.stat);
    this.#written.push(directory);
    this.#ops.push({ kind: 'directory', path: directory, stat: observed.stat }, { kind: 'succeeded', path: directory });
    await this.#compareFiles(directory, entries, inside);
    for (const entry of entries) {
      if (entry.isDirectory() && inside.verdict(entry.name, true).kind !== 'skip') {
        this.#todo.push({ directory: joinPath(directory, entry.name), rules: inside });
      }
    }
    await this.#flush();
  }

  async #list(directory: Buffer): Promise<Dirent<Buffer>[] | undefined> {
    try {
      return await list(directory);
    } catch (error) {
      const code = systemCode(error);
      if (code === 'ENOENT' || code === 'ENOTDIR') this.#queue(directory, 'path');
      else this.#recordUnreadable(directory, error as Error);
      return undefined;
    }
  }

  #recordUnreadable(directory: Buffer, error: Error): void {
    const isDenied = /^(EACCES|EPERM)$/.test(systemCode(error) ?? '');
    const message = `list ${displayPath(directory)}: ${error.message}`;
    this.#recordFailure(directory, isDenied ? 'FT_READ_DENIED' : 'FT_READ_FAILED', message);
  }

  /** A folder whose own stat is hidden: when it is the one to begin with, a folder above it is closed, and that is the failure. */
  #recordUnseen(directory: Buffer, { code, message }: { code: ErrorCode; message: string }): void {
    const above = splitPath(directory).directory;
    const isFirst = directory.equals(this.folder) && this.deps.rulesFor(above) !== undefined;
    if (code === 'FT_READ_DENIED' && isFirst) this.#queue(above, 'tree');
    else this.#recordFailure(directory, code, message);
  }

  /** What this user may not read any more leaves the index; what fails for another reason stays until it can be compared. */
  #recordFailure(path: Buffer, code: ErrorCode, message: string): void {
    if (code === 'FT_READ_DENIED') this.#ops.push({ kind: 'remove', path });
    this.#ops.push({ kind: 'failure', path, code, message });
    this.#leaveOut(path);
  }

  #leaveOut(path: Buffer): void {
    this.#visited.add(pathKey(path));
    for (const below of this.deps.index.documents.directories.subtree(path)) this.#visited.add(pathKey(below.path));
    for (const below of this.deps.index.failuresBelow(path)) this.#visited.add(pathKey(below.path));
  }

  async #adoptMoved(directory: Buffer, stat: FileStat): Promise<void> {
    await this.deps.write(await findMovedTree(this.deps.index.documents, directory, stat));
  }

  async #compareFiles(directory: Buffer, entries: readonly Dirent<Buffer>[], rules: DirectoryRules): Promise<void> {
    const known = this.deps.index.documentsByName(directory);
    const files = entries.filter((entry) => entry.isFile());
    await Promise.all(
      files.map(async ({ name }) => {
        const verdict = rules.verdict(name, false).kind;
        if (verdict === 'skip') return;
        const key = name.toString('latin1');
        const row = known.get(key);
        known.delete(key);
        await this.#compareFile(joinPath(directory, name), row, verdict === 'names');
      }),
    );
    for (const row of known.values()) this.#queue(joinPath(directory, row.name), 'path');
  }

  async #compareFile(path: Buffer, row: DocumentRow | undefined, isNameOnly: boolean): Promise<void> {
    const observed = await observe(path);
    if (observed.kind === 'unreadable') return this.#recordFailure(path, observed.code, observed.message);
    if (observed.kind !== 'file') return this.#queue(path, 'path');
    const comparison = row ? compare(row, observed.stat, this.deps.versions, isNameOnly) : 'stale';
    if (comparison === 'moved device') this.#ops.push({ kind: 'touch', path, stat: observed.stat });
    if (comparison !== 'stale') return;
    this.deps.onProgress?.({ files: 1, bytes: isNameOnly ? 0 : observed.stat.size });
    this.#queue(path, 'path');
  }

  /** Folders the index knows below `folder` that are not there any more, or excluded now. */
  #queueUnseenFolders(): void {
    for (const { path } of this.deps.index.documents.directories.subtree(this.folder)) {
      if (!this.#visited.has(pathKey(path)) && isWithin(path, this.folder)) this.#queue(path, 'path');
    }
  }

  /** Failures of what is not there any more, or excluded now; what has a document has been compared. */
  #queueOldFailures(): void {
    for (const { path } of this.deps.index.failuresBelow(this.folder)) {
      if (!this.#visited.has(pathKey(path)) && !this.deps.index.documents.find(path)) this.#queue(path, 'path');
    }
  }

  #queue(path: Buffer, scope: 'path' | 'tree'): void {
    this.#ops.push({ kind: 'enqueue', hint: { path, scope, priority: this.priority } });
  }

  async #flush(isLast = false): Promise<void> {
    if (!isLast && this.#ops.length < OPS_PER_WRITE) return;
    await this.deps.write(this.#ops.splice(0));
  }
}

function list(directory: Buffer): Promise<Dirent<Buffer>[]> {
  return new Promise((resolve, reject) => {
    readdir(directory, { withFileTypes: true, encoding: 'buffer' }, (error, entries) =>
      error ? reject(error) : resolve(entries as unknown as Dirent<Buffer>[]),
    );
  });
}

/** @throws FindTextError FT_ROOT_MISSING */
export async function requireFolder(root: Uint8Array): Promise<void> {
  const observed = await observe(root);
  if (observed.kind === 'directory') return;
  const why = {
    file: 'it is a file',
    other: 'it is not a folder',
    gone: 'it does not exist',
    unreadable: 'it cannot be read',
  };
  throw new FindTextError('FT_ROOT_MISSING', `index ${displayPath(root)}: ${why[observed.kind]}`, {
    hint: 'name a folder that exists and that you may read',
  });
}
