/**
 * May an answer of the index lack changes, or be wrong? The one place that says so: what is known → an ordered list of
 * reasons, what matters most first. find-text prints the first, `find-textd status` all. Pure.
 */
import { restText } from '../activity.js';
import { counted, grouped } from '../counted.js';
import { type GapReason, gapText, sinceText } from '../freshness.js';
import { displayPath } from '../path-text.js';
import type { Trouble } from '../troubles.js';
import type { Knowledge } from './knowledge.js';
import { everywhere, type Reach } from './reach.js';

/** A gap has the reason that freshness.ts gives it; these are those of the index as a whole. */
export const WHOLE_INDEX_REASONS = [
  'damaged',
  'daemon stopped',
  'daemon hanging',
  'disk full',
  'daemon starting',
  'no daemon',
  'paused',
  'trouble',
  'backlog',
  'delayed',
  'partial',
] as const;
export type ReasonName = (typeof WHOLE_INDEX_REASONS)[number] | GapReason;

export interface Reason {
  readonly reason: ReasonName;
  /** Milliseconds since 1970; 0: not known. */
  readonly sinceMs: number;
  /** The folder it is about, as bytes; undefined: the whole index. */
  readonly scope: Buffer | undefined;
  /** What is the matter, in one line. */
  readonly text: string;
  /** What to do about it, where that is not the daemon's business alone. */
  readonly advice: string | undefined;
  /** Whether the index is complete, as far as this goes: `no: 3 changes wait until the pause ends`. */
  readonly completeness: string | undefined;
  /** Things go as they should: it matters only to a search that finds nothing. */
  readonly isNote: boolean;
}

const SEE_STATUS = 'see `find-textd status`';
const BECAUSE_OF_TROUBLE = 'not known, because of the trouble below';

/** In this order. */
const ROWS: readonly ((known: Knowledge, reach: Reach) => readonly Reason[])[] = [
  damaged,
  silent,
  diskFull,
  starting,
  noDaemon,
  paused,
  gaps,
  troubles,
  backlog,
  delayed,
  partial,
];

/** @param reach  of the query: gaps in folders where it cannot find anything are no reason. */
export function judge(known: Knowledge, reach: Reach = everywhere): readonly Reason[] {
  return ROWS.flatMap((row) => row(known, reach));
}

function damaged({ isDamaged }: Knowledge): Reason[] {
  if (!isDamaged) return [];
  const text = 'answers may be wrong: the index is damaged';
  return [
    whole('damaged', {
      text,
      advice: '`find-textd run` keeps it aside and builds a new one',
      completeness: BECAUSE_OF_TROUBLE,
    }),
  ];
}

function silent({ keeping, nowMs }: Knowledge): Reason[] {
  if (keeping?.kind !== 'silent') return [];
  const { untilMs: sinceMs, isStopped, pid } = keeping;
  const unknown = `${sinceText(sinceMs, nowMs)}: later changes are not known`;
  const completeness = 'unknown: what has changed since is found when the daemon goes on, or at its next start';
  if (!isStopped) {
    const text = `find-textd has given no sign of life${unknown}`;
    return [whole('daemon hanging', { sinceMs, text, advice: SEE_STATUS, completeness })];
  }
  const text = `find-textd stands still${unknown}`;
  return [whole('daemon stopped', { sinceMs, text, advice: `let it go on with \`kill -CONT ${pid}\``, completeness })];
}

function diskFull({ troubles, nowMs }: Knowledge): Reason[] {
  return troubles.filter(isDisk).map(({ text, advice, sinceMs }) =>
    whole('disk full', {
      sinceMs,
      text: `changes are held back${sinceText(sinceMs, nowMs)}: ${text}`,
      advice,
      completeness: 'no: changes are held back, because of the trouble below',
    }),
  );
}

function starting({ keeping }: Knowledge): Reason[] {
  if (keeping?.kind !== 'starting') return [];
  const text = 'find-textd is starting: it does not know yet what has changed since it last ran';
  const completeness = 'not known yet: the daemon is starting';
  return [whole('daemon starting', { sinceMs: keeping.untilMs, text, completeness })];
}

