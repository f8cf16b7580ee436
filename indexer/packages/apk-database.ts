/** The package database of apk, read as a file: one text has all packages. */
import { join } from 'node:path';
import { type ApkPackage, parseInstalled } from './apk-installed.js';
import { readOrNothing, stampOf } from './database-files.js';
import { isLocked } from './locks.js';
import { NameTable } from './name-table.js';
import type { PackageDatabase, PackageDigest, PackagedName, PackageList } from './package-database.js';

interface Installed {
  readonly stamp: string;
  readonly packages: ReadonlyMap<string, ApkPackage>;
}

const FILE = 'lib/apk/db/installed';
/** The second one is that of newer versions. */
const LOCKS = ['lib/apk/db/lock', 'run/apk/db.lock'];
const FORGET_MS = 30_000;

export class ApkDatabase implements PackageDatabase {
  readonly manager = 'apk';
  readonly #table = new NameTable(() => this.#allNames());
  #installed: Installed | undefined;
  #forgetting: NodeJS.Timeout | undefined;

  /** @param root  where packages are installed. */
  constructor(private readonly root = '/') {}

  async isThere(): Promise<boolean> {
    return (await this.stamp()) !== '';
  }

  stamp(): Promise<string> {
    return stampOf(join(this.root, FILE));
  }

  async lookUp(names: readonly string[]): Promise<PackagedName | undefined> {
    const { stamp, packages } = await this.#read();
    for (const name of names) {
      const [owner] = await this.#table.packagesOf(name, stamp);
      const found = owner === undefined ? undefined : packages.get(owner);
      if (found) return toPackaged(found, found.files.get(name) ?? null);
    }
    return undefined;
  }

  async versions(): Promise<ReadonlyMap<string, string>> {
    return new Map([...(await this.#read()).packages.values()].map(({ name, version }) => [name, version]));
  }

  isChanging(): Promise<boolean> {
    return isLocked(LOCKS.map((file) => join(this.root, file)));
  }

  async lists(): Promise<readonly PackageList[]> {
    return [...(await this.#read()).packages.values()].map(({ name, version, sum, files }) => ({
      name,
      stamp: `${version} ${sum}`,
      names: async () => [...files.keys()],
    }));
  }

  async *#allNames(): AsyncGenerator<readonly [string, Iterable<string>]> {
    for (const { name, files } of (await this.#read()).packages.values()) yield [name, files.keys()];
  }

  async #read(): Promise<Installed> {
    const file = join(this.root, FILE);
    const stamp = await stampOf(file);
    if (this.#installed?.stamp !== stamp) {
      const text = (await readOrNothing(file))?.toString('latin1') ?? '';
      this.#installed = { stamp, packages: new Map([...parseInstalled(text)].map((each) => [each.name, each])) };
    }
    clearTimeout(this.#forgetting);
    this.#forgetting = setTimeout(() => {
      this.#installed = undefined;
    }, FORGET_MS).unref();
    return this.#installed;
  }
}

/** A file with a sum may as well be a symlink: the database does not say which. */
function toPackaged({ name, version }: ApkPackage, digest: PackageDigest | null): PackagedName {
  return { package: name, version, digest, link: digest };
}
