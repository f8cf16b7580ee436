/**
 * The files that a torture run of integrity monitoring changes, and what each name stood for, one after the other: the
 * disk as it was, known without find-text.
 */
import { createHash } from 'node:crypto';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Random } from '../random.js';

/** Of a file its digest and its mode. */
export type State = string;
export const NOTHING: State = 'nothing';

export function stateOf(sha256: string | null, mode: number): State {
  return `${sha256} ${(mode & 0o7777).toString(8)}`;
}

const FOLDERS = ['.', 'a', 'a/b', 'c'];
const MODES = [0o600, 0o640, 0o644, 0o4755];
const EMPTY = createHash('sha256').digest('hex');

export class Files {
  /** By path, from before the first change on. */
  readonly histories = new Map<string, State[]>();
  #files: string[] = [];
  #count = 0;

  constructor(
    private readonly tree: string,
    private readonly random: Random,
    private readonly howMany: number,
  ) {
    for (const folder of FOLDERS) mkdirSync(join(tree, folder), { recursive: true });
    for (let n = 0; n < howMany; n++) this.#create();
  }

  now(path: string): State {
    return this.histories.get(path)?.at(-1) ?? NOTHING;
  }

  /** @returns the names that it has to do with. */
  change(): readonly string[] {
    if (this.#files.length < this.howMany * 0.8) return this.#create();
    const path = this.random.pick(this.#files);
    const change = this.random.weighted<(path: string) => readonly string[]>([
      [50, (each) => this.#rewrite(each)],
      [12, (each) => this.#append(each)],
      [15, (each) => this.#replace(each)],
      [8, (each) => this.#chmod(each)],
      [5, (each) => this.#rename(each)],
      [8, (each) => this.#remove(each)],
      [2, () => this.#renameFolder()],
    ]);
    return change(path);
  }

  #create(): readonly string[] {
    const path = join(this.tree, this.random.pick(FOLDERS), `f${++this.#count}`);
    mkdirSync(dirname(path), { recursive: true });
    this.#files.push(path);
    return this.#rewrite(path);
  }

  /** Somebody may look between the two steps of it. */
  #rewrite(path: string): readonly string[] {
    const mode = existsSync(path) ? lstatSync(path).mode : 0o644;
    this.#became(path, stateOf(EMPTY, mode));
    writeFileSync(path, this.#text(), { mode: 0o644 });
    return this.#is(path);
  }

  #append(path: string): readonly string[] {
    appendFileSync(path, this.#text());
    return this.#is(path);
  }

  #replace(path: string): readonly string[] {
    const other = `${path}.new${++this.#count}`;
    this.#rewrite(other);
    renameSync(other, path);
    this.#became(other, NOTHING);
    return [other, ...this.#is(path)];
  }

  #chmod(path: string): readonly string[] {
    chmodSync(path, this.random.pick(MODES));
    return this.#is(path);
  }

  #rename(path: string): readonly string[] {
    const to = join(dirname(path), `r${++this.#count}`);
    renameSync(path, to);
    return this.#moved([[path, to]]);
  }

  #remove(path: string): readonly string[] {
    rmSync(path);
    this.#files = this.#files.filter((each) => each !== path);
    this.#became(path, NOTHING);
    return [path];
  }

  #renameFolder(): readonly string[] {
    const folder = dirname(this.random.pick(this.#files));
    if (folder === this.tree) return [];
    const to = join(dirname(folder), `${basename(folder).split('-')[0]}-${++this.#count}`);
    renameSync(folder, to);
    const below = this.#files.filter((each) => each.startsWith(`${folder}/`));
    return this.#moved(below.map((each) => [each, join(to, each.slice(folder.length))] as const));
  }

  #moved(moves: readonly (readonly [from: string, to: string])[]): readonly string[] {
    for (const [from, to] of moves) {
      this.#files[this.#files.indexOf(from)] = to;
      this.#became(from, NOTHING);
      this.#is(to);
    }
    return moves.flat();
  }

  #is(path: string): readonly string[] {
    const sha256 = createHash('sha256').update(readFileSync(path)).digest('hex');
    this.#became(path, stateOf(sha256, lstatSync(path).mode));
    return [path];
  }

  #became(path: string, state: State): void {
    const history = this.histories.get(path);
    if (history) history.push(state);
    else this.histories.set(path, [NOTHING, state]);
  }

  /** No two are the same. */
  #text(): string {
    return `${++this.#count} ${'x'.repeat(this.random.below(3_000))}\n`;
  }
}
