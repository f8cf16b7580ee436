/**
 * Extractors with the commands of the user's configuration. A file of theirs is at first found by what find-text reads
 * of it. Its command runs beside everything else: nothing waits for it. When it has ended the file is looked at again,
 * and what the command has printed goes into the index. Wraps the pool.
 */
import { displayPath, pathText } from '../../../shared/path-text.js';
import { splitPath } from '../../../shared/paths.js';
import type { Priority } from '../../../shared/types.js';
import type { ExtractFailure, ExtractJob, ExtractOutcome } from '../messages.js';
import { CommandLane, type LaneOptions, type Task } from './command-lane.js';
import { type OwnExtractor, ownFor, ownVersions } from './own-extractor.js';
import { isOwnId } from './own-id.js';
import { pending, unread, withAnswer, without } from './with-answer.js';

export interface OwnPool {
  readonly versions: Readonly<Record<string, number>>;
  readonly pids: readonly number[];
  extract(jobs: readonly ExtractJob[], priority: Priority): Promise<ExtractOutcome[]>;
  limit(processes: number): void;
  giveUpSilent(): void;
  close(): Promise<void>;
}

type Extracted = Extract<ExtractOutcome, { kind: 'extracted' }>;

export class OwnExtractors implements OwnPool {
  readonly versions: Readonly<Record<string, number>>;
  readonly #lane: CommandLane;

  constructor(
    private readonly pool: OwnPool,
    private readonly extractors: readonly OwnExtractor[],
    options: LaneOptions,
  ) {
    this.versions = { ...pool.versions, ...ownVersions(extractors) };
    this.#lane = new CommandLane(options);
  }

  get pids(): readonly number[] {
    return [...this.pool.pids, ...this.#lane.pids];
  }

  /** Commands that wait or run. */
  get waiting(): number {
    return this.#lane.waiting;
  }

  limit(processes: number): void {
    this.pool.limit(processes);
    this.#lane.limit(processes);
  }

  /** No command is begun until a call with false. */
  rest(isResting: boolean): void {
    this.#lane.rest(isResting);
  }

  giveUpSilent(): void {
    this.pool.giveUpSilent();
  }

  async close(): Promise<void> {
    await Promise.all([this.#lane.close(), this.pool.close()]);
  }

  async extract(jobs: readonly ExtractJob[], priority: Priority): Promise<ExtractOutcome[]> {
    const outcomes = await this.pool.extract(
      jobs.map((job) => this.#toInner(job)),
      priority,
    );
    return outcomes.map((outcome, at) => this.#withCommand(outcome, jobs[at] as ExtractJob, priority));
  }

  /** What a command has made of a file is not for the pool to compare with. */
  #toInner(job: ExtractJob): ExtractJob {
    const isDigested = ownFor(this.extractors, nameOf(job)) !== undefined;
    const known = job.known && isOwnId(job.known.extractor) ? undefined : job.known;
    return { ...job, known, ...(isDigested && { isDigested }) };
  }

  #withCommand(outcome: ExtractOutcome, job: ExtractJob, priority: Priority): ExtractOutcome {
    // Its secrets are to stay where they are.
    if (job.isRedacted) return outcome;
    const read = toRead(outcome, job);
    const extractor = read && ownFor(this.extractors, nameOf(job), read.type);
    if (!extractor) return outcome;
    const { stat, isChanging, extraction, digest } = read.extracted;
    if (isChanging) return { ...read.extracted, extraction: pending(extraction, extractor) };
    const { known } = job;
    if (known && isOwnId(known.extractor) && digest !== undefined && known.input === digest)
      return { kind: 'same', stat, isChanging, input: digest };
    return this.#fromLane({ path: job.path, stat, digest, extractor, priority }, read.extracted);
  }

  #fromLane(task: Task, { extraction, ...outcome }: Extracted): ExtractOutcome {
    const { path, extractor, digest } = task;
    const result = this.#lane.resultOf(task);
    if (!result) return { ...outcome, extraction: pending(extraction, extractor) };
    if (result.kind === 'answer')
      return { ...outcome, extraction: withAnswer(extraction, extractor, result.answer, digest) };
    const message = `extract ${displayPath(path)} by \`${extractor.name}\`: ${result.why}`;
    const failure: ExtractFailure = { kind: 'failed', code: result.code, message, isTransient: false };
    return { ...outcome, extraction: without(extraction, extractor), failure };
  }
}

interface Read {
  readonly extracted: Extracted;
  /** As its content tells; missing: the extractor has failed. */
  readonly type?: string;
}

/** @returns undefined for what no command can make good: it is gone, closed, or as before. */
function toRead(outcome: ExtractOutcome, { path }: ExtractJob): Read | undefined {
  if (outcome.kind === 'extracted')
    return outcome.extraction.piece ? undefined : { extracted: outcome, type: outcome.extraction.type };
  if (outcome.kind !== 'failed' || !outcome.stat || outcome.isTransient || !outcome.code.startsWith('FT_EXTRACT'))
    return undefined;
  const { stat, digest } = outcome;
  return { extracted: { kind: 'extracted', stat, isChanging: false, digest, extraction: unread(path) } };
}

function nameOf({ path }: Pick<ExtractJob, 'path'>): string {
  return pathText(splitPath(path).name);
}
