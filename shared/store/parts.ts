/**
 * What is searched of a file: the document that it is, which has the file's id, and those within it. Rows, full text,
 * stored text and properties change together. Used by Documents only.
 */
import { deflateRawSync } from 'node:zlib';
import { joinPath, splitPath, toBytes } from '../paths.js';
import type { Content, Extraction, InnerContent, Property } from '../types.js';
import { withLead } from '../word-borders.js';
import { ByteOutput } from '../words/byte-output.js';
import { indexForm, wordsForm } from '../words/index-form.js';
import { kindWords } from '../words/kind-words.js';
import { AppendedTexts } from './appended-texts.js';
import { directoryText, nameLetters, nameText, titleText } from './name-text.js';
import type { Db } from './open.js';

/** Texts of HTML are 8 % smaller than at level 1, for 6 % more time; level 6 gains 2 % more for another 40 %. */
const DEFLATE_LEVEL = 4;

interface InnerRow {
  readonly id: number;
  readonly inner_path: Buffer;
  readonly title: string;
  readonly extractor_version: number;
  readonly digest: string | null;
}

/** The last id that was given, and the last one of which there are champion lists. */
interface Known {
  lastId: number;
  readonly listedUpTo: number;
}

/** A file with documents in it. */
interface Holder {
  readonly fileId: number;
  readonly path: Uint8Array;
}

const INNER = 'SELECT id, inner_path, title, extractor_version, digest FROM part WHERE file_id = ? AND inner_path';

export class Parts {
  readonly appended: AppendedTexts;
  readonly #words = new ByteOutput();
  /** The last one that was written, as the files of a batch are mostly neighbours. */
  #folder: { readonly directory: Buffer; readonly text: string } | undefined;
  readonly #lastId;
  readonly #inner;
  readonly #innerByPath;
  readonly #innerBetween;
  readonly #insert;
  readonly #update;
  readonly #outdate;
  readonly #setTruncated;
  readonly #setMet;
  readonly #remove;
  readonly #insertBody;
  readonly #removeBody;
  readonly #insertNames;
  readonly #removeNames;
  readonly #insertTrigrams;
  readonly #removeTrigrams;
  readonly #insertText;
  readonly #removeText;
  readonly #insertProperty;
  readonly #removeProperties;
  readonly #noteRewritten;
  readonly #listedUpTo;
  /** Of this transaction: looked up for the first document that it writes. */
  #known: Known | undefined;
  #isInTransaction = false;

