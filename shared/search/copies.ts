/**
 * Files with the same text, of which one is shown and the others are named with it. The index has a digest of what was
 * read of each file; a document within another has none, and stands for itself. Used by search().
 */
import type { Db } from '../store/open.js';
import { type CanLook, fileState } from './document-text.js';
import { type FoundDocument, pathOf } from './found-documents.js';

export class Copies {
  readonly #digest;
  /** By digest. */
  readonly #paths = new Map<string, Buffer[]>();

  constructor(db: Db) {
    // What was read says more than what was made of it: of two formats one may be preferred.
    this.#digest = db.prepare<[number], string | null>('SELECT coalesce(output, input) FROM file WHERE id = ?').pluck();
  }

  /** Has a file with this text been shown? Then it is named with that one, if it is there as it was indexed. */
  isCopy(document: FoundDocument, isWhole: boolean, canLook: CanLook | undefined): boolean {
    const paths = this.#pathsOf(document, isWhole);
    if (!paths || fileState(document, canLook) !== 'same') return false;
    paths.push(pathOf(document));
    return true;
  }

  /** It is shown. @returns the paths of those that follow; they are added later. undefined: it has no copies. */
  of(document: FoundDocument, isWhole: boolean): readonly Uint8Array[] | undefined {
    const key = this.#keyOf(document, isWhole);
    if (key === undefined) return undefined;
    const paths: Buffer[] = [];
    this.#paths.set(key, paths);
    return paths;
  }

  #pathsOf(document: FoundDocument, isWhole: boolean): Buffer[] | undefined {
    const key = this.#keyOf(document, isWhole);
    return key === undefined ? undefined : this.#paths.get(key);
  }

  #keyOf({ innerPath, size, fileId }: FoundDocument, isWhole: boolean): string | undefined {
    const digest = innerPath || size === 0 ? null : this.#digest.get(fileId);
    return digest ? `${isWhole} ${digest}` : undefined;
  }
}
