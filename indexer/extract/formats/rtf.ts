/**
 * Rich Text Format: the text without fonts, styles, pictures and what was deleted; notes, comments, headers and footers
 * after it. Title, author, keywords and date stand in the document. One pass of one pattern; groups cost nothing.
 */
import type { Property } from '../../../shared/types.js';
import type { BytesExtractor } from '../extractor.js';
import { cleanTitle } from '../title.js';
import { listed } from './office/properties.js';
import { RtfReader } from './rtf/rtf-reader.js';

const TYPE = 'application/rtf';

export const rtfExtractor = {
  id: 'rtf',
  version: 1,
  takes: 'bytes',
  matches: { extensions: [], head: /^\s*\{\\rtf/ },
  type: TYPE,
  extract({ bytes }) {
    const { text, info, writtenMs } = new RtfReader().read(bytes);
    const told = (field: string, values: readonly string[]) => values.map((value) => ({ field, value }));
    const properties: Property[] = [
      ...told('author', listed(info('author'), /;/)),
      ...(writtenMs === undefined ? [] : [{ field: 'written', value: writtenMs }]),
      ...told('tag', listed(info('keywords'), /[,;]/)),
    ];
    return {
      type: TYPE,
      title: cleanTitle(info('title')),
      text: Buffer.from(text),
      markup: Buffer.from([info('subject'), info('doccomm')].filter((one) => one !== '').join('\n')),
      properties,
    };
  },
} satisfies BytesExtractor;