  /** @param onTakenOut  called when text or a name is gone. */
  constructor(
    db: Db,
    private readonly onTakenOut: () => void,
  ) {
    this.appended = new AppendedTexts(db, onTakenOut);
    this.#lastId = db.prepare<[], number | null>('SELECT max(id) FROM part').pluck();
    this.#inner = db.prepare<[number], InnerRow>(`${INNER} IS NOT NULL`);
    this.#innerByPath = db.prepare<[number, Buffer], InnerRow>(`${INNER} = ?`);
    this.#innerBetween = db.prepare<[number, Buffer, Buffer], InnerRow>(`${INNER} BETWEEN ? AND ?`);
    this.#insert = db.prepare(
      `INSERT INTO part (id, file_id, inner_path, type, title, extractor, extractor_version, is_truncated, met, digest)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#update = db.prepare(
      'UPDATE part SET type = ?, title = ?, extractor = ?, extractor_version = ?, is_truncated = ?, met = ? WHERE id = ?',
    );
    this.#outdate = db.prepare('UPDATE part SET extractor_version = 0 WHERE id = ?');
    this.#setTruncated = db.prepare('UPDATE part SET is_truncated = ? WHERE id = ?');
    this.#setMet = db.prepare('UPDATE part SET met = ? WHERE id = ?');
    this.#remove = db.prepare('DELETE FROM part WHERE id = ?');
    this.#insertBody = db.prepare('INSERT INTO body (rowid, title, text, markup) VALUES (?, ?, ?, ?)');
    this.#removeBody = db.prepare('DELETE FROM body WHERE rowid = ?');
    this.#insertNames = db.prepare('INSERT INTO names (rowid, name, path, title) VALUES (?, ?, ?, ?)');
    this.#removeNames = db.prepare('DELETE FROM names WHERE rowid = ?');
    this.#insertTrigrams = db.prepare('INSERT INTO name_trigram (rowid, name) VALUES (?, ?)');
    this.#removeTrigrams = db.prepare('DELETE FROM name_trigram WHERE rowid = ?');
    this.#insertText = db.prepare('INSERT OR REPLACE INTO stored_text (part_id, deflated) VALUES (?, ?)');
    this.#removeText = db.prepare('DELETE FROM stored_text WHERE part_id = ?');
    this.#insertProperty = db.prepare(
      'INSERT OR IGNORE INTO property (part_id, field, value, words) VALUES (?, ?, ?, ?)',
    );
    this.#removeProperties = db.prepare('DELETE FROM property WHERE part_id = ?');
    this.#noteRewritten = db.prepare('INSERT OR IGNORE INTO rewritten (id) VALUES (?)');
    this.#listedUpTo = db.prepare<[], number>('SELECT last_id FROM listed').pluck();
  }

  /**
   * Called at the start of each transaction: the one before may have been rolled back, or others have written. Where it
   * is not called nothing is remembered.
   */
  begin(): void {
    this.#known = undefined;
    this.#isInTransaction = true;
  }

  /** Of the next file or part. */
  nextId(): number {
    return this.#look().lastId + 1;
  }

  /** The document that the file is. What was known of it has been cleared. */
  put(id: number, extraction: Extraction, isNew: boolean): void {
    const columns = contentColumns(extraction);
    if (isNew) this.#insertRow(id, [id, null, ...columns, null]);
    else this.#update.run(...columns, id);
    const text = toBytes(extraction.text);
    const { cutBytes = text.length } = extraction;
    this.#putBody(id, { ...extraction, text: text.subarray(0, cutBytes) });
    if (cutBytes < text.length) this.appended.put(id, cutBytes, withLead(text, cutBytes));
    // Of an archive nobody takes the bytes for its text.
    if (!extraction.isFileText && (text.length > 0 || extraction.children)) this.#store(id, text);
    this.#putProperties(id, extraction.properties);
  }

  /** The documents within a file, in the place of those that were. */
  putInner(fileId: number, path: Uint8Array, children: readonly InnerContent[]): void {
    this.#replaceInner({ fileId, path }, children, this.#inner.all(fileId));
  }

  /** Of a file that is read piece by piece: the documents of its next piece. */
  continueInner(fileId: number, path: Uint8Array, { children = [], piece, isTruncated, met }: Extraction): void {
    this.#setTruncated.run(isTruncated ? 1 : 0, fileId);
    if (met) this.#setMet.run(met.join(), fileId);
    const sameNamed = children.flatMap(({ innerPath }) => this.#innerByPath.get(fileId, toBytes(innerPath)) ?? []);
    const readAgain = this.#innerAt(fileId, piece?.continues?.inPlaceOf ?? '');
    this.#replaceInner({ fileId, path }, children, [...sameNamed, ...readAgain]);
  }

  /** The file is read again when it is looked at. */
  outdate(id: number): void {
    this.#outdate.run(id);
  }

  append(id: number, fromByte: number, text: Buffer, isTruncated: boolean): void {
    this.#setTruncated.run(isTruncated ? 1 : 0, id);
    this.appended.put(id, fromByte, text);
  }

  /** The content of a file. Its row and its names stay, and so do the documents within it. */
  clear(id: number): void {
    this.onTakenOut();
    this.#clearContent(id);
  }

  /** With the documents within it. */
  remove(id: number): void {
    this.clear(id);
    for (const inner of this.#inner.all(id)) this.#removeInner(inner.id);
    this.#removeRow(id);
  }

  /** The place of the document that the file is, which has been put for the first time. */
  addNames(id: number, path: Uint8Array, title: string): void {
    this.#insertPlace(id, path, title);
    this.#insertTrigrams.run(id, nameLetters(splitPath(path).name));
  }

  /**
   * Another place of the document that the file is.
   * @param isMoved  to another folder under the same name.
   */
  writeNames(id: number, path: Uint8Array, title: string, isMoved = false): void {
    this.#noteWritten(id);
    this.#removeNames.run(id);
    this.#insertPlace(id, path, title);
    if (isMoved) return;
    this.#removeTrigrams.run(id);
    this.#insertTrigrams.run(id, nameLetters(splitPath(path).name));
  }

  /** The places of those within it: the file is a folder for them. */
  writeInnerNames(fileId: number, path: Uint8Array, isMoved = false): void {
    for (const { id, inner_path, title } of this.#inner.all(fileId))
      this.writeNames(id, joinPath(path, inner_path), title, isMoved);
  }

  #look(): Known {
    const known = this.#known ?? { lastId: this.#lastId.get() ?? 0, listedUpTo: this.#listedUpTo.get() ?? 0 };
    if (this.#isInTransaction) this.#known = known;
    return known;
  }

  #insertRow(id: number, columns: readonly (string | number | Buffer | null)[]): void {
    this.#insert.run(id, ...columns);
    if (this.#known) this.#known.lastId = Math.max(this.#known.lastId, id);
  }

  /** For the champion lists: those of later documents are looked for anyway. */
  #noteWritten(id: number): void {
    if (id <= this.#look().listedUpTo) this.#noteRewritten.run(id);
  }

  #insertPlace(id: number, path: Uint8Array, title: string): void {
    const { directory, name } = splitPath(path);
    this.#insertNames.run(id, nameText(name), this.#folderText(directory), titleText(title));
  }

  #folderText(directory: Buffer): string {
    if (!this.#folder?.directory.equals(directory))
      this.#folder = { directory: Buffer.from(directory), text: directoryText(directory) };
    return this.#folder.text;
  }

  /** What is as before stays untouched. @param known  what the index has in their place. */
  #replaceInner(holder: Holder, children: readonly InnerContent[], known: readonly InnerRow[]): void {
    const gone = new Map(known.map((row) => [keyOf(row.inner_path), row]));
    for (const child of children) {
      const key = keyOf(child.innerPath);
      const row = gone.get(key);
      if (row && isAsBefore(row, child)) gone.delete(key);
      else this.#addInner(holder, child);
    }
    if (gone.size > 0) this.onTakenOut();
    for (const { id } of gone.values()) this.#removeInner(id);
  }

  #addInner({ fileId, path }: Holder, child: InnerContent): void {
    const id = this.nextId();
    this.#insertRow(id, [fileId, toBytes(child.innerPath), ...contentColumns(child), child.digest ?? null]);
    this.#putBody(id, child);
    if (child.text.length > 0) this.#store(id, toBytes(child.text));
    this.#putProperties(id, child.properties);
    this.addNames(id, joinPath(path, toBytes(child.innerPath)), child.title);
  }

  /** The document at that path, and those in it. */
  #innerAt(fileId: number, innerPath: string): InnerRow[] {
    if (innerPath === '') return [];
    const [at, from, to] = ['', '/', '0'].map((end) => Buffer.from(innerPath + end, 'latin1'));
    const own = this.#innerByPath.get(fileId, at as Buffer);
    return [...(own ? [own] : []), ...this.#innerBetween.all(fileId, from as Buffer, to as Buffer)];
  }

  #removeInner(id: number): void {
    this.#clearContent(id);
    this.#removeRow(id);
  }

  #removeRow(id: number): void {
    this.#removeNames.run(id);
    this.#removeTrigrams.run(id);
    this.#remove.run(id);
    this.#known = undefined;
  }

  #clearContent(id: number): void {
    this.#removeBody.run(id);
    this.appended.remove(id);
    this.#removeText.run(id);
    this.#removeProperties.run(id);
  }

  /** Other ways to write the words of the text, and what its kind is called, have the weight of markup. */
  #putBody(id: number, { type, title, text, markup }: BodyContent): void {
    this.#noteWritten(id);
    const body = indexForm(text, this.#words);
    const others = `${body.others} ${kindWords(type)}`.trim();
    this.#insertBody.run(id, titleText(title), toBytes(body.text), besides(wordsForm(markup), others));
  }

  #store(id: number, text: Buffer): void {
    this.#insertText.run(id, deflateRawSync(text, { level: DEFLATE_LEVEL }));
  }

  #putProperties(id: number, properties: readonly Property[] = []): void {
    for (const { field, value, words = [] } of properties) {
      this.#insertProperty.run(id, field, value, words.length > 0 ? ` ${words.join(' ')} ` : '');
    }
  }
}

function keyOf(innerPath: Uint8Array): string {
  return toBytes(innerPath).toString('latin1');
}

/** Its words too: a step to another form of words lowers the version. */
function isAsBefore(row: InnerRow, { digest, extractorVersion }: InnerContent): boolean {
  return digest !== undefined && row.digest === digest && row.extractor_version === extractorVersion;
}

type BodyContent = Pick<Content, 'type' | 'title' | 'text' | 'markup'>;

/** Markup, and what else is searched beside a text. */
function besides(markup: Uint8Array, others: string): Buffer | string {
  return markup.length === 0 ? others : Buffer.concat([markup, Buffer.from(` ${others}`)]);
}

function contentColumns(content: Content & Pick<Extraction, 'met'>): (string | number)[] {
  const { type, title, extractor, extractorVersion, isTruncated, met = [] } = content;
  return [type, title, extractor, extractorVersion, isTruncated ? 1 : 0, met.join()];
}
