/**
 * The tree of the soak, and a day of work in it: files are written anew, made, deleted and renamed, and the tree has as many files and
 * bytes as before. What is deleted or overwritten had a word of its own.
 */
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Random } from '../random.js';

const FOLDERS = 12;
const FILES = 600;
const WORDS_IN_FILE = 300;
const VOCABULARY = 5000;
const EDITS = 60;
const MADE = 15;
const RENAMED = 10;
/** Of a download that is thrown away on the next day. */
const DOWNLOADED = 400;

/** Words that no file has any more. Names stand in what is remembered of events, too, which has its own end. */
export interface Gone {
  readonly texts: readonly string[];
  readonly names: readonly string[];
}

export class Office {
  /** Of each file, in the order of their making. */
  readonly #words = new Map<string, string>();
  #made = 0;

  /** @param giveAway  to who owns the tree. */
  constructor(
    private readonly tree: string,
    private readonly giveAway: (path: string) => void,
    files = FILES,
  ) {
    for (const at of Array.from({ length: FOLDERS }).keys()) this.#makeFolder(folderName(at));
    const random = new Random('first day');
    for (let count = 0; count < files; count++) this.#make(random);
  }

  work(day: number): Gone {
    const random = new Random(`day ${day}`);
    const gone = { texts: [] as string[], names: [] as string[] };
    for (let count = 0; count < EDITS; count++) {
      const file = random.pick([...this.#words.keys()]);
      gone.texts.push(this.#words.get(file) as string);
      this.#write(file, random);
    }
    for (const file of [...this.#words.keys()].slice(0, MADE)) {
      gone.texts.push(this.#remove(file));
      gone.names.push(nameWord(file));
    }
    for (let count = 0; count < MADE; count++) this.#make(random);
    for (let count = 0; count < RENAMED; count++) gone.names.push(this.#rename(random.pick([...this.#words.keys()])));
    return gone;
  }

  /** @returns words of its texts, which are gone after `throwAway`. */
  download(day: number): string[] {
    const random = new Random(`download ${day}`);
    this.#makeFolder('download');
    return Array.from({ length: DOWNLOADED }, (_, at) => {
      const file = join('download', `part${at}.txt`);
      this.#write(file, random);
      const word = this.#words.get(file) as string;
      this.#words.delete(file);
      return word;
    });
  }

  throwAway(): void {
    rmSync(join(this.tree, 'download'), { recursive: true, force: true });
  }

  #makeFolder(name: string): void {
    mkdirSync(join(this.tree, name), { recursive: true });
    this.giveAway(join(this.tree, name));
  }

  #make(random: Random): void {
    this.#write(join(folderName(random.below(FOLDERS)), `${this.#nextWord()}.txt`), random);
  }

  #write(file: string, random: Random): void {
    const word = this.#nextWord();
    const text = Array.from({ length: WORDS_IN_FILE }, () => `w${random.below(VOCABULARY).toString(36)}`);
    writeFileSync(join(this.tree, file), `${word} ${text.join(' ')}\n`);
    this.giveAway(join(this.tree, file));
    this.#words.set(file, word);
  }

  #remove(file: string): string {
    rmSync(join(this.tree, file));
    const word = this.#words.get(file) as string;
    this.#words.delete(file);
    return word;
  }

  #rename(file: string): string {
    const to = join(file, '..', `${this.#nextWord()}.txt`);
    renameSync(join(this.tree, file), join(this.tree, to));
    this.#words.set(to, this.#words.get(file) as string);
    this.#words.delete(file);
    return nameWord(file);
  }

  #nextWord(): string {
    return uniqueWord(this.#made++);
  }
}

const LETTERS = 26;
const LENGTH = 7;
const STEP = 2_654_435_761n;

/** No other has its end, as it may be left of it in a file that shortens words by what they have in common. */
function uniqueWord(n: number): string {
  let rest = (BigInt(n + 1) * STEP) % BigInt(LETTERS) ** BigInt(LENGTH);
  let letters = '';
  for (let at = 0; at < LENGTH; at++, rest /= BigInt(LETTERS))
    letters += String.fromCharCode(97 + Number(rest % BigInt(LETTERS)));
  return `qqx${letters}z`;
}

function folderName(at: number): string {
  return `folder${at}`;
}

function nameWord(file: string): string {
  return file.replace(/^.*\/|\.txt$/g, '');
}
