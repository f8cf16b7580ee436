/**
 * The package database of dpkg, read as files: no program is started, nothing is locked. Which package a file is of is
 * looked for in the lists that were written last first: they are those of the upgrade that is under way.
 */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { orNothing, readOrNothing, stampOf, toStamp } from './database-files.js';
import { type Diversion, type PackageState, parseDiversions, parseMd5sums, parseStatus } from './dpkg-status.js';
import { isLocked } from './locks.js';
import { NameTable } from './name-table.js';
import type { PackageDatabase, PackagedName, PackageList } from './package-database.js';

interface Contents {
  readonly stamp: string;
  readonly names: ReadonlySet<string>;
  readonly sums: ReadonlyMap<string, string>;
}

/** Lists that are kept: an upgrade brings many files of one package after another. */
const MAX_KEPT = 16;

export class DpkgDatabase implements PackageDatabase {
  readonly manager = 'dpkg';
  readonly #kept = new Map<string, Contents>();
  readonly #table = new NameTable(() => this.#allNames());
  readonly #texts = new Map<string, { readonly stamp: string; readonly value: unknown }>();

  constructor(private readonly directory: string) {}

  async isThere(): Promise<boolean> {
    return (await this.#stamp('info')) !== '';
  }

  stamp(): Promise<string> {
    return this.#stamp('status');
  }

  async lookUp(names: readonly string[]): Promise<PackagedName | undefined> {
    const diversions = await this.#parsed('diversions', parseDiversions);
    for (const name of names) {
      const found = await this.#find(name, diversions);
      if (found) return this.#toPackaged(found.base, found.name);
    }
    return undefined;
  }

  async versions(): Promise<ReadonlyMap<string, string>> {
    const states = (await this.#states()).filter(({ status }) => !/ (?:not-installed|config-files)$/.test(status));
    return new Map(states.map(({ name, architecture, version }) => [`${name}:${architecture}`, version]));
  }

  isChanging(): Promise<boolean> {
    return isLocked(['lock', 'lock-frontend'].map((name) => join(this.directory, name)));
  }

  async lists(): Promise<readonly PackageList[]> {
    const lists = await this.#lists();
    return lists.map(({ base, stamp }) => ({ name: base, stamp, names: () => this.#namesOf(base) }));
  }

  async #find(name: string, diversions: readonly Diversion[]): Promise<{ base: string; name: string } | undefined> {
    const to = diversions.find((each) => each.to === name);
    const from = diversions.find((each) => each.from === name);
    const listed = to ? to.from : name;
    const fits = (base: string) => {
      const isDiverter = (by: string) => base.replace(/:.*/, '') === by;
      if (to) return !isDiverter(to.by);
      return !from || isDiverter(from.by);
    };
    for (const base of [...this.#kept.keys()]) {
      if (fits(base) && (await this.#contents(base))?.names.has(listed)) return { base, name: listed };
    }
    const base = (await this.#table.packagesOf(listed, await this.#stamp('info'))).find(fits);
    return base === undefined ? undefined : { base, name: listed };
  }

  /** Names that no package has need all lists, and may come by the thousand. */
  async *#allNames(): AsyncGenerator<readonly [string, readonly string[]]> {
    for (const { base } of await this.#lists()) yield [base, await this.#namesOf(base)];
  }

  async #toPackaged(base: string, name: string): Promise<PackagedName | undefined> {
    const contents = await this.#contents(base);
    if (!contents) return undefined;
    const [plain = '', architecture] = base.split(':');
    const state = (await this.#states()).findLast(
      (each) => each.name === plain && (architecture === undefined || each.architecture === architecture),
    );
    const md5 = state?.conffiles.get(name) ?? contents.sums.get(name);
    const digest = md5 === undefined ? null : { algorithm: 'md5' as const, hex: md5 };
    return { package: base, version: state?.version ?? '', digest, link: null };
  }

  async #contents(base: string): Promise<Contents | undefined> {
    const list = `info/${base}.list`;
    const sums = `info/${base}.md5sums`;
    const stamp = `${await this.#stamp(list)} ${await this.#stamp(sums)}`;
    const kept = this.#kept.get(base);
    this.#kept.delete(base);
    const text = kept?.stamp === stamp ? undefined : await this.#read(list);
    if (kept?.stamp !== stamp && !text) return undefined;
    const contents = text
      ? {
          stamp,
          names: new Set(text.toString('latin1').split('\n')),
          sums: parseMd5sums((await this.#read(sums))?.toString('latin1') ?? ''),
        }
      : (kept as Contents);
    this.#kept.set(base, contents);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > MAX_KEPT && oldest !== undefined) this.#kept.delete(oldest);
    return contents;
  }

  /** Names of packages as their lists have them, the one that was written last first. */
  async #lists(): Promise<readonly { readonly base: string; readonly stamp: string }[]> {
    const names = (await readdir(join(this.directory, 'info'))).filter((name) => name.endsWith('.list'));
    const found = await Promise.all(
      names.map(async (name) => {
        const state = await orNothing(stat(join(this.directory, 'info', name)));
        return { base: name.slice(0, -'.list'.length), stamp: toStamp(state), atMs: state?.mtimeMs ?? 0 };
      }),
    );
    return found.sort((one, other) => other.atMs - one.atMs);
  }

  async #namesOf(base: string): Promise<readonly string[]> {
    return ((await this.#read(`info/${base}.list`))?.toString('latin1') ?? '')
      .split('\n')
      .filter((name) => name !== '');
  }

  /** dpkg writes what changes into `updates/` first; what stands there is newer. */
  async #states(): Promise<readonly PackageState[]> {
    const updates = await readdir(join(this.directory, 'updates')).catch(() => []);
    const files = [
      'status',
      ...updates
        .filter((name) => /^\d+$/.test(name))
        .sort()
        .map((name) => `updates/${name}`),
    ];
    const states = await Promise.all(files.map((file) => this.#parsed(file, parseStatus)));
    return states.flat();
  }

  /** A file that has not changed is not parsed again. */
  async #parsed<T>(file: string, parse: (text: string) => T): Promise<T> {
    const stamp = await this.#stamp(file);
    const kept = this.#texts.get(file);
    if (kept?.stamp === stamp) return kept.value as T;
    const value = parse((await this.#read(file))?.toString('latin1') ?? '');
    if (!file.includes('/')) this.#texts.set(file, { stamp, value });
    return value;
  }

  #stamp(file: string): Promise<string> {
    return stampOf(join(this.directory, file));
  }

  #read(file: string): Promise<Buffer | undefined> {
    return readOrNothing(join(this.directory, file));
  }
}
