/**
 * The files of the index, each with its parts: rows, full text and stored text change together, so call these inside a
 * transaction. Paths are bytes. Used by the writer (all methods) and by the daemon's readers (find…, inDirectory).
 */
import { joinPath, splitPath, toBytes } from '../paths.js';
import type { Appended, Extraction, FileStat } from '../types.js';
import { Directories } from './directories.js';
import { OLD_FORM } from './migrations.js';
import type { Db } from './open.js';
import { Parts } from './parts.js';

export interface DocumentRow {
  readonly id: number;
  readonly dir_id: number;
  readonly directory: Buffer;
  readonly name: Buffer;
  readonly dev: number;
  readonly ino: number;
  readonly size: number;
  readonly mtime_ms: number;
  readonly ctime_ms: number;
  readonly type: string;
  readonly title: string;
  readonly extractor: string;
  readonly extractor_version: number;
  /** As in Extraction; null: not known, or none. */
  readonly input: string | null;
  readonly output: string | null;
}

/** Of a document what tells whether its file is as before; far cheaper than its row. */
export type DocumentState = Pick<
  DocumentRow,
  'id' | 'dev' | 'ino' | 'size' | 'mtime_ms' | 'ctime_ms' | 'extractor' | 'extractor_version'
>;

const ROW = `
  SELECT file.id, dir_id, dir.path AS directory, name, file.dev, file.ino, size, file.mtime_ms, ctime_ms, type, title,
         extractor, extractor_version, input, output
  FROM file JOIN dir ON dir.id = dir_id JOIN part ON part.id = file.id`;

/** What a writer wants to know of what its changes do. */
export interface Hearing {
  /** A file has lost a name: it may have been written through that one, and have others. */
  readonly onNameLost: (file: Pick<DocumentRow, 'dev' | 'ino'>) => void;
  /** Text, a name or a path is gone: the files of the index may still hold its words. */
  readonly onTakenOut: () => void;
}

const NOBODY: Hearing = { onNameLost: () => {}, onTakenOut: () => {} };

const ROWS_PER_PAGE = 1000;

export class Documents {
  readonly directories: Directories;
  readonly parts: Parts;
  readonly #byName;
  readonly #byInode;
  readonly #placesByInode;
  readonly #page;
  readonly #insert;
  readonly #update;
  readonly #stateByName;
  readonly #setStat;
  readonly #setTimes;
  readonly #setSameTimes;
  readonly #setDigests;
  readonly #setPlace;
  readonly #remove;

