/**
 * The tree of the soak, and a day of work in it: files are written anew, made, deleted and renamed, and the tree has as many files and
 * bytes as before. What is deleted or overwritten had a word of its own.
 */
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rareWord } from '../../helpers/remains.js';
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

  /** @returns words that no file has any more, neither in its text nor in its name. */
  work(day: number): string[] {
    const random = new Random(`day ${day}`);
    const gone: string[] = [];
    for (let count = 0; count < EDITS; count++) {
      const file = random.pick([...this.#words.keys()]);
      gone.push(this.#words.get(file) as string);
      this.#write(file, random);
    }
    for (const file of [...this.#words.keys()].slice(0, MADE)) gone.push(...this.#remove(file));
    for (let count = 0; count < MADE; count++) this.#make(random);
    for (let count = 0; count < RENAMED; count++) gone.push(this.#rename(random.pick([...this.#words.keys()])));
    return gone;
  }

  /** @returns its words, which are gone after `throwAway`. */
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

  #remove(file: string): string[] {
    rmSync(join(this.tree, file));
    const word = this.#words.get(file) as string;
    this.#words.delete(file);
    return [word, nameWord(file)];
  }

  #rename(file: string): string {
    const to = join(file, '..', `${this.#nextWord()}.txt`);
    renameSync(join(this.tree, file), join(this.tree, to));
    this.#words.set(to, this.#words.get(file) as string);
    this.#words.delete(file);
    return nameWord(file);
  }

  #nextWord(): string {
    return rareWord(this.#made++);
  }
}

function folderName(at: number): string {
  return `folder${at}`;
}

function nameWord(file: string): string {
  return file.replace(/^.*\/|\.txt$/g, '');
}
