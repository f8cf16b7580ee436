/**
 * Looks after the events that are kept: those of names that are left out by now go, and those that are too old. A
 * rebuild takes over what the index before it had. Used by the session, once a minute at most.
 */
import { systemCode } from '../../shared/errors.js';
import type { KeptEvent } from '../../shared/store/read-events.js';
import { IndexReader } from '../index-reader.js';
import type { Rules, Writer } from '../parts.js';
import { PLACE_PREFIX } from '../sources/change-source.js';
import { type IsWatched, leftOutBy, recorded } from './recorded.js';

export interface KeptEventsParts {
  readonly writer: Pick<Writer, 'apply'>;
  readonly rules: Pick<Rules, 'isExcluded' | 'generation'>;
  readonly index: Pick<IndexReader, 'events' | 'isFile' | 'oldestEventMs'>;
  readonly keepMs: number;
  readonly isWatched?: IsWatched;
}

const EVENTS_PER_STEP = 500;
/** Each write costs the seal of the index: what is too old goes a day's worth at a time. */
const OVERDUE_MS = 86_400_000;

export class KeptEvents {
  /** Of the rules, when they were last asked. */
  #generation: number | undefined;

  /** @param pass  resolves when work that can wait may go on. */
  constructor(
    private readonly parts: KeptEventsParts,
    private readonly pass: () => Promise<void>,
  ) {}

  async look(nowMs: number): Promise<void> {
    const { rules, index, writer, keepMs } = this.parts;
    if (this.#generation !== rules.generation) await this.#sift();
    const { oldestEventMs } = index;
    if (oldestEventMs !== null && oldestEventMs < nowMs - keepMs - OVERDUE_MS)
      await writer.apply([{ kind: 'pruneEvents' }]);
  }

  /**
   * With the events goes how far their source was read: what comes meanwhile is read again from there.
   * @param file  the index that this one is to replace.
   * @param openSinceMs  what has happened since then explains what is found.
   * @returns why not all can be read: it is damaged, or of another version.
   */
  async takeOverFrom(file: string, openSinceMs: number): Promise<Error | undefined> {
    let other: IndexReader | undefined;
    try {
      other = new IndexReader(file);
      await this.#takeOverPlaces(other.meta);
      await this.takeOver(other, openSinceMs);
      return undefined;
    } catch (error) {
      const isReading = other === undefined || systemCode(error)?.startsWith('SQLITE_');
      if (!isReading || !(error instanceof Error)) throw error;
      return error;
    } finally {
      other?.close();
    }
  }

  async takeOver(other: Pick<IndexReader, 'events'>, openSinceMs: number): Promise<void> {
    for (const events of inSteps(other.events())) {
      const kept = events.filter((event) => !this.#isLeftOut(event));
      await this.parts.writer.apply([{ kind: 'takeOverEvents', events: kept, openSinceMs }]);
    }
  }

  /** Before the events: those that it has by then, and come again, are known. */
  async #takeOverPlaces(meta: IndexReader['meta']): Promise<void> {
    const keys = meta.keys().filter((key) => key.startsWith(PLACE_PREFIX));
    await this.parts.writer.apply(keys.map((key) => ({ kind: 'meta', key, value: meta.get(key) })));
  }

  async #sift(): Promise<void> {
    const { rules, index, writer } = this.parts;
    this.#generation = rules.generation;
    for (const events of inSteps(index.events())) {
      const sequences = events.filter((event) => this.#isLeftOut(event)).map(({ sequence }) => sequence);
      if (sequences.length > 0) await writer.apply([{ kind: 'forgetEvents', sequences }]);
      await this.pass();
    }
  }

  /** To ask the rules about a folder costs looks at the disk: not for a name that is known to be a file's. */
  #isLeftOut({ kind, path, to, atMs, origin }: KeptEvent): boolean {
    const { rules, index, isWatched } = this.parts;
    const event = { kind, path, atMs, origin, ...(to && { to }) };
    const reported = { event, paths: [], ...(index.isFile(to ?? path) && { isFolder: false }) };
    const kept = recorded(reported, leftOutBy(rules, isWatched));
    return kept?.event !== event;
  }
}

function* inSteps(events: Iterable<KeptEvent>): Generator<KeptEvent[]> {
  let step: KeptEvent[] = [];
  for (const event of events) {
    if (step.push(event) < EVENTS_PER_STEP) continue;
    yield step;
    step = [];
  }
  if (step.length > 0) yield step;
}
