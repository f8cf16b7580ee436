/**
 * Are two texts nearly the same: the same words in the same order but for a few, and the same numbers? Numbers tell
 * apart what is made from one form: invoices, tickets, versions. Pure.
 *
 * Each four words in a row are a number; of these the smallest are kept (Broder's resemblance), so that a text of any
 * length is compared in microseconds.
 */

export interface Likeness {
  /** The smallest, in order. */
  readonly runs: Uint32Array;
  /** Of all words with digits. */
  readonly numbers: number;
}

const RUN_WORDS = 4;
/** The share of runs that are the same is known to 2 %. */
const KEPT = 256;
/** A shorter text says too little. */
const MIN_RUNS = 20;
/** One changed word changes four runs: of a text of 500 words about ten may be others. */
const NEARLY_SAME = 0.9;

/** @returns undefined for a text that is too short to be compared. */
export function likenessOf(text: string): Likeness | undefined {
  const words = new Words(text);
  const runs = runsOf(words.hashes.subarray(0, words.count));
  return runs.length < MIN_RUNS ? undefined : { runs: runs.slice(0, KEPT), numbers: words.numbers };
}

export function areNearlySame(a: Likeness, b: Likeness): boolean {
  return a.numbers === b.numbers && sharedRuns(a.runs, b.runs) >= NEARLY_SAME;
}

/** Of the smallest runs of both: which share do both have? */
function sharedRuns(a: Uint32Array, b: Uint32Array): number {
  let [atA, atB, all, both] = [0, 0, 0, 0];
  for (; all < KEPT && (atA < a.length || atB < b.length); all++) {
    const [runA, runB] = [a[atA] ?? Infinity, b[atB] ?? Infinity];
    if (runA <= runB) atA++;
    if (runB <= runA) atB++;
    if (runA === runB) both++;
  }
  return both / all;
}

/** Each once, in order. */
function runsOf(hashes: Uint32Array): Uint32Array {
  const runs = hashes.slice(RUN_WORDS - 1);
  for (let i = 0; i < runs.length; i++) runs[i] = runHash(hashes, i);
  runs.sort();
  return runs.filter((run, i) => i === 0 || run !== runs[i - 1]);
}

function runHash(hashes: Uint32Array, from: number): number {
  let hash = FIRST;
  for (let i = from; i < from + RUN_WORDS; i++) hash = mixed(hash, hashes[i] as number);
  return scattered(hash);
}

const FIRST = 0x811c9dc5;

/** FNV-1a */
function mixed(hash: number, unit: number): number {
  return Math.imul(hash ^ unit, 0x01000193);
}

/** The end of MurmurHash3: small numbers come from any text. */
function scattered(hash: number): number {
  const once = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  const twice = Math.imul(once ^ (once >>> 13), 0xc2b2ae35);
  return (twice ^ (twice >>> 16)) >>> 0;
}

/** From here on most scripts have no blanks between words, or one letter tells enough: Thai, kana, Han, Hangul. */
const FIRST_ALONE = 0xe00;
const UPPER_CASE = 0x20;

/** The words of a text as numbers: cheaper than to fold it, and close enough. */
class Words {
  readonly hashes: Uint32Array;
  count = 0;
  numbers = 0;
  readonly #known = new Set<number>();

  constructor(text: string) {
    this.hashes = new Uint32Array(text.length);
    let [hash, hasDigit] = [FIRST, false];
    for (let i = 0; i <= text.length; i++) {
      const unit = text.charCodeAt(i);
      if (isDigit(unit) || isLetter(unit)) {
        hash = mixed(hash, unit | UPPER_CASE);
        hasDigit ||= isDigit(unit);
        continue;
      }
      if (hash !== FIRST) this.#add(hash, hasDigit);
      if (unit >= FIRST_ALONE) this.#add(mixed(FIRST, unit), false);
      [hash, hasDigit] = [FIRST, false];
    }
  }

  #add(hash: number, hasDigit: boolean): void {
    this.hashes[this.count++] = hash;
    if (!hasDigit || this.#known.has(hash)) return;
    this.#known.add(hash);
    this.numbers = (this.numbers + scattered(hash)) >>> 0;
  }
}

function isDigit(unit: number): boolean {
  return unit >= 0x30 && unit <= 0x39;
}

/** Also what is no letter beyond ASCII: it parts no words. */
function isLetter(unit: number): boolean {
  const lower = unit | UPPER_CASE;
  return (lower >= 0x61 && lower <= 0x7a) || (unit >= 0x80 && unit < FIRST_ALONE);
}
