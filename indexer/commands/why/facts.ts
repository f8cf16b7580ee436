/**
 * All that is known of one path: what the disk shows, what the rules say, what the index has, what waits. What is to be
 * done with it is decided by the code of the daemon, with the configuration as it is now. Changes nothing.
 */
import { homedir } from 'node:os';
import { queryOptions } from '../../../shared/answer/answer.js';
import { judge, type Reason } from '../../../shared/answer/judge.js';
import { type Knowledge, readKnowledge } from '../../../shared/answer/knowledge.js';
import type { OpenIndex } from '../../../shared/answer/open-index.js';
import { readMountedParts } from '../../../shared/mounts.js';
import { WITHIN } from '../../../shared/path-text.js';
import { isWithin, outermost, overlap, rangeBelow } from '../../../shared/path-within.js';
import { splitPath } from '../../../shared/paths.js';
import { explainFile, type FileExplanation } from '../../../shared/search/explain-file.js';
import { joinArguments } from '../../../shared/search/join-arguments.js';
import { type DocumentRow, Documents } from '../../../shared/store/documents.js';
import { type Failure, Failures } from '../../../shared/store/failures.js';
import { Meta } from '../../../shared/store/meta.js';
import type { Db } from '../../../shared/store/open.js';
import { type KeptEvent, readEvents } from '../../../shared/store/read-events.js';
import { PRIORITY } from '../../../shared/types.js';
import { isSilent } from '../../disk/looks.js';
import { isOpenAt, type Observed, observe } from '../../disk/observe.js';
import { EXTRACTOR_VERSIONS } from '../../extract/extractor-versions.js';
import { type OwnExtractor, ownVersions } from '../../extract/own/own-extractor.js';
import { REDACTED } from '../../extract/redacting.js';
import { type Exclusion, findExclusion } from '../../rules/exclusion.js';
import type { IgnoreLookup } from '../../rules/ignore-lookup.js';
import { MOUNTS_KEY, MountMemory } from '../../volumes/mount-memory.js';
import type { Versions } from '../../work/compare.js';
import { type Decision, decide } from '../../work/decide.js';
import { isAbsent, type Looked, lookAt } from '../../work/look.js';
import { withNameOnly } from '../../work/name-only.js';
import { whyAbsent } from '../../work/why-absent.js';
import type { Secrecy, Wish } from '../../work/wish.js';
import { readRoots } from '../status.js';
import { type ConfiguredLimits, type FileLimits, limitsOf, type ReadFile } from './file-limits.js';

export interface Facts {
  readonly path: Buffer;
  /** Of the document within the file that was asked about; undefined: it is about the file. */
  readonly innerPath: Buffer | undefined;
  readonly nowMs: number;
  readonly roots: readonly Buffer[];
  /** The one it is in; undefined: it is in none. */
  readonly root: Buffer | undefined;
  readonly observed: Observed;
  /** Where a file is read: this user may. */
  readonly isOpen: boolean;
  /** Undefined also where the rules cannot be asked now: its volume does not answer. */
  readonly exclusion: Exclusion | undefined;
  readonly wish: Wish;
  readonly decision: Decision;
  /** Of a document within the file: with what is its own. */
  readonly row: DocumentRow | undefined;
  /** Of its document the first part is known only. */
  readonly isPartial: boolean;
  /** Documents within it. */
  readonly inner: number;
  /** What the index has at and below it as a folder; undefined: it knows no such folder. */
  readonly folder: { readonly files: number; readonly folders: number } | undefined;
  readonly failure: Failure | undefined;
  /** How much is read of such a file; undefined: it is not in the index. */
  readonly limits: FileLimits | undefined;
  readonly queued: Queued | undefined;
  readonly known: Knowledge;
  /** Why what is said of it may be wrong, or lack something. */
  readonly reasons: readonly Reason[];
  readonly lastEvent: KeptEvent | undefined;
  /** Undefined: no query was given. */
  readonly query: QueryFacts | undefined;
}

export interface QueryFacts {
  readonly text: string;
  /** Undefined: the index does not have the file. */
  readonly explained: FileExplanation | undefined;
}

/** It waits in the queue, or a folder does that it is in. */
export interface Queued {
  readonly path: Buffer;
  readonly isRunning: boolean;
  readonly attempt: number;
}

