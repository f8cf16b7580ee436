/** What a document says of itself: each value as a property of its own, and all of them as words. Pure. */
import type { PropertyName } from '../../shared/search/fields.js';
import type { Property } from '../../shared/types.js';

export function told(field: PropertyName, values: readonly (string | number)[]): Property[] {
  return values.map((value) => ({ field, value }));
}

/** Who wrote it and what it is about are found without the field, too. */
export function wordsOf(properties: readonly Property[]): string[] {
  return properties.flatMap(({ field, value }) => (typeof value === 'string' && field !== 'language' ? value : []));
}
