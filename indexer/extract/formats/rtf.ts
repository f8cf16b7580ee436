/**
 * Rich Text Format: the text without fonts, styles, pictures and what was deleted; notes, comments, headers and footers
 * after it. Title, author, keywords and date stand in the document. One pass of one pattern; groups cost nothing.
 */
import type { BytesExtractor } from '../extractor.js';
import { describeSummary } from './office/properties.js';
import { RtfReader } from './rtf/rtf-reader.js';

const TYPE = 'application/rtf';

export const rtfExtractor = {
  id: 'rtf',
  version: 4,
  takes: 'bytes',
  matches: { extensions: [], head: /^\s*\{\\rtf/ },
  type: TYPE,
  extract({ bytes }) {
    const { text, info, writtenMs, isCut } = new RtfReader().read(bytes);
    const summary = {
      title: info('title'),
      subject: info('subject'),
      author: info('author'),
      keywords: info('keywords'),
      comments: info('doccomm'),
      createdMs: writtenMs,
    };
    return { type: TYPE, text: Buffer.from(text), isTruncated: isCut, ...describeSummary(summary) };
  },
} satisfies BytesExtractor;
