/** A search that found nothing, of files with an ending that none has: it may be a kind that goes by another name. */
import { cleanText } from '../shared/path-text.js';
import { type Condition, conditionsIn, type Query } from '../shared/search/query.js';
import type { Db } from '../shared/store/open.js';

export function unknownEndings(db: Db, { filters }: Query): string | undefined {
  const wanted = filters.filter((filter) => !filter.isExcluded).flatMap(endingsIn);
  const hasOne = db.prepare<[string], number>('SELECT 1 FROM file WHERE ending = ? LIMIT 1');
  const unknown = wanted.filter((ending) => hasOne.get(ending) === undefined);
  if (unknown.length === 0) return undefined;
  const shown = [...new Set(unknown)].map((ending) => `.${cleanText(ending)}`).join(', ');
  return `no file in the index has the ending ${shown}; a kind is written like type:pdf, type:image, type:mail or type:code`;
}

/** Where only an ending is asked for: a kind also has types. */
function endingsIn(filter: Condition): readonly string[] {
  return [...conditionsIn(filter)].flatMap((one) =>
    one.kind === 'type' && one.types.length === 0 ? one.extensions : [],
  );
}
