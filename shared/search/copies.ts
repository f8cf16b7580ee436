/**
 * Files with the same text, or nearly the same: which hit is the first, and which follow. The index has a digest of what
 * was read of each file, or of what was made of it. Whether two texts are nearly the same is seen when they are read, as
 * for a snippet: only of files of one type and about one size. A document within a file stands for itself. Used by
 * search().
 */
import type { Db } from '../store/open.js';
import { prepared } from '../store/prepared.js';
import { type CanLook, FIRST_BYTES, fileState, readDocumentText } from './document-text.js';
import { type FoundDocument, pathOf } from './found-documents.js';
import { areNearlySame, type Likeness, likenessOf } from './likeness.js';

interface First {
  readonly document: FoundDocument;
  readonly isWhole: boolean;
  readonly path: Buffer;
  readonly copies: Buffer[];
  readonly nearCopies: Buffer[];
}

/** What a hit says of others. Folded: those that would have followed, which are added later. Marked: the one before it. */
export interface CopiesShown {
  readonly copies?: readonly Uint8Array[];
  readonly nearCopies?: readonly Uint8Array[];
  readonly copyOf?: Uint8Array;
  readonly nearCopyOf?: Uint8Array;
}

/** Texts that are nearly the same are in files of about one size: so much larger may one be. */
const SIZES = 1.2;
/** So many texts are read to be compared, each 1 ms at most; the others stand for themselves. */
const MAX_READ = 40;

export class Copies {
  readonly #digest;
  readonly #byDigest = new Map<string, First>();
  readonly #firsts: First[] = [];
  readonly #likenesses = new Map<number, Likeness | undefined>();

  constructor(
    private readonly db: Db,
    private readonly canLook: CanLook | undefined,
  ) {
    this.#digest = prepared<string | null>(db, 'SELECT coalesce(output, input) FROM file WHERE id = ?').pluck();
  }

  /** Has a file with this text been shown? Then this one is named with it, when it is there as it was indexed. */
  isFolded(document: FoundDocument, isWhole: boolean): boolean {
    const same = this.#sameAs(document, isWhole);
    const near = same ? undefined : this.#nearTo(document, isWhole);
    if (!(same ?? near) || fileState(document, this.canLook) !== 'same') return false;
    same?.copies.push(pathOf(document));
    near?.nearCopies.push(pathOf(document));
    return true;
  }

  /** It is a hit. */
  shown(document: FoundDocument, isWhole: boolean): CopiesShown {
    const key = this.#keyOf(document, isWhole);
    if (key === undefined) return {};
    const same = this.#byDigest.get(key);
    if (same) return { copyOf: same.path };
    const near = this.#nearTo(document, isWhole);
    if (near) return { nearCopyOf: near.path };
    const first: First = { document, isWhole, path: pathOf(document), copies: [], nearCopies: [] };
    this.#byDigest.set(key, first);
    this.#firsts.push(first);
    return { copies: first.copies, nearCopies: first.nearCopies };
  }

  #sameAs(document: FoundDocument, isWhole: boolean): First | undefined {
    const key = this.#keyOf(document, isWhole);
    return key === undefined ? undefined : this.#byDigest.get(key);
  }

  /** undefined: it stands for itself. Files with some of the words are no copies of those with all. */
  #keyOf({ innerPath, size, fileId }: FoundDocument, isWhole: boolean): string | undefined {
    const digest = innerPath || size === 0 ? undefined : this.#digest.get(fileId);
    return digest ? `${isWhole} ${digest}` : undefined;
  }

  #nearTo(document: FoundDocument, isWhole: boolean): First | undefined {
    if (document.innerPath) return undefined;
    return this.#firsts.find(
      (first) =>
        first.isWhole === isWhole && mayBeNear(first.document, document) && this.#isNear(first.document, document),
    );
  }

  #isNear(first: FoundDocument, document: FoundDocument): boolean {
    const [a, b] = [this.#likeness(first), this.#likeness(document)];
    return a !== undefined && b !== undefined && areNearlySame(a, b);
  }

  /** undefined: its text is too short, too long, not there, or too many were read. */
  #likeness(document: FoundDocument): Likeness | undefined {
    const { id } = document;
    if (!this.#likenesses.has(id) && this.#likenesses.size < MAX_READ) this.#likenesses.set(id, this.#read(document));
    return this.#likenesses.get(id);
  }

  #read(document: FoundDocument): Likeness | undefined {
    const state = fileState(document, this.canLook);
    if (state !== 'same') return undefined;
    const text = readDocumentText(this.db, document, FIRST_BYTES, state);
    return text?.isWhole ? likenessOf(text.text) : undefined;
  }
}

function mayBeNear(a: FoundDocument, b: FoundDocument): boolean {
  const [least, most] = a.size < b.size ? [a.size, b.size] : [b.size, a.size];
  return a.type === b.type && most <= least * SIZES && !isTooLong(a) && !isTooLong(b);
}

/** A text that is not read to its end is not judged. */
function isTooLong({ isStored, isPartial, size }: FoundDocument): boolean {
  return isPartial || (!isStored && size > FIRST_BYTES);
}
