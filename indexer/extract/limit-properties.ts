/** What a document says of itself, within limits. Pure. */
import type { Property } from '../../shared/types.js';
import { toWords } from '../../shared/words/words.js';
import { cleanTitle } from './title.js';

/** Of one document; a field's value is a few words. */
const MAX_PROPERTIES = 32;
const MAX_VALUE = 200;

export function limitProperties(properties: readonly Property[]): readonly Property[] {
  return properties.slice(0, MAX_PROPERTIES).map(limitValue);
}

function limitValue({ field, value }: Property): Property {
  if (typeof value === 'number') return { field, value };
  const text = cleanTitle(value.slice(0, MAX_VALUE));
  return { field, value: text, words: toWords(text) };
}
