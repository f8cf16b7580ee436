import { describe, expect, it } from 'vitest';
import { judge, type ReasonName } from '../../../shared/answer/judge.js';
import type { Keeping } from '../../../shared/answer/keeping.js';
import type { Knowledge } from '../../../shared/answer/knowledge.js';
import { reachOf } from '../../../shared/answer/reach.js';
import { type DaemonState, parseState } from '../../../shared/daemon-state.js';
import type { Gap } from '../../../shared/freshness.js';
import { isWithin } from '../../../shared/path-within.js';
import { parseQuery } from '../../../shared/search/parse-query.js';

const NOON_MS = new Date(2024, 5, 1, 12, 0).getTime();
const ONE_MS = new Date(2024, 5, 1, 13, 0).getTime();
const ROOT = Buffer.from('/home/me');
const SEE = 'see `find-textd status`';

function withGaps(...gaps: Gap[]): Partial<Knowledge> {
  return {
    freshness: {
      keeper: undefined,
      savedMs: NOON_MS,
      roots: [{ root: ROOT, completeSinceMs: gaps.length > 0 ? undefined : 1, gaps }],
    },
  };
}

function gap(reason: Gap['reason'], scope = ROOT): Gap {
  return { reason, sinceMs: NOON_MS, scope };
}

const silent = (isStopped: boolean): Keeping => ({ kind: 'silent', untilMs: NOON_MS, pid: 7, isStopped, life: 'here' });
const state = (more: Partial<DaemonState> = {}) => ({
  ...(parseState({}) as DaemonState),
  filesFound: 2000,
  filesDone: 5,
  ...more,
});
const FULL = { kind: 'disk', text: 'write to the index: it is full', advice: 'free some space', sinceMs: NOON_MS };
const LOST = { kind: 'lost', text: 'events were lost', sinceMs: NOON_MS };

/** All is well, but for what is given. */
function known(given: Partial<Knowledge> = {}): Knowledge {
  return {
    nowMs: ONE_MS,
    isDamaged: false,
    ...(withGaps() as Pick<Knowledge, 'freshness'>),
    keeping: { kind: 'kept' },
    state: state(),
    rest: undefined,
    troubles: [],
    waiting: 0,
    delayed: [],
    partial: 0,
    ...given,
  };
}

const PAUSED: Partial<Knowledge> = { rest: { kind: 'battery' }, waiting: 3 };
const DELAYED = ['/a', '/b'].map((path) => ({ path: Buffer.from(path), untilMs: 1 }));
const UNKNOWN = 'unknown: what has changed since is found when the daemon goes on, or at its next start';

/** Each row of the judgement: what is known; the reason, what is said, what is advised, how complete the index is. */
const ROWS: readonly (readonly [Partial<Knowledge>, ReasonName, string, string | undefined, string | undefined])[] = [
  [
    { isDamaged: true },
    'damaged',
    'answers may be wrong: the index is damaged',
    '`find-textd run` keeps it aside and builds a new one',
    'not known, because of the trouble below',
  ],
  [
    { keeping: silent(true) },
    'daemon stopped',
    'find-textd stands still since 12:00: later changes are not known',
    'let it go on with `kill -CONT 7`',
    UNKNOWN,
  ],
  [
    { keeping: silent(false) },
    'daemon hanging',
    'find-textd has given no sign of life since 12:00: later changes are not known',
    SEE,
    UNKNOWN,
  ],
  [
    { troubles: [FULL] },
    'disk full',
    'changes are held back since 12:00: write to the index: it is full',
    'free some space',
    'no: changes are held back, because of the trouble below',
  ],
  [
    { keeping: { kind: 'starting', untilMs: NOON_MS } },
    'daemon starting',
    'find-textd is starting: it does not know yet what has changed since it last ran',
    undefined,
    'not known yet: the daemon is starting',
  ],
  [
    { keeping: { kind: 'ended', untilMs: NOON_MS } },
    'no daemon',
    'nothing keeps the index current since 12:00: later changes are not known',
    'start `find-textd run`',
    'unknown: what changed since the daemon ended is found when it runs again',
  ],
  [
    PAUSED,
    'paused',
    'paused while the machine runs on battery with 3 changes waiting',
    undefined,
    'no: 3 changes wait until the pause ends',
  ],
  [
    { ...PAUSED, waiting: 1 },
    'paused',
    'paused while the machine runs on battery with 1 change waiting',
    undefined,
    'no: 1 change waits until the pause ends',
  ],
  [withGaps(gap('new')), 'new', 'still indexing: 5 of 2,000 files', undefined, 'not everywhere: see the folders above'],
  [
    { ...withGaps(gap('new')), state: state({ filesDone: 2003 }) },
    'new',
    'still indexing: 2,000 of 2,000 files',
    undefined,
    'not everywhere: see the folders above',
  ],
  [
    { ...withGaps(gap('events lost')), state: state({ comparisons: [{ root: '', done: 1, toDo: 2 }] }) },
    'events lost',
    '/home/me may lack changes since 12:00 because the kernel dropped inotify events',
    SEE,
    'not yet: 5 of 2,000 changed files read so far',
  ],
  [{ troubles: [LOST] }, 'trouble', 'events were lost', undefined, 'not known, because of the trouble below'],
  [{ waiting: 1 }, 'backlog', '1 change is being worked on', undefined, '1 change being worked on'],
  [
    { waiting: 2, delayed: DELAYED },
    'delayed',
    '/a and 1 more changed and will be read later',
    SEE,
    'yes, but for what is delayed',
  ],
  [{ partial: 1 }, 'partial', 'one file is known in part only, and the words may stand in the rest', SEE, undefined],
];
const NOTES = ['backlog', 'delayed', 'partial'];

