/** The package database of rpm, asked by rpm itself: its form has changed often. Answers are kept until it changes. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { fromPathKey } from '../../shared/path-key.js';
import { isLocked } from './locks.js';
import type { PackageDatabase, PackagedName, PackageList } from './package-database.js';

export interface RpmOptions {
  /** Where packages are installed. @default '/' */
  readonly root?: string;
  /** As seen from `root`. @default what rpm has */
  readonly dbPath?: string;
}

const PROGRAMS = ['/usr/bin/rpm', '/bin/rpm'];
const FILES = ['rpmdb.sqlite', 'Packages.db', 'Packages'];
const TIMEOUT_MS = 5_000;
const MAX_BYTES = 256 << 20;
const MAX_KEPT = 16;
const VERSION = '%{=EPOCHNUM}:%{=VERSION}-%{=RELEASE}.%{=ARCH}';
const FILE_LINES = `[%{=NAME}\\t${VERSION}\\t%{=FILEDIGESTALGO}\\t%{FILEDIGESTS}\\t%{FILELINKTOS}\\t%{FILENAMES}\\n]`;
const VERSION_LINES = `%{NAME}\\t${VERSION.replaceAll('=', '')}\\n`;
const LIST_LINES = `[%{=NAME}\\t%{=INSTALLTIME} ${VERSION}\\t%{FILENAMES}\\n]`;
/** RFC 4880, 9.4. */
const ALGORITHMS: Readonly<Record<string, 'md5' | 'sha256'>> = { '1': 'md5', '8': 'sha256' };
const run = promisify(execFile);

export class RpmDatabase implements PackageDatabase {
  readonly manager = 'rpm';
  readonly #program = PROGRAMS.find((program) => existsSync(program));
  #folder: Promise<string> | undefined;
  #stamp = '';
  readonly #kept = new Map<string, ReadonlyMap<string, PackagedName>>();

  constructor(private readonly options: RpmOptions = {}) {}

  /** Asking rpm would make a database where there is none. */
  async isThere(): Promise<boolean> {
    return this.#program !== undefined && (await this.stamp()) !== '';
  }

  async lookUp(names: readonly string[]): Promise<PackagedName | undefined> {
    const stamp = await this.stamp();
    if (stamp !== this.#stamp) this.#kept.clear();
    this.#stamp = stamp;
    for (const name of names) {
      const found = this.#keptName(name) ?? (await this.#ask(name));
      if (found) return found;
    }
    return undefined;
  }

  async versions(): Promise<ReadonlyMap<string, string>> {
    const lines = (await this.#rpm('-qa', '--qf', VERSION_LINES)).split('\n');
    return new Map(
      lines.flatMap((line) => {
        const [name = '', version = ''] = line.split('\t');
        return name === '' ? [] : [[name, withoutEpoch(version)]];
      }),
    );
  }

  async isChanging(): Promise<boolean> {
    return (await this.isThere()) && isLocked([join(await this.#place(), '.rpm.lock')]);
  }

  async lists(): Promise<readonly PackageList[]> {
    const lists = new Map<string, { name: string; stamp: string; names: string[] }>();
    for (const line of (await this.#rpm('-qa', '--qf', LIST_LINES)).split('\n')) {
      const [name = '', stamp = '', file] = line.split('\t');
      if (file === undefined) continue;
      const list = lists.get(`${name} ${stamp}`) ?? { name, stamp, names: [] };
      lists.set(`${name} ${stamp}`, list);
      list.names.push(file);
    }
    return [...lists.values()].map(({ name, stamp, names }) => ({ name, stamp, names: async () => names }));
  }

  #keptName(name: string): PackagedName | undefined {
    for (const names of this.#kept.values()) if (names.has(name)) return names.get(name);
    return undefined;
  }

  async #ask(name: string): Promise<PackagedName | undefined> {
    const text = await this.#rpm('-qf', '--qf', FILE_LINES, '--', name).catch(
      (error: { stdout?: string; stderr?: string }) => {
        if (/is not owned by any package|No such file or directory/.test(`${error.stdout}${error.stderr}`)) return '';
        throw error;
      },
    );
    const names = new Map(text.split('\n').flatMap(toPackaged));
    const found = names.get(name);
    if (found) this.#keep(found.package, names);
    return found;
  }

  #keep(name: string, names: ReadonlyMap<string, PackagedName>): void {
    this.#kept.set(name, names);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > MAX_KEPT && oldest !== undefined) this.#kept.delete(oldest);
  }

  async stamp(): Promise<string> {
    const folder = await this.#place();
    const files = FILES.flatMap((file) => [file, `${file}-wal`]);
    const stamps = await Promise.all(
      files.map((file) =>
        stat(join(folder, file)).then(
          ({ ino, mtimeMs, size }) => `${ino} ${mtimeMs} ${size}`,
          () => '',
        ),
      ),
    );
    return stamps.filter((stamp) => stamp !== '').join(', ');
  }

  #place(): Promise<string> {
    const { root = '/', dbPath } = this.options;
    this.#folder ??= dbPath === undefined ? this.#rpm('--eval', '%{_dbpath}') : Promise.resolve(dbPath);
    return this.#folder.then((folder) => join(root, folder.trim()));
  }

  async #rpm(...args: string[]): Promise<string> {
    const { root, dbPath } = this.options;
    const where = [
      ...(root === undefined ? [] : ['--root', root]),
      ...(dbPath === undefined ? [] : ['--dbpath', dbPath]),
    ];
    const limits = { timeout: TIMEOUT_MS, killSignal: 'SIGKILL', maxBuffer: MAX_BYTES, encoding: 'latin1' } as const;
    // Node takes arguments as UTF-8: other names are not found.
    const given = args.map((arg) => (arg.startsWith('/') ? fromPathKey(arg).toString() : arg));
    const { stdout } = await run(this.#program ?? 'rpm', [...where, ...given], {
      ...limits,
      env: { LC_ALL: 'C', HOME: '/root' },
    });
    return stdout;
  }
}

function toPackaged(line: string): [string, PackagedName][] {
  const [name = '', version = '', algorithm = '', hex = '', link = '', file] = line.split('\t');
  if (file === undefined) return [];
  const known = ALGORITHMS[algorithm];
  const digest = known && hex !== '' ? { algorithm: known, hex } : null;
  return [[file, { package: name, version: withoutEpoch(version), digest, link: link === '' ? null : link }]];
}

function withoutEpoch(version: string): string {
  return version.replace(/^0:/, '');
}
