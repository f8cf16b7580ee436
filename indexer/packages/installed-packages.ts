/**
 * Is a file what the package database says? That proves that a package manager which wrote it did only its work. MD5 is
 * all that dpkg keeps, SHA-1 all that apk keeps: enough against mistakes, not against somebody who makes two files with
 * one sum. Of symlinks dpkg keeps the name only.
 */
import { createHash } from 'node:crypto';
import { constants, readlinkSync } from 'node:fs';
import { type FileHandle, lstat, open, readlink } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { orUndefined, reasonText, systemCode } from '../../shared/errors.js';
import { fromPathKey, pathKey } from '../../shared/path-key.js';
import { ApkDatabase } from './apk-database.js';
import { DpkgDatabase } from './dpkg-database.js';
import type { PackageDatabase, PackageDigest, PackagedName, PackageList } from './package-database.js';
import { PacmanDatabase } from './pacman-database.js';
import { RpmDatabase } from './rpm-database.js';

export interface PackageOwner {
  readonly manager: PackageDatabase['manager'];
  readonly name: string;
  readonly version: string;
}

export type PackageVerdict =
  | { readonly kind: 'as-packaged'; readonly owner: PackageOwner }
  /** It is in the package, with another content or as another type; or it is gone. */
  | { readonly kind: 'other'; readonly owner: PackageOwner }
  | { readonly kind: 'not-packaged' }
  | { readonly kind: 'unknown'; readonly why: string };

export interface VersionChange {
  readonly name: string;
  /** Null: it was not there, or is not there any more. */
  readonly before: string | null;
  readonly after: string | null;
}

export type InstalledList = PackageList & Pick<PackageOwner, 'manager'>;

const MAX_BYTES = 512 << 20;
const PIECE_BYTES = 256 * 1024;
const READING = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK | constants.O_NOCTTY;
/** Folders of packages that lie in /usr since they were merged. */
const MERGED = ['bin', 'sbin', 'lib', 'lib32', 'lib64', 'libx32'];

type Found = PackagedName & Pick<PackageOwner, 'manager'>;

export class InstalledPackages {
  readonly #merged: readonly string[];

  /** @param root  where packages are installed. */
  constructor(
    private readonly root: string,
    private readonly databases: readonly PackageDatabase[],
  ) {
    this.#merged = MERGED.filter((name) =>
      orUndefined(() => readlinkSync(`${this.#prefix}/${name}`))?.endsWith(`usr/${name}`),
    );
  }

  /** undefined: no package has it, or there is no database. */
  async packageOf(path: Buffer): Promise<PackageOwner | undefined> {
    const found = await this.#lookUp(path).catch(() => undefined);
    return found && toOwner(found);
  }

  /**
   * Never rejects. While `isChanging` the answer may be that of the version before: ask again.
   * @param sha256  of the content that is asked about; other content gives `unknown`: it is being written
   */
  async judge(path: Buffer, sha256?: string | null): Promise<PackageVerdict> {
    try {
      const found = await this.#lookUp(path);
      return found ? await this.#judge(path, found, sha256 ?? undefined) : { kind: 'not-packaged' };
    } catch (error) {
      return { kind: 'unknown', why: reasonText(error) };
    }
  }

  /** A package manager is at work. */
  async isChanging(): Promise<boolean> {
    const answers = await Promise.all(this.databases.map((each) => each.isChanging().catch(() => false)));
    return answers.includes(true);
  }

  /** Package → version. Empty where there is no database. */
  async versions(): Promise<ReadonlyMap<string, string>> {
    const there = await this.#there();
    const all = await Promise.all(there.map((each) => each.versions().catch(() => new Map<string, string>())));
    return new Map(all.flatMap((each) => [...each]));
  }

  /** Another one: something was installed, upgraded or removed. Cheap. */
  async stamp(): Promise<string> {
    const stamps = await Promise.all((await this.#there()).map((each) => each.stamp()));
    return stamps.join(', ');
  }

  /** All packages, with the names of their files as they are on the disk. A list may be gone when it is read. */
  async lists(): Promise<readonly InstalledList[]> {
    const lists = await Promise.all(
      (await this.#there()).map(async (each) =>
        (await each.lists()).map((list) => ({ ...list, manager: each.manager })),
      ),
    );
    return lists.flat().map(({ names, ...list }) => ({
      ...list,
      names: async () => (await names()).map((each) => this.#onDisk(each)),
    }));
  }

  async #judge(path: Buffer, found: Found, sha256: string | undefined): Promise<PackageVerdict> {
    const owner = toOwner(found);
    const stat = await lstatOrGone(path);
    if (!stat) return { kind: 'other', owner };
    if (stat.isSymbolicLink()) return this.#judgeLink(path, found);
    // Of folders databases have the name only.
    if (!stat.isFile()) return { kind: found.digest === null && found.link === null ? 'as-packaged' : 'other', owner };
    return judgeFile(path, found, { size: stat.size, sha256 });
  }

  /** Where the database does not say where it leads, that must be in the same package, as packaged. */
  async #judgeLink(path: Buffer, found: Found): Promise<PackageVerdict> {
    const owner = toOwner(found);
    const target = await readlink(path, { encoding: 'buffer' });
    if (found.link !== null) return { kind: leadsTo(target, found.link) ? 'as-packaged' : 'other', owner };
    if (found.digest !== null) return { kind: 'other', owner };
    const at = fromPathKey(resolve(dirname(pathKey(path)), pathKey(target)));
    const other = await this.#lookUp(at);
    const isOwn = other?.package === found.package && !(await lstatOrGone(at))?.isSymbolicLink();
    if (!isOwn) return { kind: 'unknown', why: `the package ${found.package} does not say where it leads` };
    return this.#judge(at, other, undefined);
  }

  async #lookUp(path: Buffer): Promise<Found | undefined> {
    const there = await this.#there();
    if (there.length === 0) throw new Error('there is no package database');
    const key = pathKey(path);
    if (!key.startsWith(`${this.#prefix}/`)) return undefined;
    const name = key.slice(this.#prefix.length);
    const [, top = ''] = /^\/usr\/([^/]+)\//.exec(name) ?? [];
    const names = this.#merged.includes(top) ? [name, name.slice('/usr'.length)] : [name];
    for (const database of there) {
      const found = await database.lookUp(names);
      if (found) return { ...found, manager: database.manager };
    }
    return undefined;
  }

  async #there(): Promise<readonly PackageDatabase[]> {
    const are = await Promise.all(this.databases.map((each) => each.isThere().catch(() => false)));
    return this.databases.filter((_, at) => are[at]);
  }

  #onDisk(name: string): string {
    const [, top = ''] = /^\/([^/]+)\//.exec(name) ?? [];
    return `${this.#prefix}${this.#merged.includes(top) ? '/usr' : ''}${name}`;
  }

  get #prefix(): string {
    return pathKey(Buffer.from(this.root)).replace(/\/+$/, '');
  }
}

