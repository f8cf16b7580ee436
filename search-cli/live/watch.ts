/**
 * `find-text --watch`: a line whenever a file begins or ceases to match a query, until it is stopped or its reader goes. Asks the index
 * itself when that has changed, whichever daemon keeps it, and says when nobody does.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { answer, queryOptions } from '../../shared/answer/answer.js';
import { judge, type Reason } from '../../shared/answer/judge.js';
import { KeptIndex } from '../../shared/answer/kept-index.js';
import { type Knowledge, readKnowledge } from '../../shared/answer/knowledge.js';
import type { OpenIndex } from '../../shared/answer/open-index.js';
import { reachOf } from '../../shared/answer/reach.js';
import { counted } from '../../shared/counted.js';
import { FindTextError } from '../../shared/errors.js';
import { cleanText, displayPath, jsonPath } from '../../shared/path-text.js';
import type { CanLook } from '../../shared/search/document-text.js';
import { parseQuery } from '../../shared/search/parse-query.js';
import type { Flags } from '../flags.js';
import { misreadNotices, reasonNotices } from '../notices.js';
import type { Output } from '../output.js';
import { queryText } from '../query-text.js';
import { type MatchChange, MatchChanges } from './match-changes.js';

export interface WatchWorld {
  readonly dataDirectory: string;
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly canLook: CanLook;
  /** @default never */
  readonly stopped?: AbortSignal;
}

/** How soon a change is seen after it is in the index. */
const LOOK_MS = 200;
/** Looks take at most this part of the time. */
const COST_SHARE = 0.1;
const MAX_PAUSE_MS = 10_000;
/** Days go by, and files, without a change of the index. */
const ANYWAY_MS = 60_000;
const JUDGE_MS = 1_000;

/** @throws FindTextError when there is no index at the beginning, or the query cannot be understood; ReaderGone */
export async function watch(flags: Flags, world: WatchWorld): Promise<void> {
  const watching = new Watching(flags, world);
  try {
    watching.begin();
    while (!world.stopped?.aborted) {
      await pause(watching.pauseMs, undefined, world.stopped && { signal: world.stopped }).catch(() => {});
      watching.look();
    }
  } finally {
    watching.close();
  }
}

class Watching {
  readonly #index: KeptIndex;
  readonly #matches = new MatchChanges();
  readonly #notes: Notes;
  #query = '';
  #costMs = 0;
  #lookedMs = 0;
  #judgedMs = 0;

  constructor(
    private readonly flags: Flags,
    private readonly world: WatchWorld,
  ) {
    this.#index = new KeptIndex(world.dataDirectory);
    this.#notes = new Notes((text) => this.#note(text));
  }

  get pauseMs(): number {
    return Math.min(Math.max(LOOK_MS, this.#costMs / COST_SHARE), MAX_PAUSE_MS);
  }

  begin(): void {
    this.#index.takeHasChanged();
    this.#index.ask((index) => {
      this.#query = queryText(index.db, this.flags.words, this.#options(index));
      const { misread } = parseQuery(this.#query, this.#options(index));
      for (const notice of misreadNotices(misread)) this.#note(notice);
      this.#update(index);
    });
    const { count } = this.#matches;
    this.#note(`${counted(count, 'file')} ${count === 1 ? 'matches' : 'match'} now; changes follow until Ctrl-C`);
  }

  /** Does nothing while nothing changes. */
  look(): void {
    const nowMs = performance.now();
    try {
      if (this.#index.takeHasChanged() || nowMs - this.#lookedMs > ANYWAY_MS)
        this.#tell(this.#index.ask((index) => this.#update(index)));
      else if (nowMs - this.#judgedMs > JUDGE_MS) this.#index.ask((index) => this.#judge(index));
    } catch (error) {
      if (!(error instanceof FindTextError)) throw error;
      this.#notes.trouble(error);
    }
  }

  close(): void {
    this.#index.close();
  }

  #options(index: OpenIndex) {
    const { env, cwd, canLook } = this.world;
    return queryOptions(index, { nowMs: Date.now(), home: env.HOME, cwd, canLook });
  }

  #update(index: OpenIndex): MatchChange[] {
    const beganMs = performance.now();
    const known = this.#judge(index);
    const { found } = answer(index, { query: this.#query, wants: 'paths', limit: 0 }, this.#options(index));
    const items = found.kind === 'paths' ? found.list.items : [];
    const changes = this.#matches.update(pathsOf(items), !isBeingBuilt(known));
    this.#lookedMs = performance.now();
    this.#costMs = this.#lookedMs - beganMs;
    return changes;
  }

  #judge(index: OpenIndex): Knowledge {
    const reach = reachOf(parseQuery(this.#query, this.#options(index)));
    const known = readKnowledge(index, Date.now(), reach);
    this.#notes.reasons(judge(known, reach));
    this.#judgedMs = performance.now();
    return known;
  }

  #tell(changes: readonly MatchChange[]): void {
    const { stdout } = this.world;
    for (const change of changes) stdout.write(this.flags.output === 'json' ? jsonLine(change) : textLine(change));
    stdout.flush();
  }

  #note(text: string): void {
    this.world.stderr.write(`find-text: ${text}\n`);
    this.world.stderr.flush();
  }
}

/** What is said once, until it is different. */
class Notes {
  #said: string | undefined;

  constructor(private readonly say: (text: string) => void) {}

  /** The first that is more than a note, as a search prints it. */
  reasons(reasons: readonly Reason[]): void {
    const serious = reasons.filter(({ isNote }) => !isNote);
    this.#change(serious[0]?.reason, () => reasonNotices(serious, 1)[0] ?? 'the index is current again');
  }

  trouble({ code, message }: FindTextError): void {
    this.#change(code, () => `${cleanText(message)}; it is tried again`);
  }

  #change(what: string | undefined, text: () => string): void {
    if (what !== this.#said) this.say(text());
    this.#said = what;
  }
}

function* pathsOf(items: Iterable<{ readonly path: Uint8Array }>): Generator<Uint8Array> {
  for (const { path } of items) yield path;
}

function isBeingBuilt({ freshness }: Knowledge): boolean {
  return freshness?.roots.some(({ gaps }) => gaps.some(({ reason }) => reason === 'new')) ?? true;
}

function textLine({ change, path }: MatchChange): string {
  return `${change === 'begins' ? '+' : '-'} ${displayPath(path)}\n`;
}

function jsonLine({ change, path }: MatchChange): string {
  const at = new Date().toISOString();
  return `${JSON.stringify({ change, at, ...jsonPath('path', path) })}\n`;
}
