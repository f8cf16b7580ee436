/**
 * What the extractors of Word, Excel and PowerPoint before 2007 share. A compound file is the document whose stream
 * stands at its top: others may be in it. Of one that is encrypted or damaged it is said so.
 */
import type { BytesExtractor } from '../extractor.js';
import { describeSummary } from '../formats/office/properties.js';
import { extensionOf } from '../media-type.js';
import { MAX_WHOLE_BYTES } from '../tree-limits.js';
import { CompoundFile, isCompoundFile, NO_STREAM, type Stream } from './compound-file.js';
import { encrypted, failed } from './failures.js';
import { readSummary } from './summary.js';

const ENCRYPTED = 'EncryptedPackage';
/** Streams by which a document is known, those that count more first. */
const MAIN_STREAMS = [ENCRYPTED, 'Workbook', 'Book', 'PowerPoint Document', 'WordDocument'] as const;

type MainStream = (typeof MAIN_STREAMS)[number];

export interface CompoundText {
  readonly text: string;
  /** Not all of it was read. */
  readonly isCut: boolean;
}

export interface CompoundFormat extends Pick<BytesExtractor, 'id' | 'version' | 'type'> {
  readonly extensions: readonly string[];
  readonly streams: readonly Exclude<MainStream, typeof ENCRYPTED>[];
  /** 'document of Word' */
  readonly what: string;
  /** @returns undefined when it is none. @throws FindTextError FT_EXTRACT_FAILED that says why there is no text. */
  readonly read: (file: CompoundFile, main: Stream) => CompoundText | undefined;
}

export function compoundExtractor({ extensions, streams, what, read, ...format }: CompoundFormat): BytesExtractor {
  const damaged = () => failed(`it holds no ${what}, or is damaged`);
  return {
    ...format,
    takes: 'bytes',
    matches: { extensions, head: /^\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1/ },
    wholeUpTo: MAX_WHOLE_BYTES,
    extract({ name, bytes }) {
      const file = CompoundFile.open(bytes);
      const main = MAIN_STREAMS.find((one) => file?.hasAtTop(one));
      if (main === ENCRYPTED) throw encrypted();
      if (file && main !== undefined && streams.includes(main)) {
        const stream = file.stream(main) ?? NO_STREAM;
        const found = read(file, stream);
        if (!found || (found.text === '' && stream.isCut)) throw damaged();
        const isTruncated = stream.isCut || found.isCut;
        return { type: format.type, ...describeSummary(readSummary(file)), text: Buffer.from(found.text), isTruncated };
      }
      if (main === undefined && isCompoundFile(bytes) && extensions.includes(extensionOf(name))) throw damaged();
      return undefined;
    },
  };
}