/** Of this machine, or of the one that dpkg's own environment names: see dpkg(1). */
export function installedHere({ DPKG_ROOT: root, DPKG_ADMINDIR: directory } = process.env): InstalledPackages {
  const dpkg = new DpkgDatabase(directory || `${root ?? ''}/var/lib/dpkg`);
  if (root) return new InstalledPackages(root, [dpkg]);
  return new InstalledPackages('/', [dpkg, new RpmDatabase(), new PacmanDatabase(), new ApkDatabase()]);
}

/** What differs between two answers of `versions`, in order of names. */
export function versionChanges(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): readonly VersionChange[] {
  const names = [...new Set([...before.keys(), ...after.keys()])].sort();
  return names
    .map((name) => ({ name, before: before.get(name) ?? null, after: after.get(name) ?? null }))
    .filter((change) => change.before !== change.after);
}

async function judgeFile(
  path: Buffer,
  found: Found,
  { size, sha256 }: { readonly size: number; readonly sha256: string | undefined },
): Promise<PackageVerdict> {
  const { digest, link, package: name } = found;
  const owner = toOwner(found);
  if (typeof link === 'string') return { kind: 'other', owner };
  if (digest === null) return { kind: 'unknown', why: `the package ${name} has no sum of it` };
  if (size > MAX_BYTES) return { kind: 'unknown', why: `it is larger than ${MAX_BYTES >> 20} MiB` };
  const [own, whole] = await digestsOf(path, [digest.algorithm, 'sha256']);
  if (sha256 !== undefined && whole !== sha256) return { kind: 'unknown', why: 'it was changed meanwhile' };
  return { kind: own === digest.hex ? 'as-packaged' : 'other', owner };
}

function leadsTo(target: Buffer, link: string | PackageDigest): boolean {
  if (typeof link === 'string') return pathKey(target) === link;
  return createHash(link.algorithm).update(target).digest('hex') === link.hex;
}

async function lstatOrGone(path: Buffer) {
  try {
    return await lstat(path);
  } catch (error) {
    if (/^(ENOENT|ENOTDIR)$/.test(systemCode(error) ?? '')) return undefined;
    throw error;
  }
}

async function digestsOf(path: Buffer, algorithms: readonly PackageDigest['algorithm'][]): Promise<readonly string[]> {
  const file = await open(path, READING);
  try {
    const hashes = algorithms.map((algorithm) => createHash(algorithm));
    for await (const piece of piecesOf(file)) for (const hash of hashes) hash.update(piece);
    return hashes.map((hash) => hash.digest('hex'));
  } finally {
    await file.close();
  }
}

async function* piecesOf(file: FileHandle): AsyncGenerator<Buffer> {
  const buffer = Buffer.allocUnsafe(PIECE_BYTES);
  for (let left = MAX_BYTES; left > 0; ) {
    const { bytesRead } = await file.read(buffer, 0, PIECE_BYTES, null);
    if (bytesRead === 0) return;
    left -= bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

function toOwner({ manager, package: name, version }: Found): PackageOwner {
  return { manager, name, version };
}
