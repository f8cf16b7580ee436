/**
 * Conditions on the last change of a file → the files for which they hold, once for a query. A query without such
 * conditions costs nothing.
 */
import { type ChangeWish, filesLastChanged } from '../store/last-changes.js';
import type { Db } from '../store/open.js';
import { columnOf } from './fields.js';
import type { Condition, Query } from './query.js';

export function lookUpChanges(db: Db, query: Query): Query {
  const filters = query.filters.map((filter) => ({ ...lookUp(db, filter), isExcluded: filter.isExcluded }));
  return { ...query, filters };
}

function lookUp(db: Db, condition: Condition): Condition {
  if (condition.kind === 'not') return { kind: 'not', condition: lookUp(db, condition.condition) };
  if (condition.kind === 'either' || condition.kind === 'all')
    return { kind: condition.kind, conditions: condition.conditions.map((each) => lookUp(db, each)) };
  const wishes = wishesOf(condition);
  return wishes ? { kind: 'files', ids: filesLastChanged(db, wishes) } : condition;
}

/** @returns undefined when it is about something else. */
export function wishesOf(condition: Condition): readonly ChangeWish[] | undefined {
  if (condition.kind === 'doer') return condition.wishes;
  if (condition.kind !== 'span' || columnOf(condition.field) !== 'last change') return undefined;
  return [{ of: 'time', from: condition.from, to: condition.to }];
}
