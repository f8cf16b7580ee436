/** Tells of gaps of the index: times in which changes may be missed. Looked at now and then by the monitor. */
import { closedSince } from '../../shared/closed-gaps.js';
import { GAP_REASONS, type Gap } from '../../shared/freshness.js';
import { displayPath } from '../../shared/path-text.js';
import type { Db } from '../../shared/store/open.js';
import { type GapNews, ToldGaps } from './gap-news.js';
import type { IndexEvents } from './index-events.js';
import type { Recorder } from './recorder.js';
import type { OwnEvent } from './words.js';

export interface GapWatchParts {
  readonly index: Pick<IndexEvents, 'gapBook'>;
  readonly db: Db;
  readonly recorder: Pick<Recorder, 'own'>;
}

/** They are told with the start. */
const OF_START: readonly Gap['reason'][] = ['new', 'not running'];

export class GapWatch {
  readonly #told = new ToldGaps();
  /** How many had been closed at the last look. */
  #closed: number;

  constructor(private readonly parts: GapWatchParts) {
    this.#closed = parts.index.gapBook.closed.count;
  }

  /** How many are open. */
  get count(): number {
    return this.#told.count;
  }

  /** @returns whether one was closed: what may have been missed can be compared */
  look(): boolean {
    const { open, closed } = this.parts.index.gapBook;
    const news = this.#told.look(open, closedSince(closed, this.#closed));
    this.#closed = closed.count;
    const told = news.filter(({ gap }) => !OF_START.includes(gap.reason));
    const tell = () => {
      for (const each of told) this.#tell(each);
    };
    if (told.length > 0) this.parts.db.transaction(tell).immediate();
    return news.some(({ kind }) => kind === 'gap_closed');
  }

  #tell({ kind, gap: { reason, sinceMs, scope } }: GapNews): void {
    const [folder, since] = [displayPath(scope), new Date(sinceMs).toISOString()];
    const details = { reason, since, folder };
    const { why } = GAP_REASONS[reason];
    const say = (each: OwnEvent['kind'], text: string) =>
      this.parts.recorder.own({ kind: each, text, atMs: Date.now(), details });
    if (kind === 'gap_opened' && reason === 'rule removed') say('audit_rule_removed', `${folder}: ${why}`);
    say(kind, `${folder}: ${kind === 'gap_opened' ? 'changes may be missed' : 'changes are seen again'}: ${why}`);
  }
}
