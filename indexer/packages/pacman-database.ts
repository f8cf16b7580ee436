/** The package database of pacman, read as files: a folder for each package in `local`. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { readOrNothing, stampOf } from './database-files.js';
import { NameTable } from './name-table.js';
import type { PackageDatabase, PackagedName, PackageList } from './package-database.js';
import { type PacmanEntry, parseFiles, parseFolder, parseMtree } from './pacman-local.js';

interface Mtree {
  readonly stamp: string;
  readonly entries: ReadonlyMap<string, PacmanEntry>;
}

const MAX_MTREE_BYTES = 256 << 20;
/** An upgrade brings many files of one package after another. */
const MAX_KEPT = 16;
const unpack = promisify(gunzip);

export class PacmanDatabase implements PackageDatabase {
  readonly manager = 'pacman';
  readonly #table = new NameTable(() => this.#allNames());
  readonly #kept = new Map<string, Mtree>();

  constructor(private readonly directory = '/var/lib/pacman') {}

  async isThere(): Promise<boolean> {
    return (await this.stamp()) !== '';
  }

  /** With each version comes another folder. */
  stamp(): Promise<string> {
    return stampOf(join(this.directory, 'local'));
  }

  async lookUp(names: readonly string[]): Promise<PackagedName | undefined> {
    const stamp = await this.stamp();
    for (const name of names) {
      const [folder] = await this.#table.packagesOf(name, stamp);
      if (folder !== undefined) return this.#toPackaged(folder, name);
    }
    return undefined;
  }

  async versions(): Promise<ReadonlyMap<string, string>> {
    return new Map((await this.#folders()).map(({ name, version }) => [name, version]));
  }

  /** Its lock is a file that it removes at its end. One of a pacman that was killed stays. */
  async isChanging(): Promise<boolean> {
    return (await stampOf(join(this.directory, 'db.lck'))) !== '';
  }

  async lists(): Promise<readonly PackageList[]> {
    const folders = await this.#folders();
    return Promise.all(
      folders.map(async ({ folder, name }) => ({
        name,
        stamp: await stampOf(this.#place(folder, 'files')),
        names: () => this.#namesOf(folder),
      })),
    );
  }

  async #toPackaged(folder: string, name: string): Promise<PackagedName | undefined> {
    const known = parseFolder(folder);
    if (!known) return undefined;
    const { digest = null, link = null } = (await this.#entries(folder)).get(name) ?? {};
    return { package: known.name, version: known.version, digest, link };
  }

  async #entries(folder: string): Promise<Mtree['entries']> {
    const file = this.#place(folder, 'mtree');
    const stamp = await stampOf(file);
    const kept = this.#kept.get(folder);
    this.#kept.delete(folder);
    const mtree = kept?.stamp === stamp ? kept : { stamp, entries: parseMtree(await textOf(file)) };
    this.#kept.set(folder, mtree);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > MAX_KEPT && oldest !== undefined) this.#kept.delete(oldest);
    return mtree.entries;
  }

  async *#allNames(): AsyncGenerator<readonly [string, readonly string[]]> {
    for (const { folder } of await this.#folders()) yield [folder, await this.#namesOf(folder)];
  }

  async #namesOf(folder: string): Promise<readonly string[]> {
    return parseFiles((await readOrNothing(this.#place(folder, 'files')))?.toString('latin1') ?? '');
  }

  async #folders() {
    const folders = await readdir(join(this.directory, 'local'));
    return folders.flatMap((folder) => {
      const known = parseFolder(folder);
      return known ? [{ folder, ...known }] : [];
    });
  }

  #place(folder: string, file: string): string {
    return join(this.directory, 'local', folder, file);
  }
}

/** Empty: the package has none. */
async function textOf(file: string): Promise<string> {
  const packed = await readOrNothing(file);
  return packed ? (await unpack(packed, { maxOutputLength: MAX_MTREE_BYTES })).toString('latin1') : '';
}
