/** What is found out about a change beside the change itself: what is other in words, the diff, the newest backup from before. */

import { displayPath } from '../../shared/path-text.js';
import { BackupFinder, type FoundBackup, type NoBackup } from '../backup/backup-finder.js';
import { ContentFindings, type FindingsOptions } from './content/findings.js';
import { LogMarks } from './content/log-marks.js';
import type { Found } from './notifier-parts.js';
import type { Json } from './payload.js';
import type { NotifyRule } from './rules/rule.js';
import type { NetChange, NetKind } from './words.js';

/** What a backup could restore. */
const RESTORABLE: ReadonlySet<NetKind> = new Set(['modified', 'deleted', 'attrib', 'moved']);
const GROWING: ReadonlySet<NetKind> = new Set(['modified', 'touched', 'moved', 'deleted', 'created']);

export class Findings {
  readonly #content: ContentFindings;
  readonly #logs: LogMarks;
  readonly #backups: BackupFinder;

  /** @param backupCache  a folder for what backup programs keep. */
  constructor(options: FindingsOptions, backupCache: string) {
    this.#content = new ContentFindings(options);
    this.#logs = new LogMarks(options.db);
    this.#backups = new BackupFinder(backupCache);
  }

  /** Never rejects. */
  async find(change: NetChange, rule: NotifyRule, isTold: boolean): Promise<Found> {
    const log = this.#lookAtLog(change, rule);
    if (log && !log.isAlert) return { findings: {}, keep: log.keep, isNothing: true };
    const [{ changes, diff, keep }, backup] = await Promise.all([
      this.#content.find(change, rule, isTold),
      isTold ? this.#backup(change, rule) : undefined,
    ]);
    const words = log ? [log.text, ...changes] : changes;
    return {
      findings: {
        ...(words.length > 0 && { changes: words }),
        ...(diff && { diff: diff as unknown as Json }),
        ...(backup && { backup }),
      },
      keep: () => {
        log?.keep();
        keep();
      },
    };
  }

  /** For a file that was there before its rule. @returns what keeps that, for a transaction */
  async learn(path: Buffer, rule: NotifyRule): Promise<() => void> {
    if (rule.kind === 'append-only') return this.#logs.look(path, true).keep;
    return this.#content.learn(path, rule);
  }

  /** Forgets the texts that no rule wants any more. In a transaction. */
  prune(): void {
    this.#content.prune();
  }

  close(): Promise<void> {
    return this.#content.close();
  }

  #lookAtLog({ kind, path, to, isFolder, origin }: NetChange, rule: NotifyRule) {
    if (rule.kind !== 'append-only' || isFolder || !GROWING.has(kind)) return undefined;
    return this.#logs.look(to ?? path, origin === 'comparison');
  }

  async #backup(
    { kind, path, before, firstMs, isFolder }: NetChange,
    { backup }: NotifyRule,
  ): Promise<Json | undefined> {
    if (backup.length === 0 || isFolder || !RESTORABLE.has(kind)) return undefined;
    const state = before
      ? { size: before.size, mtimeMs: before.mtimeMs, ...(before.sha256 && { sha256: before.sha256 }) }
      : {};
    return toJson(await this.#backups.newest({ path, beforeMs: firstMs }, state, backup));
  }
}

function toJson(found: FoundBackup | NoBackup): Json {
  if ('none' in found) return { none: found.none };
  const { tool, snapshotMs, path, restore, isStateBefore } = found;
  return {
    tool,
    snapshot: new Date(snapshotMs).toISOString(),
    path: path && displayPath(path),
    restore,
    is_state_before: isStateBefore,
  };
}
