/** A search for who changed files that found nothing, where no event says who did it: why. */
import { wishesOf } from '../shared/search/look-up-changes.js';
import { type Condition, conditionsIn, type Query } from '../shared/search/query.js';
import { isAnyDoerKnown } from '../shared/store/last-changes.js';
import type { Db } from '../shared/store/open.js';

export function unknownDoers(db: Db, { filters }: Query): string | undefined {
  if (!filters.some(isOfDoer) || isAnyDoerKnown(db)) return undefined;
  return (
    'no change in the index says who made it: only the audit source knows; ' +
    '`sudo find-textd audit install` sets it up, for every folder that is indexed'
  );
}

function isOfDoer(condition: Condition): boolean {
  return [...conditionsIn(condition)].some((one) => wishesOf(one)?.some((wish) => wish.of !== 'time'));
}
