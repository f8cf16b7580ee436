/**
 * Is a file what the package database says? That proves that a package manager which wrote it did only its work. MD5 is
 * all that dpkg keeps: enough against mistakes, not against somebody who makes two files with one sum.
 */
import { createHash } from 'node:crypto';
import { constants, readlinkSync } from 'node:fs';
import { type FileHandle, lstat, open } from 'node:fs/promises';
import { orUndefined, reasonText, systemCode } from '../../shared/errors.js';
import { pathKey } from '../../shared/path-key.js';
import { DpkgDatabase, type PackagedName } from './dpkg-database.js';

export interface PackageOwner {
  readonly manager: 'dpkg';
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

const MAX_BYTES = 512 << 20;
const PIECE_BYTES = 256 * 1024;
const READING = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK | constants.O_NOCTTY;
/** Folders of packages that lie in /usr since they were merged. */
const MERGED = ['bin', 'sbin', 'lib', 'lib32', 'lib64', 'libx32'];

export class InstalledPackages {
  readonly #dpkg: DpkgDatabase;
  readonly #merged: readonly string[];

  /** @param root  where packages are installed. */
  constructor(
    private readonly root = '/',
    dpkgDirectory = '/var/lib/dpkg',
  ) {
    this.#dpkg = new DpkgDatabase(dpkgDirectory);
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
      return found ? await judgeContent(path, found, sha256 ?? undefined) : { kind: 'not-packaged' };
    } catch (error) {
      return { kind: 'unknown', why: reasonText(error) };
    }
  }

  /** A package manager is at work. */
  isChanging(): Promise<boolean> {
    return this.#dpkg.isChanging().catch(() => false);
  }

  /** Package → version. Empty where there is no database. */
  versions(): Promise<ReadonlyMap<string, string>> {
    return this.#dpkg.versions().catch(() => new Map());
  }

  async #lookUp(path: Buffer): Promise<PackagedName | undefined> {
    const key = pathKey(path);
    if (!key.startsWith(`${this.#prefix}/`)) return undefined;
    const name = key.slice(this.#prefix.length);
    const [, top = ''] = /^\/usr\/([^/]+)\//.exec(name) ?? [];
    return this.#dpkg.lookUp(this.#merged.includes(top) ? [name, name.slice('/usr'.length)] : [name]);
  }

  get #prefix(): string {
    return pathKey(Buffer.from(this.root)).replace(/\/+$/, '');
  }
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

async function judgeContent(path: Buffer, found: PackagedName, sha256: string | undefined): Promise<PackageVerdict> {
  const owner = toOwner(found);
  const stat = await lstatOrGone(path);
  if (!stat) return { kind: 'other', owner };
  // Of folders and symlinks dpkg keeps the name only.
  if (!stat.isFile()) return { kind: found.md5 === null ? 'as-packaged' : 'other', owner };
  if (found.md5 === null) return { kind: 'unknown', why: `the package ${found.package} has no sum of it` };
  if (stat.size > MAX_BYTES) return { kind: 'unknown', why: `it is larger than ${MAX_BYTES >> 20} MiB` };
  const digests = await digestsOf(path);
  if (sha256 !== undefined && digests.sha256 !== sha256) return { kind: 'unknown', why: 'it was changed meanwhile' };
  return { kind: digests.md5 === found.md5 ? 'as-packaged' : 'other', owner };
}

async function lstatOrGone(path: Buffer) {
  try {
    return await lstat(path);
  } catch (error) {
    if (/^(ENOENT|ENOTDIR)$/.test(systemCode(error) ?? '')) return undefined;
    throw error;
  }
}

async function digestsOf(path: Buffer): Promise<{ readonly md5: string; readonly sha256: string }> {
  const file = await open(path, READING);
  try {
    const [md5, sha256] = [createHash('md5'), createHash('sha256')];
    for await (const piece of piecesOf(file)) {
      md5.update(piece);
      sha256.update(piece);
    }
    return { md5: md5.digest('hex'), sha256: sha256.digest('hex') };
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

function toOwner({ package: name, version }: PackagedName): PackageOwner {
  return { manager: 'dpkg', name, version };
}
