/** All that is known of the index now, read from one state of it. What it means is judge.ts's business. */
import type { Rest } from '../activity.js';
import { type DaemonState, parseState, STATE_KEY } from '../daemon-state.js';
import { FRESHNESS_KEY, type Freshness, parseFreshness } from '../freshness.js';
import { type DelayedFile, delayedFiles } from '../store/delayed-files.js';
import { Meta } from '../store/meta.js';
import { countPartial } from '../store/partial-documents.js';
import { prepared } from '../store/prepared.js';
import type { Trouble } from '../troubles.js';
import { type Keeping, readKeeping } from './keeping.js';
import type { OpenIndex } from './open-index.js';
import { isLimited, type Reach } from './reach.js';

export interface Knowledge {
  readonly nowMs: number;
  readonly isDamaged: boolean;
  /** What may be missing, and where; undefined when no daemon has said so yet. */
  readonly freshness: Freshness | undefined;
  /** undefined as long as `freshness` is. */
  readonly keeping: Keeping | undefined;
  /** What the daemon told last of its work; it may have ended since. */
  readonly state: DaemonState | undefined;
  /** Why the daemon that lives only collects changes. */
  readonly rest: Rest | undefined;
  /** Of the daemon that lives. */
  readonly troubles: readonly Trouble[];
  /** Changes that wait or are worked on. */
  readonly waiting: number;
  /** Of these, files that go on changing and are read again later. */
  readonly delayed: readonly DelayedFile[];
  /** Files of which the first part is known only, of those that the question can reach. */
  readonly partial: number;
}

/** @param reach  of the question. */
export function readKnowledge({ db, isDamaged, daemon }: OpenIndex, nowMs: number, reach: Reach): Knowledge {
  const meta = new Meta(db);
  const freshness = parseFreshness(meta.get(FRESHNESS_KEY));
  const state = parseState(meta.get(STATE_KEY));
  return {
    nowMs,
    isDamaged,
    freshness,
    keeping: freshness && readKeeping(freshness, daemon, nowMs),
    state,
    rest: daemon.activity?.rest ?? undefined,
    troubles: daemon.troubles,
    waiting: prepared<number>(db, 'SELECT count(*) FROM queue').pluck().get() ?? 0,
    delayed: daemon.life ? delayedFiles(db, state?.held ?? []) : [],
    partial: countPartial(db, isLimited(reach) ? reach : undefined),
  };
}
