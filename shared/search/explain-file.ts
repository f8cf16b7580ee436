/** Does one file match a query, at which rank, and what keeps it back? Asked once: it may cost what a long list costs. */
import { displayPath } from '../path-text.js';
import type { Db } from '../store/open.js';
import { timeText } from '../who-text.js';
import { FIELDS } from './fields.js';
import { toSqlCondition } from './filter-sql.js';
import { missingWords, termText } from './missing-words.js';
import type { Condition, Filter, Query } from './query.js';
import type { ScoreParts } from './rank.js';
import { type Hit, type QueryOptions, readQuery, search } from './search.js';

export interface FileExplanation {
  /** It is among the hits, or in a list of all of them. */
  readonly isFound: boolean;
  /** Among the hits, from 1; undefined: it is none of the first `LOOKED_AT`. */
  readonly rank: number | undefined;
  readonly total: number;
  readonly isTotalExact: boolean;
  readonly score: number | undefined;
  readonly parts: ScoreParts | undefined;
  /** Words that it does not have; of alternatives all. */
  readonly missing: readonly string[];
  /** Words that it has and must not have. */
  readonly unwanted: readonly string[];
  /** Conditions that do not hold for it. */
  readonly unmet: readonly string[];
  /** The query that was searched instead, its words repaired. */
  readonly searched: string | undefined;
}

/** Of so many hits it is looked for among. */
export const LOOKED_AT = 200;

/** @param fileId  of a file in the index. @throws FindTextError FT_QUERY_SYNTAX */
export function explainFile(db: Db, text: string, fileId: number, options: QueryOptions): FileExplanation {
  const query = readQuery(db, text, options);
  const parts = db
    .prepare<[number], number>('SELECT id FROM part WHERE file_id = ? AND inner_path IS NOT NULL')
    .pluck();
  const own = [fileId, ...parts.all(fileId)];
  const { hits, total, isTotalExact, corrections, searched } = search(db, text, {
    ...options,
    limit: LOOKED_AT,
    explains: true,
  });
  const at = hits.findIndex(({ id }) => own.includes(id));
  const hit = hits[at];
  // Of the documents within the file the one that lacks least.
  const lacking = own.map((id) => whatIsLacking(db, query, id)).sort((a, b) => countOf(a) - countOf(b));
  const least = lacking[0] as Lacking;
  const isRepaired = corrections.length > 0;
  return {
    isFound: hit !== undefined || countOf(least) === 0,
    rank: hit && at + 1,
    total,
    isTotalExact,
    score: hit?.score,
    parts: partsOf(hit),
    ...least,
    // It has them in the middle of its name, or as a message has them.
    ...(isRepaired || !hit?.isWhole ? {} : { missing: [] }),
    searched: isRepaired ? searched : undefined,
  };
}

function partsOf(hit: Hit | undefined): ScoreParts | undefined {
  return hit?.parts?.();
}

type Lacking = Pick<FileExplanation, 'missing' | 'unwanted' | 'unmet'>;

function countOf({ missing, unwanted, unmet }: Lacking): number {
  return missing.length + unwanted.length + unmet.length;
}

function whatIsLacking(db: Db, query: Query, id: number): Lacking {
  const isMet = (part: Partial<Query>) => holdsFor(db, { ...NOTHING, ...part }, id);
  return {
    missing: missingWords(db, query, id),
    unwanted: query.excluded.filter((term) => !isMet({ excluded: [term] })).map(termText),
    unmet: conditionsOf(query)
      .filter((filters) => !isMet({ filters }))
      .map((filters) => filters.map(conditionText).join(' or ')),
  };
}

const NOTHING: Query = { groups: [], excluded: [], filters: [], misread: [] };

function holdsFor(db: Db, query: Query, id: number): boolean {
  const { sql, parameters } = toSqlCondition(query, db);
  const asked = `SELECT EXISTS (SELECT 1 FROM part AS one WHERE one.id = :id ${sql('one.id')})`;
  return (
    db
      .prepare<unknown[], number>(asked)
      .pluck()
      .get({ ...parameters, id }) === 1
  );
}

/** Of several types any one is enough, of several folders, too. */
function conditionsOf({ filters }: Query): Filter[][] {
  const alternatives = (['type', 'folder'] as const).map((kind) =>
    filters.filter((filter) => filter.kind === kind && !filter.isExcluded),
  );
  const others = filters.filter((filter) => !alternatives.flat().includes(filter));
  return [...alternatives, ...others.map((filter) => [filter])].filter(({ length }) => length > 0);
}

function conditionText(filter: Filter): string {
  return `${filter.isExcluded ? 'not ' : ''}${textOf(filter)}`;
}

/** As a range may be typed, with both ends in it. */
function spanText({ field, from, to }: Extract<Condition, { kind: 'span' }>): string {
  const endText = FIELDS[field].takes === 'date' ? timeText : String;
  const [first, last] = [from, to - 1].map((end) => (Number.isFinite(end) ? endText(end) : ''));
  return `${field}:${first}..${last}`;
}

function textOf(condition: Condition): string {
  switch (condition.kind) {
    case 'type':
      return [
        ...condition.types.map((type) => `type:${type}`),
        ...condition.extensions.map((each) => `ext:${each}`),
      ].join(' or ');
    case 'folder':
      return `in:${displayPath(condition.path)}`;
    case 'property':
      return `${condition.field}:${condition.words.join(' ')}`;
    case 'span':
      return spanText(condition);
    case 'doer':
    case 'files':
      return 'its last change (by:, with:, changed:)';
    case 'name':
      return `name:${condition.pattern}`;
    case 'words':
      return condition.terms.map(termText).join(' or ');
    case 'either':
      return condition.conditions.map(textOf).join(' or ');
    case 'all':
      return condition.conditions.map(textOf).join(' and ');
    case 'not':
      return `not ${textOf(condition.condition)}`;
  }
}