  constructor(
    db: Db,
    private readonly hears: Hearing = NOBODY,
  ) {
    this.directories = new Directories(db, hears.onTakenOut);
    this.parts = new Parts(db, hears.onTakenOut);
    this.#byName = db.prepare<[Buffer, Buffer], DocumentRow>(`${ROW} WHERE dir.path = ? AND name = ?`);
    this.#stateByName = db.prepare<[Buffer, Buffer], DocumentState>(
      `SELECT file.id, file.dev, file.ino, size, file.mtime_ms, ctime_ms, extractor, extractor_version
       FROM file JOIN dir ON dir.id = dir_id JOIN part ON part.id = file.id WHERE dir.path = ? AND name = ?`,
    );
    this.#byInode = db.prepare<[number, number], DocumentRow>(`${ROW} WHERE file.ino = ? AND file.dev = ?`);
    this.#placesByInode = db.prepare<[number], { directory: Buffer; name: Buffer }>(
      'SELECT dir.path AS directory, name FROM file JOIN dir ON dir.id = dir_id WHERE file.ino = ?',
    );
    this.#page = db.prepare<[number, Buffer], DocumentRow>(
      `${ROW} WHERE dir_id = ? AND name > ? ORDER BY name LIMIT ${ROWS_PER_PAGE}`,
    );
    this.#insert = db.prepare(
      `INSERT INTO file (id, dir_id, name, dev, ino, size, mtime_ms, ctime_ms, born_ms, input, output)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#update = db.prepare(
      `UPDATE file SET dev = ?, ino = ?, size = ?, mtime_ms = ?, ctime_ms = ?, born_ms = ?, input = ?, output = ?
       WHERE id = ?`,
    );
    this.#setStat = db.prepare(
      `UPDATE file SET dev = ?, ino = ?, size = ?, mtime_ms = ?, ctime_ms = ?, born_ms = coalesce(?, born_ms)
       WHERE id = ?`,
    );
    // The plus keeps SQLite from looking the file up by its inode.
    this.#setTimes = db.prepare(
      `UPDATE file SET size = ?, mtime_ms = ?, ctime_ms = ?
       WHERE dir_id = (SELECT id FROM dir WHERE path = ?) AND name = ? AND dev = ? AND +ino = ?`,
    );
    this.#setSameTimes = db.prepare(
      `UPDATE file SET ctime_ms = ?
       WHERE id = ? AND dev = ? AND +ino = ? AND size = ? AND mtime_ms = ? AND abs(ctime_ms) <= abs(?)`,
    );
    this.#setDigests = db.prepare('UPDATE file SET input = ?, output = ? WHERE id = ?');
    this.#setPlace = db.prepare('UPDATE file SET dir_id = ?, name = ? WHERE id = ?');
    this.#remove = db.prepare('DELETE FROM file WHERE id = ?');
  }

  /** Called at the start of a transaction that puts or removes. */
  begin(): void {
    this.directories.begin();
    this.parts.begin();
  }

  find(path: Uint8Array): DocumentRow | undefined {
    const { directory, name } = splitPath(path);
    return this.#byName.get(directory, name);
  }

  findState(path: Uint8Array): DocumentState | undefined {
    const { directory, name } = splitPath(path);
    return this.#stateByName.get(directory, name);
  }

  findByInode(dev: number, ino: number): DocumentRow[] {
    return this.#byInode.all(ino, dev);
  }

  /** On any device. */
  pathsByInode(ino: number): Buffer[] {
    return this.#placesByInode.all(ino).map(pathOf);
  }

  /** By name, a page at a time; who goes through them may change or remove each. */
  *inDirectory(directoryId: number): Generator<DocumentRow> {
    for (let last: Buffer | undefined = Buffer.alloc(0); last; ) {
      const rows = this.#page.all(directoryId, last);
      yield* rows;
      last = rows.length === ROWS_PER_PAGE ? rows.at(-1)?.name : undefined;
    }
  }

  /** @param known  what the index has at the path, where it was looked up already; null: nothing. */
  put(path: Uint8Array, stat: FileStat, extraction: Extraction, known = this.find(path) ?? null): number {
    const { directory, name } = splitPath(path);
    if (known && known.ino !== stat.ino) this.hears.onNameLost(known);
    if (known) this.parts.clear(known.id);
    const id = known ? this.#replace(known.id, stat, extraction) : this.#add(directory, name, stat, extraction);
    const { children = [] } = extraction;
    this.parts.put(id, extraction, !known);
    if (known || children.length > 0) this.parts.putInner(id, path, children);
    if (!known) this.parts.addNames(id, path, extraction.title);
    else if (known.title !== extraction.title || known.extractor_version === OLD_FORM)
      this.parts.writeNames(id, path, extraction.title);
    return id;
  }

  /** The document is as before, whatever was done to its file. */
  keep(row: DocumentRow, stat: FileStat, { input, output }: Pick<Extraction, 'input' | 'output'>): void {
    this.setStat(row.id, stat);
    if (input !== row.input || (output ?? null) !== row.output)
      this.#setDigests.run(input ?? null, output ?? null, row.id);
  }

  append(id: number, stat: FileStat, { fromByte, text, input, isTruncated }: Appended): void {
    this.setStat(id, stat);
    this.#setDigests.run(input, null, id);
    this.parts.append(id, fromByte, toBytes(text), isTruncated);
  }

  /** Documents that follow those within the file. */
  continue(id: number, path: Uint8Array, stat: FileStat, extraction: Extraction): void {
    this.setStat(id, stat);
    this.#setDigests.run(extraction.input ?? null, null, id);
    this.parts.continueInner(id, path, extraction);
  }

  setStat(id: number, stat: FileStat): void {
    this.#setStat.run(...statColumns(stat), id);
  }

  /** The file is as before; mostly it is the same inode, whose place in the index by inode stays as it is. */
  touch(path: Uint8Array, stat: FileStat): void {
    const { directory, name } = splitPath(path);
    const { dev, ino, size, mtimeMs, ctimeMs } = stat;
    if (this.#setTimes.run(size, mtimeMs, ctimeMs, directory, name, dev, ino).changes > 0) return;
    const known = this.#stateByName.get(directory, name);
    if (known) this.setStat(known.id, stat);
  }

  /** @returns false when the index has not that very file with that text, or knows a later state of it. */
  touchSame(id: number, { dev, ino, size, mtimeMs, ctimeMs }: FileStat): boolean {
    return this.#setSameTimes.run(ctimeMs, id, dev, ino, size, mtimeMs, ctimeMs).changes > 0;
  }

  /** Content stays; nothing is extracted again. A document that stood at the new path is replaced. */
  move(row: DocumentRow, to: Uint8Array, stat: FileStat): void {
    const { directory, name } = splitPath(to);
    const replaced = this.#byName.get(directory, name);
    if (replaced && replaced.id !== row.id) this.remove(replaced);
    this.hears.onTakenOut();
    this.#setPlace.run(this.directories.ensure(directory), name, row.id);
    this.setStat(row.id, stat);
    this.#rename(row, to);
  }

  remove(row: DocumentRow): void {
    const { id } = row;
    this.hears.onNameLost(row);
    this.parts.remove(id);
    this.#remove.run(id);
  }

  /** All documents in these folders, and the folders. @returns the number of documents removed. */
  removeTree(path: Uint8Array): number {
    let removed = 0;
    for (const directory of this.directories.subtree(path)) {
      for (const row of this.inDirectory(directory.id)) {
        this.remove(row);
        removed++;
      }
      this.directories.remove(directory.id);
    }
    return removed;
  }

  /** A renamed folder: everything below keeps its content. What the index knew at the new path is removed first. */
  moveTree(from: Uint8Array, to: Uint8Array): void {
    this.removeTree(to);
    for (const directory of this.directories.subtree(from)) {
      const path = Buffer.concat([to, directory.path.subarray(from.length)]);
      this.directories.setPath(directory.id, path);
      for (const row of this.inDirectory(directory.id)) this.#rename(row, joinPath(path, row.name), true);
    }
  }

  #add(directory: Buffer, name: Buffer, stat: FileStat, { input, output }: Extraction): number {
    const id = this.parts.nextId();
    this.#insert.run(id, this.directories.ensure(directory), name, ...statColumns(stat), input ?? null, output ?? null);
    return id;
  }

  #replace(id: number, stat: FileStat, { input, output }: Extraction): number {
    this.#update.run(...statColumns(stat), input ?? null, output ?? null, id);
    return id;
  }

  #rename({ id, title }: DocumentRow, path: Uint8Array, isMoved = false): void {
    this.parts.writeNames(id, path, title, isMoved);
    this.parts.writeInnerNames(id, path, true);
  }
}

export function pathOf(row: { directory: Uint8Array; name: Uint8Array }): Buffer {
  return joinPath(row.directory, row.name);
}

function statColumns(stat: FileStat): (number | null)[] {
  return [stat.dev, stat.ino, stat.size, stat.mtimeMs, stat.ctimeMs, stat.birthtimeMs || null];
}