describe('judge', () => {
  it.each(ROWS.map((row) => [row[1], ...row] as const))('%s', (_, given, reason, text, advice, completeness) => {
    expect(judge(known(given))).toMatchObject([{ reason, text, advice, completeness, isNote: NOTES.includes(reason) }]);
  });

  it('has nothing to say when all is well, nor when nobody has told anything yet', () => {
    expect(judge(known())).toEqual([]);
    expect(judge(known({ freshness: undefined, keeping: undefined, state: undefined }))).toEqual([]);
  });

  it('says what matters most first, in the order of these rows', () => {
    const all = known({
      isDamaged: true,
      troubles: [LOST, FULL],
      ...withGaps(gap('audit gap'), gap('not mounted', Buffer.from('/home/me/stick'))),
      ...PAUSED,
      waiting: 9,
      delayed: DELAYED,
      partial: 2,
    });
    const named = (keeping: Keeping) => judge({ ...all, keeping }).map(({ reason }) => reason);
    const rest = ['paused', 'audit gap', 'not mounted', 'trouble', 'delayed', 'partial'];
    expect(named({ kind: 'kept' })).toEqual(['damaged', 'disk full', ...rest]);
    expect(named(silent(true))).toEqual(['damaged', 'daemon stopped', 'disk full', ...rest]);
    expect(named({ kind: 'starting', untilMs: 0 })).toEqual(['damaged', 'disk full', 'daemon starting', ...rest]);
    expect(named({ kind: 'ended', untilMs: 0 })).toEqual(['damaged', 'disk full', 'no daemon', ...rest]);
  });

  it('says how far the first index is when nobody goes on with it', () => {
    const [first] = judge(known({ ...withGaps(gap('new')), keeping: { kind: 'ended', untilMs: 0 } }));
    expect(first).toMatchObject({
      reason: 'no daemon',
      text: 'the index is not complete (5 of 2,000 files)',
      advice: 'start `find-textd run` to finish it',
    });
  });

  it('leaves out what the query cannot reach, and troubles that are gaps too', () => {
    const stick = Buffer.from('/home/me/stick');
    const given = known({ ...withGaps(gap('not mounted', stick)), troubles: [LOST, FULL] });
    const reasons = (query: string) =>
      judge(given, reachOf(parseQuery(query, { nowMs: 0 }))).map(({ reason }) => reason);
    expect(reasons('word')).toEqual(['disk full', 'not mounted']);
    expect(reasons('word in:/home/me/stick/deep')).toEqual(['disk full', 'not mounted']);
    expect(reasons('word in:/home/me/docs')).toEqual(['disk full']);
    expect(reasons('word -in:/home/me/stick')).toEqual(['disk full']);
    expect(judge(given, (folder) => isWithin(stick, folder))).toHaveLength(2);
  });

  it('names a delayed file that the query can reach', () => {
    const texts = (query: string) =>
      judge(known({ waiting: 2, delayed: DELAYED }), reachOf(parseQuery(query, { nowMs: 0 }))).map(({ text }) => text);
    expect(texts('word')).toEqual(['/a and 1 more changed and will be read later']);
    expect(texts('word -in:/a')).toEqual(['/b changed and will be read later']);
    expect(texts('word in:/c')).toEqual([]);
  });

  it('does not say that changes are worked on while nobody does', () => {
    for (const keeping of [silent(true), { kind: 'ended', untilMs: 0 } as const])
      expect(judge(known({ waiting: 5, keeping }))).toHaveLength(1);
    expect(judge(known({ ...PAUSED, waiting: 5 }))).toHaveLength(1);
  });
});
