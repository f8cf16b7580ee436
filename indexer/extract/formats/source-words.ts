/**
 * The different words of those parts of a source that are not text: tags, attributes, scripts, comments, macros. Each
 * stands here once: that is enough to find the file by it, and a fifth of the cost in the index of keeping the parts
 * themselves.
 *
 * A table of our own, of hashes: a Set would need a string of each word to look for it, of which nearly all are known.
 */
import { randomInt } from 'node:crypto';

const FIRST_SLOTS = 256;
/** Nobody can make words that have one hash. */
const SEED = randomInt(2 ** 31);
const IS_WORD = new Uint8Array(256).fill(1, 0x80);
for (const [first, last] of ['09', 'AZ', 'az'].map((ends) => [...ends].map((end) => end.charCodeAt(0))))
  IS_WORD.fill(1, first, (last as number) + 1);

export class SourceWords {
  readonly #words: string[] = [];
  readonly #hashes: number[] = [];
  /** Where in the list a word is, from 1 on; 0: nowhere. */
  #slots = new Int32Array(FIRST_SLOTS);

  /** @param source  UTF-8 read as Latin-1, of which the part from `start` to `end` is added. */
  add(source: string, start = 0, end = source.length): void {
    for (let at = start; at < end; at++) {
      if (IS_WORD[source.charCodeAt(at)] !== 1) continue;
      const begin = at;
      let hash = SEED;
      for (; at < end; at++) {
        const code = source.charCodeAt(at);
        if (IS_WORD[code] !== 1) break;
        hash = Math.imul(hash ^ code, 0x5bd1e995);
        hash ^= hash >>> 15;
      }
      this.#addWord(source, begin, at, hash);
    }
  }

  bytes(): Buffer {
    return Buffer.from(this.#words.join(' '), 'latin1');
  }

  #addWord(source: string, begin: number, end: number, hash: number): void {
    const slot = this.#slotOf(source, begin, end, hash);
    if (this.#slots[slot] !== 0) return;
    this.#hashes.push(hash);
    this.#slots[slot] = this.#words.push(source.slice(begin, end));
    if (this.#words.length * 2 > this.#slots.length) this.#grow();
  }

  /** The slot of the word, or the free one where it goes. */
  #slotOf(source: string, begin: number, end: number, hash: number): number {
    const last = this.#slots.length - 1;
    for (let slot = hash & last; ; slot = (slot + 1) & last) {
      const at = (this.#slots[slot] as number) - 1;
      if (at < 0 || (this.#hashes[at] === hash && isAt(source, begin, end, this.#words[at] as string))) return slot;
    }
  }

  #grow(): void {
    const last = this.#slots.length * 2 - 1;
    this.#slots = new Int32Array(last + 1);
    for (const [at, hash] of this.#hashes.entries()) {
      let slot = hash & last;
      while (this.#slots[slot] !== 0) slot = (slot + 1) & last;
      this.#slots[slot] = at + 1;
    }
  }
}

function isAt(source: string, begin: number, end: number, word: string): boolean {
  if (word.length !== end - begin) return false;
  for (let i = 0; i < word.length; i++) if (source.charCodeAt(begin + i) !== word.charCodeAt(i)) return false;
  return true;
}
