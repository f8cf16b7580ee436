/** Tells of baselines that were accepted, and of checks that found something. Looked at now and then by the monitor. */
import type { Db } from '../../shared/store/open.js';
import type { baselineNews, HistoryRecord } from '../baseline/store.js';
import type { Recorder } from './recorder.js';
import type { Notes } from './store.js';
import type { OwnKind } from './words.js';

export interface BaselineWatchParts {
  readonly baselines: ReturnType<typeof baselineNews>;
  readonly notes: Notes;
  readonly db: Db;
  readonly recorder: Pick<Recorder, 'own'>;
}

export class BaselineWatch {
  /** Of the history of baselines, when it was looked at last. */
  #version: string | undefined;

  constructor(private readonly parts: BaselineWatchParts) {}

  /** Those from before the first look are old. */
  look(): void {
    const { baselines, notes, db } = this.parts;
    const { version, current, checkedAt } = baselines;
    if (version === this.#version) return;
    this.#version = version;
    const [known, check] = [notes.get('baseline'), notes.get('baselineCheck')];
    const accepted = typeof known === 'number' ? baselines.after(known) : [];
    const checked = typeof check === 'string' ? baselines.checkedAfter(check) : [];
    const tell = () => {
      for (const record of accepted) this.#tell('baseline_accepted', acceptedText(record), record);
      for (const record of checked.filter(({ status }) => status !== 0)) this.#tellCheck(record);
      notes.set('baseline', current);
      notes.set('baselineCheck', checkedAt);
    };
    db.transaction(tell).immediate();
  }

  #tellCheck(record: HistoryRecord): void {
    const { added = 0, removed = 0, changed = 0 } = record.counts ?? {};
    const more = 'see `find-textd baseline check`';
    if (added + removed + changed === 0)
      return this.#tell('baseline_check_failed', `the check of the baseline has failed: ${more}`, record);
    const found = `${added} new, ${removed} removed, ${changed} changed files`;
    this.#tell('baseline_differs', `files differ from baseline ${record.number}: ${found}: ${more}`, record);
  }

  #tell(kind: OwnKind, text: string, record: HistoryRecord): void {
    this.parts.recorder.own({ kind, text, atMs: Date.now(), details: { ...record } });
  }
}

function acceptedText({ number, by, reason = '', counts }: HistoryRecord): string {
  const found = counts ? `, ${counts.added} new, ${counts.removed} removed, ${counts.changed} changed files` : '';
  return `baseline ${number} counts from now on, by ${by}${found}: ${reason}`;
}