function noDaemon(known: Knowledge, reach: Reach): Reason[] {
  const { keeping, state, nowMs } = known;
  if (keeping?.kind !== 'ended') return [];
  const { untilMs: sinceMs } = keeping;
  const completeness = 'unknown: what changed since the daemon ended is found when it runs again';
  const isFirst = gapsWithin(known, reach).some(({ gap }) => gap.reason === 'new');
  if (isFirst && state) {
    const text = `the index is not complete (${readSoFar(known.state, 'file')})`;
    return [whole('no daemon', { sinceMs, text, advice: 'start `find-textd run` to finish it', completeness })];
  }
  const text = `nothing keeps the index current${sinceText(sinceMs, nowMs)}: later changes are not known`;
  return [whole('no daemon', { sinceMs, text, advice: 'start `find-textd run`', completeness })];
}

function paused({ rest, waiting, nowMs }: Knowledge): Reason[] {
  if (!rest || waiting === 0) return [];
  const text = `paused ${restText(rest, nowMs)} with ${changes(waiting)} waiting`;
  return [
    whole('paused', {
      text,
      completeness: `no: ${changes(waiting)} ${waiting === 1 ? 'waits' : 'wait'} until the pause ends`,
    }),
  ];
}

function gaps(known: Knowledge, reach: Reach): Reason[] {
  const { state, keeping, nowMs } = known;
  return gapsWithin(known, reach).map(({ root, gap }) => {
    const { reason, sinceMs, scope } = gap;
    const isFirst = reason === 'new' && state !== undefined && keeping?.kind !== 'ended';
    return {
      reason,
      sinceMs,
      scope,
      text: isFirst
        ? `still indexing: ${readSoFar(known.state, 'file')}`
        : `${displayPath(root)} ${gapText(gap, root, nowMs)}`,
      advice: isFirst ? undefined : SEE_STATUS,
      completeness: gapCompleteness(known),
      isNote: false,
    };
  });
}

function gapCompleteness({ state, keeping }: Knowledge): string {
  if (!state || keeping?.kind !== 'kept' || state.comparisons.length === 0)
    return 'not everywhere: see the folders above';
  return `not yet: ${readSoFar(state, 'changed file')} read so far`;
}

/** What is missing because of one is a gap, too. So a search says so if it can reach it. */
function troubles(known: Knowledge, reach: Reach): Reason[] {
  if (reach !== everywhere) return [];
  return known.troubles
    .filter((trouble) => !isDisk(trouble))
    .map(({ sinceMs, text, advice }) => whole('trouble', { sinceMs, text, advice, completeness: BECAUSE_OF_TROUBLE }));
}

function backlog({ waiting, delayed: { length }, rest, keeping }: Knowledge): Reason[] {
  const count = waiting - length;
  if (count === 0 || rest || keeping?.kind !== 'kept') return [];
  const text = `${changes(count)} ${count === 1 ? 'is' : 'are'} being worked on`;
  return [note('backlog', { text, completeness: `${changes(count)} being worked on` })];
}

function delayed(known: Knowledge, reach: Reach): Reason[] {
  const [first, ...others] = known.delayed.filter(({ path }) => reach(path));
  if (!first) return [];
  const more = others.length > 0 ? ` and ${grouped(others.length)} more` : '';
  const text = `${displayPath(first.path)}${more} changed and will be read later`;
  return [note('delayed', { text, advice: SEE_STATUS, completeness: 'yes, but for what is delayed' })];
}

function partial({ partial: count }: Knowledge): Reason[] {
  if (count === 0) return [];
  const what = count === 1 ? 'one file is' : `${grouped(count)} files are`;
  const text = `${what} known in part only, and the words may stand in the rest`;
  return [note('partial', { text, advice: SEE_STATUS })];
}

type Words = Pick<Reason, 'text'> & Partial<Reason>;

function whole(reason: ReasonName, words: Words): Reason {
  return { reason, sinceMs: 0, scope: undefined, advice: undefined, completeness: undefined, isNote: false, ...words };
}

function note(reason: ReasonName, words: Words): Reason {
  return { ...whole(reason, words), isNote: true };
}

function gapsWithin({ freshness }: Knowledge, reach: Reach) {
  const all = (freshness?.roots ?? []).flatMap(({ root, gaps }) => gaps.map((gap) => ({ root, gap })));
  return all.filter(({ gap }) => reach(gap.scope));
}

function isDisk({ kind }: Trouble): boolean {
  return kind === 'disk';
}

function changes(count: number): string {
  return counted(count, 'change');
}

/** What is saved meanwhile is read as well: more files than comparing has found. */
function readSoFar(state: Knowledge['state'], one: string): string {
  const { filesDone = 0, filesFound = 0 } = state ?? {};
  return `${grouped(Math.min(filesDone, filesFound))} of ${counted(filesFound, one)}`;
}
