/** What a document says of itself: each value as a property of its own. Pure. */
import type { PropertyName } from '../../shared/search/fields.js';
import type { Property } from '../../shared/types.js';

export function told(field: PropertyName, values: readonly (string | number)[]): Property[] {
  return values.map((value) => ({ field, value }));
}
