/**
 * Files with the same text: which hit is the first, and which follow. The index has a digest of what was read of each
 * file, or of what was made of it. A document within a file has none, and stands for itself. Used by search().
 */
import type { Db } from '../store/open.js';
import { type CanLook, fileState } from './document-text.js';
import { type FoundDocument, pathOf } from './found-documents.js';

interface First {
  readonly path: Buffer;
  readonly copies: Buffer[];
}

export class Copies {
  readonly #digest;
  readonly #first = new Map<string, First>();

  constructor(db: Db) {
    this.#digest = db.prepare<[number], string | null>('SELECT coalesce(output, input) FROM file WHERE id = ?').pluck();
  }

  /** Has a file with this text been shown? Then this one is named with it, when it is there as it was indexed. */
  isFolded(document: FoundDocument, isWhole: boolean, canLook: CanLook | undefined): boolean {
    const first = this.#firstOf(this.#keyOf(document, isWhole));
    if (!first || fileState(document, canLook) !== 'same') return false;
    first.copies.push(pathOf(document));
    return true;
  }

  /** It is a hit. @returns the paths of those that follow, which are added later; or the path of the one before. */
  shown(document: FoundDocument, isWhole: boolean): { copies?: readonly Buffer[]; copyOf?: Buffer } {
    const key = this.#keyOf(document, isWhole);
    if (key === undefined) return {};
    const before = this.#firstOf(key);
    if (before) return { copyOf: before.path };
    const first = { path: pathOf(document), copies: [] };
    this.#first.set(key, first);
    return { copies: first.copies };
  }

  #firstOf(key: string | undefined): First | undefined {
    return key === undefined ? undefined : this.#first.get(key);
  }

  /** undefined: it stands for itself. Files with some of the words are no copies of those with all. */
  #keyOf({ innerPath, size, fileId }: FoundDocument, isWhole: boolean): string | undefined {
    const digest = innerPath || size === 0 ? undefined : this.#digest.get(fileId);
    return digest ? `${isWhole} ${digest}` : undefined;
  }
}
