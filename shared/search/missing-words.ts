/** Which words of a query a document does not have, as they may be typed. Used for hits and by `find-textd why`. */
import type { Db } from '../store/open.js';
import { toSqlCondition } from './filter-sql.js';
import { FullText } from './full-text.js';
import { groupExpressions } from './match-expression.js';
import type { Group, Query, Term } from './query.js';

/** @param held  bit i is set when it has group i. */
export function wordsBeside({ groups }: Query, held: number): string[] {
  return groups.filter((_, i) => (held & (1 << i)) === 0).map(groupText);
}

/** Of a document of which that is not known; of alternatives all. */
export function missingWords(db: Db, query: Query, id: number): string[] {
  const all: Query = { groups: [], excluded: [], filters: [], misread: [] };
  const fullText = new FullText(db, toSqlCondition(all, db));
  const expressions = groupExpressions(query);
  const missing = query.groups.filter((_, at) => {
    const { body, begunBody = body, names } = expressions[at] as (typeof expressions)[number];
    const isInText = begunBody !== undefined && fullText.among('body', begunBody, [id]).length > 0;
    return !isInText && fullText.among('names', names, [id]).length === 0;
  });
  return missing.map(groupText);
}

/** As it may be typed. */
export function termText({ text, kind, field, near }: Term): string {
  const prefix = field === 'any' ? '' : `${field}:`;
  if (near) return `${prefix}NEAR/${near.words} of ${near.texts.join(', ')}`;
  return prefix + (kind === 'phrase' ? `"${text}"` : kind === 'prefix' ? `${text}*` : text);
}

function groupText(group: Group): string {
  return group.map(termText).join(' or ');
}
