/**
 * The documents of the index: rows, full text and stored text change together, so call these inside a transaction.
 * Paths are bytes. Used by the writer (all methods) and by the daemon's readers (find…, inDirectory).
 */
import { deflateRawSync } from 'node:zlib';
import { joinPath, splitPath, toBytes } from '../paths.js';
import type { Appended, Extraction, FileStat } from '../types.js';
import { withLead } from '../word-borders.js';
import { AppendedTexts } from './appended-texts.js';
import { Directories } from './directories.js';
import { directoryText, nameText } from './name-text.js';
import type { Db } from './open.js';

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
  SELECT doc.id, dir_id, dir.path AS directory, name, doc.dev, doc.ino, size, doc.mtime_ms, ctime_ms, type, title,
         extractor, extractor_version, input, output
  FROM doc JOIN dir ON dir.id = dir_id`;

/** What a writer wants to know of what its changes do. */
export interface Hearing {
  /** A file has lost a name: it may have been written through that one, and have others. */
  readonly onNameLost: (file: Pick<DocumentRow, 'dev' | 'ino'>) => void;
  /** Text, a name or a path is gone: the files of the index may still hold its words. */
  readonly onTakenOut: () => void;
}

const NOBODY: Hearing = { onNameLost: () => {}, onTakenOut: () => {} };

/** Deflate level 1: 100 MB/s, and within 15 % of level 6 in size on HTML text. */
const DEFLATE_LEVEL = 1;

const ROWS_PER_PAGE = 1000;

export class Documents {
  readonly directories: Directories;
  readonly appended: AppendedTexts;
  readonly #byName;
  readonly #byInode;
  readonly #placesByInode;
  readonly #page;
  readonly #insert;
  readonly #update;
  readonly #stateByName;
  readonly #setStat;
  readonly #setTimes;
  readonly #setDigests;
  readonly #setGrown;
  readonly #setPlace;
  readonly #remove;
  readonly #insertBody;
  readonly #removeBody;
  readonly #insertNames;
  readonly #removeNames;
  readonly #insertText;
  readonly #removeText;

  constructor(
    db: Db,
    private readonly hears: Hearing = NOBODY,
  ) {
    this.directories = new Directories(db, hears.onTakenOut);
    this.appended = new AppendedTexts(db, hears.onTakenOut);
    this.#byName = db.prepare<[Buffer, Buffer], DocumentRow>(`${ROW} WHERE dir.path = ? AND name = ?`);
    this.#stateByName = db.prepare<[Buffer, Buffer], DocumentState>(
      `SELECT doc.id, doc.dev, doc.ino, size, doc.mtime_ms, ctime_ms, extractor, extractor_version
       FROM doc JOIN dir ON dir.id = dir_id WHERE dir.path = ? AND name = ?`,
    );
    this.#byInode = db.prepare<[number, number], DocumentRow>(`${ROW} WHERE doc.ino = ? AND doc.dev = ?`);
    this.#placesByInode = db.prepare<[number], { directory: Buffer; name: Buffer }>(
      'SELECT dir.path AS directory, name FROM doc JOIN dir ON dir.id = dir_id WHERE doc.ino = ?',
    );
    this.#page = db.prepare<[number, Buffer], DocumentRow>(
      `${ROW} WHERE dir_id = ? AND name > ? ORDER BY name LIMIT ${ROWS_PER_PAGE}`,
    );
    this.#insert = db.prepare(
      `INSERT INTO doc (dir_id, name, dev, ino, size, mtime_ms, ctime_ms, type, title, extractor, extractor_version,
                        is_truncated, input, output) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#update = db.prepare(
      `UPDATE doc SET dev = ?, ino = ?, size = ?, mtime_ms = ?, ctime_ms = ?, type = ?, title = ?, extractor = ?,
                      extractor_version = ?, is_truncated = ?, input = ?, output = ? WHERE id = ?`,
    );
    this.#setStat = db.prepare('UPDATE doc SET dev = ?, ino = ?, size = ?, mtime_ms = ?, ctime_ms = ? WHERE id = ?');
    this.#setTimes = db.prepare('UPDATE doc SET size = ?, mtime_ms = ?, ctime_ms = ? WHERE id = ?');
    this.#setDigests = db.prepare('UPDATE doc SET input = ?, output = ? WHERE id = ?');
    this.#setGrown = db.prepare('UPDATE doc SET input = ?, is_truncated = ? WHERE id = ?');
    this.#setPlace = db.prepare('UPDATE doc SET dir_id = ?, name = ? WHERE id = ?');
    this.#remove = db.prepare('DELETE FROM doc WHERE id = ?');
    this.#insertBody = db.prepare('INSERT INTO body (rowid, title, text, markup) VALUES (?, ?, ?, ?)');
    this.#removeBody = db.prepare('DELETE FROM body WHERE rowid = ?');
    this.#insertNames = db.prepare('INSERT INTO names (rowid, name, path, title) VALUES (?, ?, ?, ?)');
    this.#removeNames = db.prepare('DELETE FROM names WHERE rowid = ?');
    this.#insertText = db.prepare('INSERT OR REPLACE INTO stored_text (doc_id, deflated) VALUES (?, ?)');
    this.#removeText = db.prepare('DELETE FROM stored_text WHERE doc_id = ?');
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

  put(path: Uint8Array, stat: FileStat, extraction: Extraction): number {
    const { directory, name } = splitPath(path);
    const known = this.#byName.get(directory, name);
    if (known && known.ino !== stat.ino) this.hears.onNameLost(known);
    const id = known ? this.#replace(known.id, stat, extraction) : this.#add(directory, name, stat, extraction);
    const text = toBytes(extraction.text);
    const { cutBytes = text.length } = extraction;
    this.#insertBody.run(id, extraction.title, text.subarray(0, cutBytes), toBytes(extraction.markup));
    if (cutBytes < text.length) this.appended.put(id, cutBytes, withLead(text, cutBytes));
    if (!extraction.isFileText && extraction.text.length > 0) {
      this.#insertText.run(id, deflateRawSync(extraction.text, { level: DEFLATE_LEVEL }));
    }
    if (!known || known.title !== extraction.title) this.#writeNames(id, directory, name, extraction.title);
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
    this.#setGrown.run(input, isTruncated ? 1 : 0, id);
    this.appended.put(id, fromByte, toBytes(text));
  }

  setStat(id: number, stat: FileStat): void {
    this.#setStat.run(stat.dev, stat.ino, stat.size, stat.mtimeMs, stat.ctimeMs, id);
  }

  /** The file is as before; mostly it is the same inode, whose place in the index by inode stays as it is. */
  touch(path: Uint8Array, stat: FileStat): void {
    const known = this.findState(path);
    if (!known) return;
    if (known.dev !== stat.dev || known.ino !== stat.ino) this.setStat(known.id, stat);
    else this.#setTimes.run(stat.size, stat.mtimeMs, stat.ctimeMs, known.id);
  }

  /** Content stays; nothing is extracted again. A document that stood at the new path is replaced. */
  move(row: DocumentRow, to: Uint8Array, stat: FileStat): void {
    const { directory, name } = splitPath(to);
    const replaced = this.#byName.get(directory, name);
    if (replaced && replaced.id !== row.id) this.remove(replaced);
    this.hears.onTakenOut();
    this.#setPlace.run(this.directories.ensure(directory), name, row.id);
    this.setStat(row.id, stat);
    this.#writeNames(row.id, directory, name, row.title);
  }

  remove(row: DocumentRow): void {
    const { id } = row;
    this.hears.onNameLost(row);
    this.hears.onTakenOut();
    this.#removeBody.run(id);
    this.appended.remove(id);
    this.#removeNames.run(id);
    this.#removeText.run(id);
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
      for (const row of this.inDirectory(directory.id)) this.#writeNames(row.id, path, row.name, row.title);
    }
  }

  #add(directory: Buffer, name: Buffer, stat: FileStat, extraction: Extraction): number {
    const directoryId = this.directories.ensure(directory);
    const columns = [...statColumns(stat), ...contentColumns(extraction)];
    return Number(this.#insert.run(directoryId, name, ...columns).lastInsertRowid);
  }

  #replace(id: number, stat: FileStat, extraction: Extraction): number {
    this.hears.onTakenOut();
    this.#removeBody.run(id);
    this.appended.remove(id);
    this.#removeText.run(id);
    this.#update.run(...statColumns(stat), ...contentColumns(extraction), id);
    return id;
  }

  #writeNames(id: number, directory: Uint8Array, name: Uint8Array, title: string): void {
    this.#removeNames.run(id);
    this.#insertNames.run(id, nameText(name), directoryText(directory), title);
  }
}

export function pathOf(row: { directory: Uint8Array; name: Uint8Array }): Buffer {
  return joinPath(row.directory, row.name);
}

function statColumns(stat: FileStat): number[] {
  return [stat.dev, stat.ino, stat.size, stat.mtimeMs, stat.ctimeMs];
}

function contentColumns(extraction: Extraction): (string | number | null)[] {
  const { type, title, extractor, extractorVersion, isTruncated, input = null, output = null } = extraction;
  return [type, title, extractor, extractorVersion, isTruncated ? 1 : 0, input, output];
}
