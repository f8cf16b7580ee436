/** Name → the packages that have it. Made when a name is asked for, and forgotten soon: it is some ten megabytes. */

/** Folders are of many packages, files mostly of one. */
type AllNames = Map<string, string | readonly string[]>;

const FORGET_MS = 30_000;

export class NameTable {
  #all: { readonly stamp: string; readonly names: AllNames } | undefined;
  #forgetting: NodeJS.Timeout | undefined;

  /** @param read  all packages with the names of their files; of two that have a name the first comes first. */
  constructor(private readonly read: () => AsyncIterable<readonly [name: string, files: Iterable<string>]>) {}

  /** @param stamp  of what is there now: another one has other names */
  async packagesOf(file: string, stamp: string): Promise<readonly string[]> {
    if (this.#all?.stamp !== stamp) this.#all = { stamp, names: await this.#make() };
    const { names } = this.#all;
    clearTimeout(this.#forgetting);
    this.#forgetting = setTimeout(() => {
      this.#all = undefined;
    }, FORGET_MS).unref();
    const found = names.get(file) ?? [];
    return typeof found === 'string' ? [found] : found;
  }

  async #make(): Promise<AllNames> {
    const names: AllNames = new Map();
    for await (const [name, files] of this.read())
      for (const file of files) {
        const others = names.get(file);
        names.set(file, others === undefined ? name : [others, name].flat());
      }
    return names;
  }
}