export interface AskedOf {
  readonly rules: IgnoreLookup;
  readonly roots: readonly Buffer[];
  readonly secrecy: Secrecy | undefined;
  readonly limits: ConfiguredLimits;
  /** Commands that read files. */
  readonly commands: readonly OwnExtractor[];
  /** Its words as they were typed; none: nothing is searched for. */
  readonly query: readonly string[];
}

export function indexedRoots(index: OpenIndex): Buffer[] {
  return outermost(readRoots(index).map(({ path }) => path));
}

/** @param place  real up to its folder; perhaps of a document within a file, as hits show it. */
export async function gather(place: Buffer, index: OpenIndex, asked: AskedOf): Promise<Facts> {
  const { db } = index;
  const nowMs = Date.now();
  const documents = new Documents(db);
  const { path, innerPath, file, row } = await meantBy(place, db, documents);
  const root = asked.roots.find((each) => isWithin(path, each));
  const observed = await observe(path);
  const known = readKnowledge(index, nowMs, (scope) => overlap(path, scope) !== undefined);
  const failure = new Failures(db).find(path);
  return {
    path,
    innerPath,
    nowMs,
    roots: asked.roots,
    root,
    observed,
    ...(await decided(path, observed, { ...asked, db, documents, row: file })),
    exclusion: root && observed.kind !== 'silent' ? exclusionOf(path, root, observed, asked.rules) : undefined,
    row,
    ...readPart(db, row),
    folder: documents.directories.find(path) && readFolder(db, path),
    failure,
    limits: file && limitsOf({ row: file, failure, ...readPart(db, file), ...readLimits(db, file) }, asked.limits),
    queued: readQueued(db, path),
    known,
    reasons: judge(known, (scope) => overlap(path, scope) !== undefined),
    lastEvent: lastEventOf(db, path),
    query: asked.query.length === 0 ? undefined : explained(index, asked.query, row, nowMs),
  };
}

interface Meant extends Pick<Facts, 'path' | 'innerPath' | 'row'> {
  readonly file: DocumentRow | undefined;
}

/** The file of that name, else a document within one. */
async function meantBy(place: Buffer, db: Db, documents: Documents): Promise<Meant> {
  const file = documents.find(place);
  const whole: Meant = { path: place, innerPath: undefined, file, row: file };
  if (!place.includes(WITHIN) || file || (await observe(place)).kind !== 'gone') return whole;
  const within: Meant[] = [];
  for (let at = place.indexOf(WITHIN); at >= 0; at = place.indexOf(WITHIN, at + 1)) {
    const [path, innerPath] = [place.subarray(0, at), place.subarray(at + Buffer.byteLength(WITHIN))];
    const holder = documents.find(path);
    if (holder) within.push({ path, innerPath, file: holder, row: documentWithin(db, holder, innerPath) });
  }
  return within.find(({ row }) => row) ?? within[0] ?? whole;
}

function documentWithin(db: Db, file: DocumentRow, innerPath: Buffer): DocumentRow | undefined {
  const sql = 'SELECT id, type, title, extractor, extractor_version FROM part WHERE file_id = ? AND inner_path = ?';
  const own = db.prepare<[number, Buffer], Partial<DocumentRow>>(sql).get(file.id, innerPath);
  return own && { ...file, ...own };
}

function explained(
  index: OpenIndex,
  words: readonly string[],
  row: DocumentRow | undefined,
  nowMs: number,
): QueryFacts {
  const canLook = (path: Uint8Array) => !isSilent(path);
  const options = queryOptions(index, { nowMs, home: homedir(), cwd: process.cwd(), canLook });
  const text = joinArguments(words, { ...options, isFolder: () => false });
  return { text, explained: row && explainFile(index.db, text, row.id, options) };
}

function exclusionOf(path: Buffer, root: Buffer, { kind }: Observed, rules: IgnoreLookup): Exclusion | undefined {
  return findExclusion(rules, path, { root, isDirectory: kind === 'directory' });
}

interface Compared extends AskedOf {
  readonly db: Db;
  readonly documents: Documents;
  readonly row: DocumentRow | undefined;
}

