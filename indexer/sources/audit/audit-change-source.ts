/**
 * The audit change log as a ChangeSource: no watch per folder, ready at once on a tree of any size. audit-watch.ts has
 * what it does while it runs.
 */
import type { IndexReader } from '../../index-reader.js';
import type { ChangeInbox, ChangeSource, ReadWishes } from '../change-source.js';
import type { ChangeLog } from './audit-source.js';
import { AuditWatch } from './audit-watch.js';

export interface AuditChangeSourceOptions {
  readonly roots: readonly Uint8Array[];
  readonly logs: readonly ChangeLog[];
  readonly statusFile: string;
  readonly reader: IndexReader;
  /** How often everything is compared with the disk, to catch what audit does not report. */
  readonly compareEveryMs: number;
  /** Rules want to know what is above a process. */
  readonly wantsAncestry: boolean;
  /** Missing: no rule asks for reads. */
  readonly reads?: ReadWishes | undefined;
}

export class AuditChangeSource implements ChangeSource {
  readonly kind = 'audit';
  readonly unwatchedFolders = 0;
  #watch: AuditWatch | undefined;

  constructor(private readonly options: AuditChangeSourceOptions) {}

  start(inbox: ChangeInbox): void {
    this.#watch = new AuditWatch(this.options, inbox);
    this.#watch.start();
  }

  watch(): void {}

  async caughtUp(untilMs = Date.now()): Promise<boolean> {
    return (await this.#watch?.caughtUp(untilMs)) ?? false;
  }

  close(): void {
    this.#watch?.close();
  }
}
