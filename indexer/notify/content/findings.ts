/**
 * What the content room has to say about a change that a rule wants: attributes in words, and the diff. Opened by the
 * notifier thread; the texts that are kept for the next diff are written in the transaction that tells of this one.
 *
 * A change that is only counted in a digest reads no file: the next one that is told in full shows what happened since the
 * last that was.
 */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Db } from '../../../shared/store/open.js';
import { ExtractorPool } from '../../extract/pool.js';
import { type AccountNames, describeAttributes } from '../../witness/attributes-text.js';
import type { Surroundings } from '../rules/path-selection.js';
import type { NotifyRule } from '../rules/rule.js';
import type { NetChange, NetKind } from '../words.js';
import { Content } from './content.js';
import type { DiffResult } from './diff/diff-result.js';
import { NeverShown } from './never-shown.js';
import { openKey } from './redact/key-file.js';
import { ThreadRedactor } from './redact/thread-redactor.js';
import { Shadow } from './shadow.js';
import { POOL_MAX_BYTES, poolText } from './text-of.js';

export interface FindingsOptions {
  /** Has the tables of shadow.ts. */
  readonly db: Db;
  /** Where the key of the tags is kept. */
  readonly dataDirectory: string;
  readonly rules: readonly NotifyRule[];
  readonly surroundings: Surroundings;
  /** The folder of the built programs, with a slash at its end. */
  readonly programs: URL;
  readonly names?: AccountNames;
  readonly quotaBytes?: number;
}

export interface ContentFound {
  readonly changes: readonly string[];
  /** Missing: a diff makes no sense for this change. */
  readonly diff?: DiffResult;
  /** In the transaction that tells of the change. */
  readonly keep: () => void;
}

const OF_CONTENT: ReadonlySet<NetKind> = new Set(['created', 'modified', 'moved', 'deleted']);
const NOTHING = () => {};

export class ContentFindings {
  readonly #pool: ExtractorPool;
  readonly #redactor: ThreadRedactor;
  readonly #shadow: Shadow;
  readonly #content: Content;
  readonly #never: NeverShown;

  /** When rules have changed: close it and open another. @throws FindTextError FT_STORE_FAILED for a key file of others */
  constructor(private readonly options: FindingsOptions) {
    const { db, dataDirectory, rules, programs, quotaBytes, surroundings } = options;
    const key = openKey(join(dataDirectory, 'redaction.key'));
    const workerPath = fileURLToPath(new URL('extract-worker.js', programs));
    const threadPath = fileURLToPath(new URL('redact-thread.js', programs));
    const patterns = [...new Set(rules.flatMap(({ diff }) => diff.redact))];
    this.#pool = new ExtractorPool({ workerPath, workers: 1, maxBytes: POOL_MAX_BYTES });
    this.#redactor = new ThreadRedactor({ key: key.bytes, patterns, threadPath });
    this.#shadow = new Shadow(db, key.id, quotaBytes);
    this.#never = new NeverShown(rules, surroundings);
    this.#content = new Content({
      shadow: this.#shadow,
      neverDiff: this.#never.byDefault,
      textOf: poolText(this.#pool),
      redactor: this.#redactor,
    });
  }

  /** Forgets the texts that no rule wants any more. In a transaction. */
  prune(): void {
    this.#shadow.prune(this.options.rules.filter(({ diff }) => diff.isOn).map(({ name }) => name));
  }

  /** @param isTold  in full, not only counted. Never rejects. */
  async find(change: NetChange, rule: NotifyRule, isTold: boolean): Promise<ContentFound> {
    const { before, after } = change;
    const changes = describeAttributes(before, after, this.options.names);
    if (!isOfText(change)) return { changes, keep: NOTHING };
    if (!rule.diff.isOn) return { changes, diff: { omitted: 'off' }, keep: NOTHING };
    if (!isTold) return { changes, keep: () => this.#follow(change) };
    if (this.#isSecret(rule, change)) return { changes, diff: { omitted: 'secret-path' }, keep: NOTHING };
    const { diff, remember } = await this.#content.compare({ ...placesOf(change), rules: [rule.name] });
    return { changes, diff, keep: remember };
  }

  /** For a file that was there before the rule was. Never rejects. @returns what keeps its text, for a transaction */
  async learn(path: Uint8Array, rule: NotifyRule): Promise<() => void> {
    if (!rule.diff.isOn || this.#never.isNamed(rule, path)) return NOTHING;
    return this.#content.learn(path, [rule.name]);
  }

  async close(): Promise<void> {
    await Promise.all([this.#pool.close(), this.#redactor.close()]);
  }

  #isSecret(rule: NotifyRule, { path, to }: NetChange): boolean {
    return this.#never.isNamed(rule, path) || (to !== undefined && this.#never.isNamed(rule, to));
  }

  #follow({ kind, path, to }: NetChange): void {
    if (kind === 'deleted') this.#shadow.forget(path);
    if (kind === 'moved' && to) this.#shadow.move(path, to);
  }
}

function isOfText({ kind, isFolder, before, after }: NetChange): boolean {
  const isFile = (after ?? before)?.type === 'file' || (!after && !before);
  return OF_CONTENT.has(kind) && !isFolder && isFile;
}

function placesOf({ kind, path, to }: NetChange) {
  const existence = { existedBefore: kind !== 'created', existsNow: kind !== 'deleted' };
  return kind === 'moved' && to ? { path: to, from: path, ...existence } : { path, ...existence };
}
