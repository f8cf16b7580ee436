/**
 * Plain text, source code, configuration, JSON, CSV: the file's own bytes are its text.
 * Only prose has a title (its first line of words); in source code the first line is a licence or an include.
 */

import type { TextExtractor, TextInput } from '../extractor.js';
import { extensionOf } from '../media-type.js';
import { cleanTitle, firstLines } from '../title.js';

const PROSE = new Set(['', 'txt', 'text', 'asc', 'nfo']);
const MAX_HEADING = 160;
/** A line that begins like this is a comment, markup or data, not a heading. */
const NOT_PROSE = /^(?:#|\/[/*]|--|;|%|"|<|\{|\[|\||@|\$|!|\.)/;

export const textExtractor = {
  id: 'text',
  version: 1,
  takes: 'text',
  // XML in form, but programs and grammars: what they say stands in their tags.
  matches: { extensions: ['xsl', 'xslt', 'xsd', 'dtd', 'ent', 'rng', 'wsdl'] },
  type: 'text/plain',
  extract: (file) => ({ title: PROSE.has(extensionOf(file.name)) ? proseTitle(file) : '', text: file.bytes }),
} satisfies TextExtractor;

/**
 * The first line with words, bullets stripped: `* Two Wire Interface` → 'Two Wire Interface'. '' if it looks like code.
 */
function proseTitle(file: TextInput): string {
  const line = firstLines(file.bytes)
    .slice(0, 20)
    .map((text) => text.trim())
    .find((text) => /\p{L}{2}/u.test(text));
  if (line === undefined || NOT_PROSE.test(line) || line.length > MAX_HEADING) return '';
  return cleanTitle(line.replace(/^[*=\-+\s]+|[*=\-\s]+$/g, ''));
}