/** As the path worker does. */
async function decided(
  path: Buffer,
  observed: Observed,
  compared: Compared,
): Promise<Pick<Facts, 'decision' | 'wish' | 'isOpen'>> {
  const entry = { path, scope: 'path', priority: PRIORITY.interactive, attempt: 0 } as const;
  const [looked] = await lookAt([{ ...entry, renamedFrom: null, isAttributes: 0 }], compared);
  const { wish = 'index' } = looked as Looked;
  const isOpen = await isOpenAt(path, observed);
  return { wish, isOpen, decision: await decisionOf(looked as Looked, isOpen, compared) };
}

async function decisionOf(looked: Looked, isOpen: boolean, compared: Compared): Promise<Decision> {
  const { wish = 'index', entry, observed } = looked;
  const { db, documents, row, roots } = compared;
  const versions = versionsFor(row, compared);
  if (isAbsent(looked)) {
    const volumes = new MountMemory(new Meta(db).get(MOUNTS_KEY), roots, readMountedParts);
    return decide(await whyAbsent(entry.path, looked.observed, { roots, documents, volumes }), {}, wish, versions);
  }
  if (observed.kind === 'directory') {
    const known = documents.directories.find(entry.path);
    const isFolder = known?.ino === observed.stat.ino;
    return decide({ ...observed, isOpenAsBefore: isOpen }, { isFolder }, wish, versions);
  }
  return observed.kind === 'file' ? decide(observed, { row }, wish, versions) : { kind: 'wait' };
}

/** What is redacted is known to the daemon alone by its version: what the index has is taken for current. */
function versionsFor(row: DocumentRow | undefined, { secrecy, commands }: AskedOf): Versions {
  const versions = withNameOnly({ ...EXTRACTOR_VERSIONS, ...ownVersions(commands) });
  const isOfDaemon = secrecy && row && (row.extractor === REDACTED || row.extractor === 'failed');
  return isOfDaemon ? { ...versions, [row.extractor]: row.extractor_version } : versions;
}

function readPart(db: Db, row: DocumentRow | undefined): Pick<Facts, 'isPartial' | 'inner'> {
  if (!row) return { isPartial: false, inner: 0 };
  const partial = db.prepare<[number], number>('SELECT is_truncated FROM part WHERE id = ?').pluck().get(row.id);
  const inner = db.prepare<[number], number>('SELECT count(*) FROM part WHERE file_id = ? AND inner_path IS NOT NULL');
  return { isPartial: partial === 1, inner: inner.pluck().get(row.id) ?? 0 };
}

/** pages: 0: it has none, or does not say how many. */
function readLimits(db: Db, { id }: DocumentRow): Pick<ReadFile, 'pages' | 'met'> {
  const pages = db.prepare<[number], number>(`SELECT value FROM property WHERE part_id = ? AND field = 'pages'`);
  const met = db.prepare<[number], string>('SELECT met FROM part WHERE id = ?').pluck().get(id) ?? '';
  return { pages: pages.pluck().get(id) ?? 0, met: met.split(',') };
}

function readFolder(db: Db, path: Buffer): Facts['folder'] {
  const { from, to } = rangeBelow(path);
  const sql = `SELECT count(DISTINCT dir.id) AS folders, count(file.id) AS files
    FROM dir LEFT JOIN file ON dir_id = dir.id WHERE dir.path = ? OR (dir.path >= ? AND dir.path < ?)`;
  return db.prepare<[Buffer, Buffer, Buffer], { files: number; folders: number }>(sql).get(path, from, to);
}

/** Its own entry, else that of the nearest folder above that is to be compared. */
function readQueued(db: Db, path: Buffer): Queued | undefined {
  const entry = db.prepare<[Buffer], { scope: string; taken: number; attempt: number }>(
    'SELECT scope, taken, attempt FROM queue WHERE path = ?',
  );
  for (let at = path; ; at = splitPath(at).directory) {
    const found = entry.get(at);
    if (found && (at === path || found.scope === 'tree'))
      return { path: at, isRunning: found.taken > 0, attempt: found.attempt };
    if (at.length === 1) return undefined;
  }
}

function lastEventOf(db: Db, path: Buffer): KeptEvent | undefined {
  let last: KeptEvent | undefined;
  for (const event of readEvents(db, { afterSequence: 0, sinceMs: 0, path })) last = event;
  return last;
}
