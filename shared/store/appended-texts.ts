/**
 * What was appended to large files since their text was taken as a whole: parts that the search takes for the document
 * itself. A part begins with a little of the text before it, so that words in a row are found across the border. Used
 * by Documents only.
 */
import { toBytes } from '../paths.js';
import { indexForm } from '../words/index-form.js';
import type { Db } from './open.js';

export class AppendedTexts {
  readonly #begins;
  readonly #idsFrom;
  readonly #insert;
  readonly #remove;
  readonly #insertText;
  readonly #removeText;

  /** @param onTakenOut  called when text is gone. */
  constructor(
    db: Db,
    private readonly onTakenOut: () => void = () => {},
  ) {
    this.#begins = db
      .prepare<[number], number>('SELECT from_byte FROM appended WHERE part_id = ? ORDER BY from_byte')
      .pluck();
    this.#idsFrom = db
      .prepare<[number, number], number>('SELECT id FROM appended WHERE part_id = ? AND from_byte >= ?')
      .pluck();
    this.#insert = db.prepare('INSERT INTO appended (part_id, from_byte) VALUES (?, ?)');
    this.#remove = db.prepare('DELETE FROM appended WHERE id = ?');
    this.#insertText = db.prepare("INSERT INTO appended_text (rowid, title, text, markup) VALUES (?, '', ?, ?)");
    this.#removeText = db.prepare('DELETE FROM appended_text WHERE rowid = ?');
  }

  /** Where in the file the parts of a document begin, in order. */
  beginsOf(documentId: number): number[] {
    return this.#begins.all(documentId);
  }

  /** In place of what begins there or later. @param text  with its lead. */
  put(documentId: number, fromByte: number, text: Buffer): void {
    this.remove(documentId, fromByte);
    const { lastInsertRowid } = this.#insert.run(documentId, fromByte);
    const form = indexForm(text);
    this.#insertText.run(lastInsertRowid, toBytes(form.text), form.others);
  }

  /** All that begins there or later. */
  remove(documentId: number, fromByte = 0): void {
    for (const id of this.#idsFrom.all(documentId, fromByte)) {
      this.onTakenOut();
      this.#removeText.run(id);
      this.#remove.run(id);
    }
  }
}
