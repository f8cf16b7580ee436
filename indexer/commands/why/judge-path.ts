/** What is known of a path → is it in the index, in which state, and why, in words for the user. Pure. */
import { restText, timeText } from '../../../shared/activity.js';
import { counted } from '../../../shared/counted.js';
import { displayPath } from '../../../shared/path-text.js';
import type { Exclusion } from '../../rules/exclusion.js';
import { isSameFile } from '../../work/compare.js';
import type { Facts } from './facts.js';

export const STATES = {
  indexed: 'the index has it as it is',
  'by name': 'it is found by its name and its folder, not by its text',
  changed: 'the index has it as it was before',
  waiting: 'the index does not have it yet',
  'left out': 'a rule leaves it out',
  outside: 'it is in none of the folders that are indexed',
  gone: 'nothing is there',
  'no file': 'it is a symlink, FIFO, socket or device, or lies behind a symlink',
  closed: 'this user may not read it',
  failed: 'it cannot be looked at',
  'not mounted': 'its volume, or the folder to index, is missing; what is known of it is kept',
  silent: 'its volume does not answer',
} as const satisfies Record<string, string>;
export type WhyState = keyof typeof STATES;

export interface PathJudgement {
  readonly state: WhyState;
  /** A search can find it now. */
  readonly isIndexed: boolean;
  /** In one line; safe to show. */
  readonly text: string;
  readonly advice: string | undefined;
}

type Judged = Omit<PathJudgement, 'isIndexed'>;

export function judgePath(facts: Facts): PathJudgement {
  const judged = judgeState(facts);
  const { kind } = facts.observed;
  // find-text shows no file that is gone, and takes the word of the index for one that it cannot look at.
  const isThere = kind === 'file' || kind === 'silent' || kind === 'unreadable';
  const isKnownFolder = kind === 'directory' && facts.folder !== undefined;
  return { ...judged, isIndexed: isThere ? facts.row !== undefined : isKnownFolder };
}

function judgeState(facts: Facts): Judged {
  const { root, roots, observed, decision, exclusion } = facts;
  if (!root) return outside(roots);
  if (decision.kind === 'keep')
    return state('not mounted', `${displayPath(decision.folder)}: ${decision.why}; what the index has of it is kept`);
  if (observed.kind === 'silent' || decision.kind === 'wait')
    return state('silent', 'its volume does not answer: what the index has of it is shown as it is');
  if (exclusion && facts.wish !== 'names') return leftOut(facts, exclusion);
  if (observed.kind === 'gone') return gone(facts);
  if (observed.kind === 'unreadable') return unreadable(facts, observed.code);
  if (observed.kind === 'other')
    return state('no file', 'it is no file: symlinks, FIFOs, sockets and devices are never read');
  if (decision.kind === 'remove')
    return state(
      'no file',
      'a symlink stands on the way to it, or it is spelled otherwise',
      'ask for the path it leads to',
    );
  if (!facts.isOpen) return closed(observed.kind === 'directory');
  return observed.kind === 'directory' ? ofFolder(facts) : ofFile(facts);
}

function state(name: WhyState, text: string, advice?: string): Judged {
  return { state: name, text, advice };
}

function outside(roots: readonly Buffer[]): Judged {
  const named = roots.length > 0 ? `: ${roots.map(displayPath).join(', ')}` : '';
  const advice = 'name its folder, too: `find-textd run DIR1 DIR2`, or `roots` in the configuration';
  return state('outside', `it is in none of the folders that are indexed${named}`, advice);
}

function leftOut(facts: Facts, { text, above, option }: Exclusion): Judged {
  const whole = above ? `, which leaves out ${displayPath(above)}` : '';
  const still = facts.row ? '; the index has it still, until find-textd looks at it' : '';
  return state('left out', `left out by ${text}${whole}${still}`, leftOutAdvice(facts, option));
}

function leftOutAdvice({ exclusion }: Facts, option: Exclusion['option']): string | undefined {
  if (option === undefined) return undefined;
  const isOwnLine = exclusion?.line !== undefined && (exclusion.file !== undefined || option === 'ignore.patterns');
  const line = isOwnLine ? 'change that line, or ' : '';
  if (option === 'ignore.patterns') return 'change that line of ignore.patterns in the configuration';
  return `${line}switch it off with \`${option} = false\` in the configuration; \`find-textd rules\` lists all`;
}

