/**
 * What the rules look for in folders on volumes that may hang, asked for beforehand by threads: the rules themselves look at the
 * disk while the event loop waits. Used by ignore-lookup.ts.
 */
import { lstat } from 'node:fs/promises';
import { pathKey, splitPath } from '../../shared/paths.js';
import { look, mayHang } from '../disk/looks.js';
import { below, RULE_NAMES, type RuleFiles, type RuleName, tellOf } from './ignore-files.js';

type Found = ReadonlyMap<RuleName, string>;

/** A change of an ignore file by this machine is heard of; what others do on the volume is found by comparing. */
const TRUSTED_MS = 10_000;
const MAX_REMEMBERED = 4096;

export class RulesAhead {
  readonly #known = new Map<string, { readonly found: Found; readonly atMs: number }>();
  readonly #running = new Map<string, Promise<void>>();

  constructor(
    private readonly files: RuleFiles,
    private readonly now: () => number,
  ) {}

  /** What is not known beforehand is looked for now. */
  look(folder: Uint8Array): Found {
    return this.#known.get(pathKey(folder))?.found ?? this.files.look(folder);
  }

  /** For the folder and those above it. Nothing to do on a local volume. Rejects with VolumeSilent. */
  async prepare(folder: Uint8Array): Promise<void> {
    for (let each = folder; mayHang(each); each = splitPath(each).directory) await this.#prepareOne(each);
  }

  forget(): void {
    this.#known.clear();
  }

  async #prepareOne(folder: Uint8Array): Promise<void> {
    const key = pathKey(folder);
    const known = this.#known.get(key);
    if (known && this.now() - known.atMs < TRUSTED_MS) return;
    const running = this.#running.get(key) ?? this.#ask(key, folder).finally(() => this.#running.delete(key));
    this.#running.set(key, running);
    await running;
  }

  async #ask(key: string, folder: Uint8Array): Promise<void> {
    const found = new Map<RuleName, string>();
    for (const name of RULE_NAMES) {
      const path = below(folder, name);
      const stat = await look(path, () => lstat(path).catch(() => undefined));
      const text = stat && tellOf(name, stat);
      if (text !== undefined) found.set(name, text);
    }
    if (this.#known.size >= MAX_REMEMBERED) this.#known.clear();
    this.#known.set(key, { found, atMs: this.now() });
  }
}
