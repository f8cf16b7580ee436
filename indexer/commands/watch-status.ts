/** What `find-textd status` says of each folder that `find-textd watch` has a history of. */
import { counted, grouped } from '../../shared/counted.js';
import { orUndefined } from '../../shared/errors.js';
import { cleanText, displayPath, jsonPath, jsonPathBytes } from '../../shared/path-text.js';
import { lockHolder } from '../../shared/store/lock.js';
import { type History, historiesIn } from './histories.js';
import { readIntegrity } from './integrity-status.js';

export interface WatchStatus {
  /** The folder; '': it is not known any more. */
  readonly path: string;
  readonly pathHex?: string;
  readonly isRunning: boolean;
  /** Why nothing else is known; null: it is. */
  readonly problem: string | null;
  /** Of the newest entry of its history; 0: there is none. */
  readonly sequence: number;
  readonly head: string;
  /** Messages that its webhook has not taken. */
  readonly waiting: number;
  /** What is the matter with its webhook; null: nothing. */
  readonly endpointProblem: string | null;
}

export function readWatches(dataDirectory: string): readonly WatchStatus[] {
  return historiesIn(dataDirectory)
    .filter(({ isOfWatch }) => isOfWatch)
    .map(readWatch);
}

function readWatch({ dataDirectory, watched }: History): WatchStatus {
  const integrity = readIntegrity(dataDirectory);
  const endpoints = integrity?.endpoints ?? [];
  const troubled = endpoints.find(({ state }) => state !== 'works');
  return {
    ...jsonPath('path', watched ?? Buffer.alloc(0)),
    isRunning: orUndefined(() => lockHolder(dataDirectory, 'daemon')) !== undefined,
    problem: integrity?.problem ?? null,
    sequence: integrity?.sequence ?? 0,
    head: integrity?.head ?? '',
    waiting: endpoints.reduce((sum, { waiting }) => sum + waiting, 0),
    endpointProblem: troubled ? (troubled.problem ?? troubled.state) : null,
  };
}

/** `/srv/pii: running, 12 entries, head 5f…: \`find-textd verify\`` */
export function watchLines(watches: readonly WatchStatus[]): readonly string[] {
  return watches.map((watch, at) => `${at === 0 ? 'watches' : ''.padEnd(7)}   ${textOf(watch)}`);
}

function textOf({ path, pathHex, isRunning, problem, sequence, head, waiting, endpointProblem }: WatchStatus): string {
  const name = path === '' ? 'a folder that is not known' : displayPath(jsonPathBytes(path, pathHex));
  const state = isRunning ? 'running' : 'not running';
  if (problem !== null) return `${name}: ${state}, nothing else is known: ${cleanText(problem)}`;
  const facts = [
    state,
    `${grouped(sequence)} ${sequence === 1 ? 'entry' : 'entries'}, head ${head.slice(0, 16)}: \`find-textd verify\``,
    ...(waiting > 0 ? [`${counted(waiting, 'message')} waiting`] : []),
    ...(endpointProblem === null ? [] : [cleanText(endpointProblem)]),
  ];
  return `${name}: ${facts.join(', ')}`;
}
