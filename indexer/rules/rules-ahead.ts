/**
 * What the rules look for on volumes that may hang, asked for beforehand by threads: the rules themselves look at the
 * disk while the event loop waits. A question is tried; what it lacks is asked for, and it is tried again. Used by
 * ignore-lookup.ts. Between two questions the rules go by what was known last: nobody waits, and whatever changes is
 * compared anyway.
 */
import { lstat, open } from 'node:fs/promises';
import { pathKey } from '../../shared/path-key.js';
import { toBytes } from '../../shared/paths.js';
import { look, mayHang } from '../disk/looks.js';
import { ownRead } from '../disk/own-reads.js';
import { below, READ_FLAGS, RULE_NAMES, type RuleFiles, type RuleName, tellOf } from './ignore-files.js';

type Found = ReadonlyMap<RuleName, string>;

/** A change of an ignore file by this machine is heard of; what others do on the volume is found by comparing. */
const TRUSTED_MS = 10_000;
const MAX_FOLDERS = 4096;
const MAX_BYTES = 16 * 2 ** 20;

interface Asked {
  readonly looks: Map<string, Found>;
  readonly reads: Map<string, Buffer | undefined>;
}

/** What a question lacks. */
class Unasked extends Error {
  constructor(readonly find: (asked: Asked) => Promise<void>) {
    super();
  }
}

export class RulesAhead {
  /** The disk as the rules see it. */
  readonly files: RuleFiles = {
    look: (folder) => (mayHang(folder) ? this.#look(folder) : this.disk.look(folder)),
    read: (path, maxBytes) => (mayHang(path) ? this.#read(path, maxBytes) : this.disk.read(path, maxBytes)),
    isAsRead: (path) => !mayHang(path) && this.disk.isAsRead(path),
    forget: (path) => this.disk.forget(path),
  };
  /** In the order in which they were asked for. */
  readonly #looks = new Map<string, { readonly found: Found; readonly atMs: number }>();
  readonly #reads = new Map<string, Buffer | undefined>();
  #readBytes = 0;
  readonly #running = {
    looks: new Map<string, Promise<Found>>(),
    reads: new Map<string, Promise<Buffer | undefined>>(),
  };
  /** Of the question that is tried just now. */
  #asked: Asked | undefined;

  constructor(
    private readonly disk: RuleFiles,
    private readonly now: () => number,
  ) {}

  /** @param question  sync, and without effects until it has its answer. Rejects with VolumeSilent. */
  async ask<Answer>(question: () => Answer): Promise<Answer> {
    const asked: Asked = { looks: new Map(), reads: new Map() };
    for (;;) {
      const tried = this.#try(question, asked);
      if (!('lacks' in tried)) return tried.answer;
      await tried.lacks.find(asked);
    }
  }

  /** An ignore file has changed: the next question asks for everything again. */
  forget(): void {
    for (const [key, { found }] of this.#looks) this.#looks.set(key, { found, atMs: Number.NEGATIVE_INFINITY });
    this.#running.looks.clear();
    this.#running.reads.clear();
  }

  #try<Answer>(question: () => Answer, asked: Asked): { readonly answer: Answer } | { readonly lacks: Unasked } {
    this.#asked = asked;
    try {
      return { answer: question() };
    } catch (error) {
      if (error instanceof Unasked) return { lacks: error };
      throw error;
    } finally {
      this.#asked = undefined;
    }
  }

  #look(folder: Uint8Array): Found {
    const key = pathKey(folder);
    const known = this.#looks.get(key);
    const found = this.#asked?.looks.get(key);
    if (found) return found;
    if (!this.#asked) return known?.found ?? this.disk.look(folder);
    if (known && this.now() - known.atMs < TRUSTED_MS) return known.found;
    throw new Unasked(async ({ looks }) => {
      looks.set(key, await shared(this.#running.looks, key, () => this.#lookAside(key, folder)));
    });
  }

  #read(path: Uint8Array, maxBytes: number): Buffer | undefined {
    const key = `${maxBytes} ${pathKey(path)}`;
    const reads = this.#asked?.reads ?? this.#reads;
    if (reads.has(key)) return reads.get(key);
    if (!this.#asked) return this.disk.read(path, maxBytes);
    throw new Unasked(async ({ reads }) => {
      const read = () => look(path, () => readAside(toBytes(path), maxBytes));
      const content = await shared(this.#running.reads, key, read);
      reads.set(key, content);
      this.#keep(key, content);
    });
  }

  async #lookAside(key: string, folder: Uint8Array): Promise<Found> {
    const atMs = this.now();
    const found = new Map<RuleName, string>();
    for (const name of RULE_NAMES) {
      const path = below(folder, name);
      const stat = await look(path, () => lstat(path).catch(() => undefined));
      const text = stat && tellOf(name, stat);
      if (text !== undefined) found.set(name, text);
    }
    this.#looks.delete(key);
    if (this.#looks.size >= MAX_FOLDERS) this.#looks.delete(this.#looks.keys().next().value as string);
    this.#looks.set(key, { found, atMs });
    return found;
  }

  #keep(key: string, content: Buffer | undefined): void {
    this.#drop(key);
    this.#reads.set(key, content);
    this.#readBytes += sizeOf(key, content);
    for (const oldest of this.#reads.keys()) {
      if (this.#readBytes <= MAX_BYTES) return;
      this.#drop(oldest);
    }
  }

  #drop(key: string): void {
    if (!this.#reads.has(key)) return;
    this.#readBytes -= sizeOf(key, this.#reads.get(key));
    this.#reads.delete(key);
  }
}

/** The files of a batch are mostly neighbours: what one of them asks for the others do not ask for again. */
function shared<Answer>(
  running: Map<string, Promise<Answer>>,
  key: string,
  ask: () => Promise<Answer>,
): Promise<Answer> {
  const known = running.get(key);
  if (known) return known;
  const fresh = ask().finally(() => {
    if (running.get(key) === fresh) running.delete(key);
  });
  running.set(key, fresh);
  return fresh;
}

function sizeOf(key: string, content: Buffer | undefined): number {
  return key.length + (content?.length ?? 0);
}

/** As the sync read of ignore-files.ts. */
async function readAside(path: Buffer, maxBytes: number): Promise<Buffer | undefined> {
  const over = ownRead(path);
  const file = await open(path, READ_FLAGS).catch(() => undefined);
  try {
    const stat = await file?.stat();
    if (!file || !stat?.isFile()) return undefined;
    const bytes = Buffer.alloc(Math.min(stat.size, maxBytes));
    let length = 0;
    for (let count = -1; count !== 0 && length < bytes.length; length += count)
      count = (await file.read(bytes, length, bytes.length - length)).bytesRead;
    return bytes.subarray(0, length);
  } catch {
    return undefined;
  } finally {
    await file?.close().catch(() => {});
    over();
  }
}
