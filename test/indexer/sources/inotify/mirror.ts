/**
 * What the daemon does with hints, in its simplest form: a set of the paths that exist, kept right by nothing but the watcher's hints.
 * Tests compare it with the disk. Paths are path keys.
 */
import { lstatSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hintOf } from '../../../../indexer/queue/attribute-change.js';
import { Inotify } from '../../../../indexer/sources/inotify/inotify.js';
import { TreeWatcher, type TreeWatcherOptions } from '../../../../indexer/sources/inotify/tree-watcher.js';
import { pathKey } from '../../../../shared/path-key.js';
import { joinPath, toBytes } from '../../../../shared/paths.js';
import type { ChangeHint } from '../../../../shared/types.js';
import { until } from '../../../helpers/test-env.js';

/** As built before all tests. */
export const INOTIFY_THREAD = fileURLToPath(new URL('../../../../dist/inotify-thread.js', import.meta.url));

export class Mirror {
  readonly watcher: TreeWatcher;
  readonly root: Buffer;
  known = new Set<string>();
  readonly hints: ChangeHint[] = [];
  overflowCount = 0;
  /** Above 0: hints wait this long before they are followed, in their order, as in a busy daemon. */
  delayMs = 0;
  /** Watches are set in other threads, as on volumes that may hang: one comparison after the other. */
  isAside = false;
  #aside: Promise<void> = Promise.resolve();

  /** @param whileUnread  what happens while all is watched and nothing is read yet. */
  constructor(root: string | Buffer, options: TreeWatcherOptions = {}, whileUnread: () => void = () => {}) {
    this.root = toBytes(root);
    this.watcher = new TreeWatcher({ descriptors: Inotify.open(INOTIFY_THREAD), ...options });
    this.crawl(this.root);
    whileUnread();
    this.watcher.start({
      happened: (hints, _events, attributes) =>
        this.receive([...hints, ...attributes.map((each) => hintOf(each, false))]),
      lost: () => this.reconcile(),
      suspected: () => {},
      failed: (error) => {
        throw error;
      },
    });
  }

  receive(hints: readonly ChangeHint[]): void {
    this.hints.push(...hints);
    if (this.isAside) this.#aside = this.#aside.then(() => this.followAside(hints));
    else if (this.delayMs > 0) setTimeout(() => this.follow(hints), this.delayMs);
    else this.follow(hints);
  }

  follow(hints: readonly ChangeHint[]): void {
    for (const { path, scope } of hints) {
      if (scope === 'tree') this.crawl(path);
      else this.look(path);
    }
  }

  async followAside(hints: readonly ChangeHint[]): Promise<void> {
    for (const { path, scope } of hints) {
      if (scope === 'tree') await this.crawlAside(path);
      else this.look(path);
    }
  }

  async crawlAside(folder: Uint8Array): Promise<void> {
    const waiting = [toBytes(folder)];
    this.#forgetBelow(folder);
    for (let directory = waiting.pop(); directory; directory = waiting.pop()) {
      await this.watcher.watchAside(directory);
      waiting.push(...this.#list(directory));
    }
  }

  /** Replaces what is known of a folder by what is there, watching each directory before it is listed. */
  crawl(folder: Uint8Array): void {
    const waiting = [toBytes(folder)];
    this.#forgetBelow(folder);
    for (let directory = waiting.pop(); directory; directory = waiting.pop()) {
      this.watcher.watch(directory);
      waiting.push(...this.#list(directory));
    }
  }

  #forgetBelow(folder: Uint8Array): void {
    const prefix = `${pathKey(folder)}/`;
    for (const key of this.known) if (key.startsWith(prefix)) this.known.delete(key);
    this.look(folder);
  }

  /** @returns the folders in it. */
  #list(directory: Buffer): Buffer[] {
    const entries = entriesOf(directory);
    for (const { name } of entries) this.known.add(pathKey(joinPath(directory, name)));
    return entries.filter((entry) => entry.isDirectory()).map(({ name }) => joinPath(directory, name));
  }

  look(path: Uint8Array): void {
    if (lstatSync(toBytes(path), { throwIfNoEntry: false })) this.known.add(pathKey(path));
    else this.known.delete(pathKey(path));
  }

  reconcile(): void {
    this.overflowCount++;
    this.crawl(this.root);
  }

  /** Every change before this call has been seen when it returns: the kernel keeps the order of events. */
  async settle(): Promise<void> {
    const sentinel = join(this.root.toString(), `sentinel-${sentinelCount++}`);
    writeFileSync(sentinel, '');
    await until(`there is the hint of ${sentinel}`, () => this.known.has(sentinel));
    rmSync(sentinel);
    await until(`there is the second hint of ${sentinel}`, () => !this.known.has(sentinel));
  }

  hasHint(path: string | Buffer, scope: ChangeHint['scope']): boolean {
    return this.hints.some((hint) => hint.scope === scope && Buffer.compare(hint.path, toBytes(path)) === 0);
  }
}

let sentinelCount = 0;

/** Everything below the folder, and the folder, as the disk has it now. */
export function onDisk(folder: Uint8Array): Set<string> {
  const found = new Set([pathKey(folder)]);
  const directories = [toBytes(folder)];
  for (const directory of directories) {
    for (const entry of entriesOf(directory)) {
      const path = joinPath(directory, entry.name);
      found.add(pathKey(path));
      if (entry.isDirectory()) directories.push(path);
    }
  }
  return found;
}

function entriesOf(directory: Buffer) {
  try {
    return readdirSync(directory, { withFileTypes: true, encoding: 'buffer' });
  } catch {
    return [];
  }
}
