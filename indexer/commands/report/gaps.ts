/** From what the daemon told of itself to the times in which it was blind or paused. Pure. */
import type { LedgerEntry } from '../../notify/ledger/ledger.js';
import { timeOf } from '../../notify/payload.js';
import type { GapLine, PauseLine } from './report-words.js';

/** An entry of find-text's own. */
export interface OwnEntry extends Pick<LedgerEntry, 'atMs' | 'kind'> {
  readonly text: string;
  readonly details: Readonly<Record<string, unknown>>;
}

interface OpenGap {
  readonly fromMs: number | null;
  readonly folder: string | null;
  readonly reason: string;
  toMs: number | null;
  comparedMs: number | null;
}

/** @param entries  in their order, from the beginning of the history. */
export function gapsOf(entries: Iterable<OwnEntry>): readonly OpenGap[] {
  const gaps = new Gaps();
  for (const entry of entries) gaps.take(entry);
  return gaps.all;
}

class Gaps {
  readonly all: OpenGap[] = [];
  readonly #open = new Map<string, OpenGap>();
  /** Open when the daemon ended, and not told of since. */
  #left = new Set<string>();
  #stoppedMs: number | undefined;

  take(entry: OwnEntry): void {
    const key = JSON.stringify([entry.details.reason, entry.details.since, entry.details.folder]);
    if (entry.kind === 'start') this.#started(entry);
    else if (entry.kind === 'stop') this.#stoppedMs = entry.atMs;
    else if (entry.kind === 'gap_opened') this.#opened(key, entry);
    else if (entry.kind === 'gap_closed') this.#closed(key, entry.atMs);
    else if (entry.kind === 'compared') this.#compared(entry);
  }

  #started({ atMs, details }: OwnEntry): void {
    const lastMs = this.#stoppedMs ?? msOf(details.last_alive);
    this.#stoppedMs = undefined;
    if (lastMs !== null) this.#add({ fromMs: lastMs, folder: null, reason: 'not running' }).toMs = atMs;
    this.#left = new Set(this.#open.keys());
  }

  #opened(key: string, { details }: OwnEntry): void {
    this.#left.delete(key);
    if (this.#open.has(key)) return;
    const { reason, since, folder } = details;
    this.#open.set(key, this.#add({ fromMs: msOf(since), folder: String(folder), reason: String(reason) }));
  }

  #closed(key: string, atMs: number): void {
    const gap = this.#open.get(key);
    if (gap) gap.toMs = atMs;
    this.#open.delete(key);
    this.#left.delete(key);
  }

  #compared({ atMs, details }: OwnEntry): void {
    const begunMs = msOf(details.began) ?? atMs;
    // What ended while the daemon did not run has been made good by now.
    for (const key of this.#left) this.#closed(key, begunMs);
    for (const gap of this.all)
      if (gap.comparedMs === null && gap.toMs !== null && gap.toMs <= begunMs) gap.comparedMs = atMs;
  }

  #add(gap: Pick<OpenGap, 'fromMs' | 'folder' | 'reason'>): OpenGap {
    const open = { ...gap, toMs: null, comparedMs: null };
    this.all.push(open);
    return open;
  }
}

export function gapLine({ fromMs, toMs, comparedMs, folder, reason }: OpenGap): GapLine {
  const at = (ms: number | null) => (ms === null ? null : timeOf(ms));
  return { from: at(fromMs), to: at(toMs), folder, reason, comparedAt: at(comparedMs) };
}

/** Since when the last daemon does not run any more, by what it told. */
export function stoppedAt(entries: readonly OwnEntry[]): number | undefined {
  const last = entries.findLast(({ kind }) => kind === 'start' || kind === 'stop');
  return last?.kind === 'stop' ? last.atMs : undefined;
}

/** @param entries  in their order */
export function pausesOf(entries: Iterable<OwnEntry>): readonly PauseLine[] {
  const pauses: { from: string; to: string | null; text: string }[] = [];
  for (const { kind, atMs, text } of entries) {
    const last = pauses.at(-1);
    if ((kind === 'pause' || kind === 'resume') && last?.to === null) last.to = timeOf(atMs);
    if (kind === 'pause') pauses.push({ from: timeOf(atMs), to: null, text });
  }
  return pauses;
}

/** 1970: it is not known. */
function msOf(time: unknown): number | null {
  const ms = Date.parse(String(time));
  return ms > 0 ? ms : null;
}
