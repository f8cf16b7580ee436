/**
 * Of which kinds the documents are that match a query, in which folders, and from when: for front ends that narrow a
 * search by pointing. Each facet has the condition that leaves its documents when it is added to the query. Bounded: of
 * many documents the first ones are counted.
 */
import { displayPath, isUtf8Path } from '../path-text.js';
import type { Db } from '../store/open.js';
import { toWholeCondition } from './filter-sql.js';
import { tryDate } from './parse-date.js';
import { kindsOf } from './parse-filter.js';
import { type QueryOptions, readQuery } from './search.js';

export interface Facet {
  readonly term: string;
  readonly text: string;
  readonly count: number;
}

export interface Facets {
  /** A document may be of several; the most frequent first. */
  readonly kinds: readonly Facet[];
  /** Those below the deepest folder that has all of them; the most frequent first. */
  readonly folders: readonly Facet[];
  /** Each holds those before it, but for the last. */
  readonly times: readonly Facet[];
  /** False: there are more documents than were counted. */
  readonly isWhole: boolean;
}

export interface FacetOptions extends QueryOptions {
  /** So many documents are counted. */
  readonly most: number;
}

type Row = readonly [type: string, ending: string, directory: Buffer, mtimeMs: number];

const SHOWN = 8;
const SLASH = 0x2f;
/** In quotes it would mean something else. */
const UNQUOTABLE = /["|\\]/;
const TIMES = [
  ['today', 'today'],
  ['7d', 'last 7 days'],
  ['1m', 'last month'],
  ['1y', 'last year'],
  ['>1y', 'older'],
] as const;

/** @throws FindTextError FT_QUERY_SYNTAX */
export function facets(db: Db, text: string, options: FacetOptions): Facets {
  const rows = matching(db, text, options);
  const counted = rows.slice(0, options.most);
  return {
    kinds: kindFacets(counted),
    folders: folderFacets(counted),
    times: timeFacets(counted, options.nowMs),
    isWhole: rows.length <= options.most,
  };
}

function matching(db: Db, text: string, options: FacetOptions): readonly Row[] {
  const { sql, parameters } = toWholeCondition(readQuery(db, text, options), db);
  return db
    .prepare<unknown[], Row>(
      `SELECT type, iif(inner_path IS NULL, ending, ''), dir.path, of_file.mtime_ms
      FROM part AS one JOIN file AS of_file ON of_file.id = file_id JOIN dir ON dir.id = dir_id
      WHERE true ${sql('one.id')} LIMIT ${options.most + 1}`,
    )
    .raw()
    .all(parameters);
}

function kindFacets(rows: readonly Row[]): readonly Facet[] {
  const known = new Map<string, readonly string[]>();
  const counts = new Map<string, number>();
  for (const [type, ending] of rows) {
    const key = `${type} ${ending}`;
    const kinds = known.get(key) ?? kindsOf(type, ending);
    known.set(key, kinds);
    for (const kind of kinds) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return mostFrequent(counts).map(([kind, count]) => ({ term: `type:${kind}`, text: kind, count }));
}

function folderFacets(rows: readonly Row[]): readonly Facet[] {
  const directories = rows.map(([, , directory]) => directory);
  const [first = Buffer.alloc(0)] = directories;
  const common = directories.reduce(commonFolder, first);
  const counts = new Map<string, number>();
  for (const directory of directories) {
    const below = nextBelow(directory, common)?.toString('latin1');
    if (below !== undefined) counts.set(below, (counts.get(below) ?? 0) + 1);
  }
  return mostFrequent(counts).flatMap(([latin1, count]) => folderFacet(Buffer.from(latin1, 'latin1'), count) ?? []);
}

function folderFacet(path: Buffer, count: number): Facet | undefined {
  const text = path.toString();
  if (!isUtf8Path(path) || UNQUOTABLE.test(text)) return undefined;
  return { term: `in:"${text}"`, text: displayPath(path.subarray(path.lastIndexOf(SLASH) + 1)), count };
}

/** The deepest folder that holds both, or is one of them. */
function commonFolder(one: Buffer, other: Buffer): Buffer {
  if (one.equals(other)) return one;
  let end = 0;
  for (let at = 0; at <= one.length && at <= other.length; at++) {
    const [a, b] = [one[at] ?? SLASH, other[at] ?? SLASH];
    if (a === SLASH && b === SLASH) end = at;
    if (a !== b) break;
  }
  return one.subarray(0, end);
}

function nextBelow(directory: Buffer, common: Buffer): Buffer | undefined {
  if (directory.length <= common.length) return undefined;
  const end = directory.indexOf(SLASH, common.length + 1);
  return end < 0 ? directory : directory.subarray(0, end);
}

function timeFacets(rows: readonly Row[], nowMs: number): readonly Facet[] {
  return TIMES.flatMap(([value, text]) => {
    const span = tryDate(value, nowMs);
    const count = rows.filter(([, , , ms]) => span && ms >= span.from && ms < span.to).length;
    return count > 0 ? { term: `modified:${value}`, text, count } : [];
  });
}

function mostFrequent(counts: ReadonlyMap<string, number>): readonly (readonly [string, number])[] {
  return [...counts].sort(([, one], [, other]) => other - one).slice(0, SHOWN);
}
