/**
 * The different words of those parts of a source that are not text: tags, attributes, scripts, comments, macros. Each
 * stands here once: that is enough to find the file by it, and a fifth of the cost in the index of keeping the parts
 * themselves.
 */
const WORD = /[A-Za-z0-9\x80-\xff]+/g;

export class SourceWords {
  readonly #seen = new Set<string>();
  readonly #words = new Set<string>();

  /** @param part  UTF-8 read as Latin-1. Most tags of a file are repetitions: a part is taken apart once. */
  add(part: string): void {
    const before = this.#seen.size;
    this.#seen.add(part);
    if (this.#seen.size === before) return;
    for (const word of part.match(WORD) ?? []) this.#words.add(word);
  }

  bytes(): Buffer {
    return Buffer.from([...this.#words].join(' '), 'latin1');
  }
}