function gone(facts: Facts): Judged {
  const isKnown = facts.row !== undefined || facts.folder !== undefined;
  const still = isKnown ? '; the index has it still, and no search shows it' : '';
  return state('gone', `nothing is there${still}`, isKnown ? whatNext(facts) : undefined);
}

function unreadable({ failure }: Facts, code: string): Judged {
  if (code === 'FT_READ_DENIED') return state('closed', 'this user may not look at it: a folder above is closed to it');
  return state('failed', `it cannot be looked at${failure ? `: ${failure.message}` : ''}`);
}

function closed(isFolder: boolean): Judged {
  const text = isFolder ? 'this user may not list the folder' : 'this user may not read it; it is found by its name';
  return state('closed', text, 'find-textd reads what its user may read; a change of the permissions is seen at once');
}

function ofFolder(facts: Facts): Judged {
  if (!facts.folder || facts.decision.kind !== 'nothing') return waiting(facts);
  const { files, folders } = facts.folder;
  return state('indexed', `${counted(files, 'file')} in ${counted(folders, 'folder')}`);
}

function ofFile(facts: Facts): Judged {
  const { row, decision, observed } = facts;
  if (!row) return facts.innerPath && decision.kind === 'nothing' ? noDocument() : waiting(facts);
  const isSame = observed.kind === 'file' && isSameFile(row, observed.stat);
  // Read in the very moment of a change: the index keeps no time of it.
  const isCurrent = decision.kind === 'nothing' || decision.kind === 'touch' || (isSame && row.ctime_ms === 0);
  if (!isCurrent) return changed(facts, isSame);
  const why = whyByName(facts);
  return why === undefined ? state('indexed', foundBy(facts)) : state('by name', `by its name only: ${why}`);
}

function noDocument(): Judged {
  return state('gone', 'the index has the file, and no such document within it');
}

function foundBy({ isPartial, inner, row }: Facts): string {
  if (row?.size === 0) return 'by its name: it is empty';
  const part = isPartial ? ', of which the first part is known only' : '';
  const within = inner > 0 ? `, and ${counted(inner, 'document')} within it` : '';
  return `by its name and its text${part}${within}`;
}

/** undefined: it is found by its text. */
function whyByName({ row, failure, exclusion }: Facts): string | undefined {
  if (row?.extractor === 'failed') return failure ? failure.message : 'it could not be read';
  if (row?.extractor === 'none') return `no text is taken from ${row.type}`;
  if (row?.extractor !== 'name') return undefined;
  return exclusion ? `left out by ${exclusion.text}` : 'a rule of integrity monitoring keeps its text out';
}

function waiting(facts: Facts): Judged {
  return state('waiting', `not yet: ${whatNext(facts)}`, adviceOf(facts));
}

function changed(facts: Facts, isSame: boolean): Judged {
  const since = isSame ? 'it is read again, by what reads it better now, or says what changed' : 'it has changed since';
  return state('changed', `as it was before: ${since}; ${whatNext(facts)}`, adviceOf(facts));
}

/** When the daemon looks at it, or why it does not. */
function whatNext(facts: Facts): string {
  const { known, queued, path, nowMs } = facts;
  if (known.keeping?.kind !== 'kept' && known.keeping?.kind !== 'starting') return 'no find-textd is at work';
  if (known.rest) return `find-textd is paused ${restText(known.rest, nowMs)}`;
  const delayed = known.delayed.find((each) => each.path.equals(path));
  if (delayed) return `it goes on changing, and is read again at ${timeText(delayed.untilMs, nowMs)}`;
  if (!queued) return 'find-textd has not been told of it, and finds it when it compares the folder';
  const what = queued.path.equals(path) ? 'it' : `its folder ${displayPath(queued.path)}`;
  const again = queued.attempt > 0 ? `, after ${counted(queued.attempt, 'attempt')}` : '';
  return queued.isRunning ? `${what} is being worked on${again}` : `${what} waits in the queue${again}`;
}

function adviceOf({ known, path }: Facts): string | undefined {
  if (known.keeping?.kind === 'ended' || !known.keeping) return 'start `find-textd run`';
  return known.rest || known.keeping.kind === 'silent' ? 'see `find-textd status`' : touchAdvice(known.waiting, path);
}

function touchAdvice(waiting: number, path: Buffer): string | undefined {
  return waiting > 0 ? undefined : `if it stays so, \`touch\` ${displayPath(path)} makes find-textd look at it`;
}
