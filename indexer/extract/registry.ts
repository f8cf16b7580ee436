/**
 * Which extractor for which file. Called by extract-content.ts. A new format is one file in formats/ and one entry
 * here. Formats of bytes come first, by the beginning of the file or its extension. Text goes by extension first, then by
 * content.
 */

import { isBinary } from './decode.js';
import type { BytesExtractor, Extractor, TextExtractor } from './extractor.js';
import { calendarExtractor, vcardExtractor } from './formats/cards.js';
import { desktopEntryExtractor } from './formats/desktop-entry.js';
import { docExtractor } from './formats/doc.js';
import { epubExtractor } from './formats/epub.js';
import { fb2Extractor, fb2ZipExtractor } from './formats/fb2.js';
import { fontExtractor } from './formats/font.js';
import { htmlExtractor } from './formats/html.js';
import { imageExtractor } from './formats/image.js';
import { latexExtractor } from './formats/latex.js';
import { macWordExtractor } from './formats/mac-word.js';
import { mailExtractor } from './formats/mail/mail.js';
import { mboxExtractor } from './formats/mail/mbox.js';
import { manExtractor } from './formats/man.js';
import { markupExtractor } from './formats/markup.js';
import { mediaExtractor } from './formats/media/media.js';
import { notebookExtractor } from './formats/notebook.js';
import { officeOpenExtractor } from './formats/office-open.js';
import { flatOpenDocumentExtractor, openDocumentExtractor } from './formats/open-document.js';
import { pdfExtractor } from './formats/pdf.js';
import { pptExtractor } from './formats/ppt.js';
import { rtfExtractor } from './formats/rtf.js';
import { sqliteExtractor } from './formats/sqlite.js';
import { subtitlesExtractor } from './formats/subtitles.js';
import { tarExtractor } from './formats/tar.js';
import { textExtractor } from './formats/text.js';
import { xlsExtractor } from './formats/xls.js';
import { xmlExtractor } from './formats/xml.js';
import { zipExtractor } from './formats/zip.js';
import { extensionOf, textTypeOf } from './media-type.js';
import { scriptType } from './sniff.js';

export const EXTRACTORS: readonly Extractor[] = [
  textExtractor,
  markupExtractor,
  htmlExtractor,
  latexExtractor,
  notebookExtractor,
  subtitlesExtractor,
  vcardExtractor,
  calendarExtractor,
  desktopEntryExtractor,
  flatOpenDocumentExtractor,
  fb2Extractor,
  xmlExtractor,
  manExtractor,
  imageExtractor,
  rtfExtractor,
  // Before the documents of Word: workbooks and presentations may have such in them.
  xlsExtractor,
  pptExtractor,
  docExtractor,
  macWordExtractor,
  officeOpenExtractor,
  openDocumentExtractor,
  epubExtractor,
  fb2ZipExtractor,
  tarExtractor,
  mboxExtractor,
  mailExtractor,
  // Behind the documents that are zip archives too, however they were zipped.
  zipExtractor,
  pdfExtractor,
  fontExtractor,
  mediaExtractor,
  sqliteExtractor,
];

/** What stands in the index for content that no extractor reads. */
export const NO_EXTRACTOR = { id: 'none', version: 5 } as const;

export interface Choice {
  readonly extractor: TextExtractor;
  /** Media type of the file. */
  readonly type: string;
}

export type Piecewise = BytesExtractor & Required<Pick<BytesExtractor, 'cut'>>;

const HEAD_BYTES = 1024;

export class Registry {
  readonly #ofText: readonly TextExtractor[];
  readonly #ofBytes: readonly BytesExtractor[];
  readonly #byExtension: ReadonlyMap<string, TextExtractor>;
  readonly #bytesByExtension: ReadonlyMap<string, BytesExtractor>;

  constructor(extractors: readonly Extractor[]) {
    this.#ofText = extractors.filter((one) => one.takes === 'text');
    this.#ofBytes = extractors.filter((one) => one.takes === 'bytes');
    this.#byExtension = byExtension(this.#ofText);
    this.#bytesByExtension = byExtension(this.#ofBytes);
  }

  /**
   * Who takes the file as it is: those that its beginning or its extension names, in the order of the list.
   * @param name  without `.gz`.
   */
  chooseForBytes(name: string, bytes: Buffer): readonly BytesExtractor[] {
    const head = headOf(bytes);
    const named = this.#bytesByExtension.get(extensionOf(name));
    return this.#ofBytes.filter((one) => one === named || one.matches.head?.test(head));
  }

  /** The extractor of that name, if its files can be read piece by piece. */
  piecewise(id: string): Piecewise | undefined {
    return this.#ofBytes.find((one): one is Piecewise => one.id === id && one.cut !== undefined);
  }

  /** The one for a file that begins so. */
  piecewiseFor(name: string, bytes: Buffer): Piecewise | undefined {
    return this.chooseForBytes(name, bytes).find((one): one is Piecewise => one.cut !== undefined);
  }

  /** Most bytes of a file that begins so and is read whole or not at all; 0: its beginning is of use. */
  wholeUpTo(bytes: Buffer): number {
    const head = headOf(bytes);
    const seen = this.#ofBytes.filter(({ matches, wholeUpTo }) => wholeUpTo && matches.head?.test(head));
    return Math.max(0, ...seen.map(({ wholeUpTo = 0 }) => wholeUpTo));
  }

  /** Whether the first 64 kB tell all that is taken of a file, or where the rest of it is. */
  isInHead(name: string, head: Buffer): boolean {
    const [first] = this.chooseForBytes(name, head);
    return first?.isInHead ?? this.readsParts(name, head);
  }

  /** Text that only has the ending of such a format, or begins like one, is read as text. */
  readsParts(name: string, head: Buffer): boolean {
    const [first] = this.chooseForBytes(name, head);
    if (first?.readsParts !== true || !head.includes(0)) return false;
    return first.matches.head?.test(headOf(head)) || isBinary(head);
  }

  /**
   * @param name   without `.gz`.
   * @param bytes  UTF-8 text.
   */
  choose(name: string, bytes: Buffer): Choice {
    const named = this.#byExtension.get(extensionOf(name)) ?? this.#byExtension.get(innerExtension(name));
    if (named !== undefined) return { extractor: named, type: textTypeOf(name, named.type) };
    const head = headOf(bytes);
    const seen = this.#ofText.find(({ matches }) => matches.head?.test(head));
    const type = seen?.type ?? scriptType(head) ?? textExtractor.type;
    return { extractor: seen ?? textExtractor, type: textTypeOf(name, type) };
  }
}

function byExtension<One extends Extractor>(extractors: readonly One[]): Map<string, One> {
  return new Map(extractors.flatMap((one) => one.matches.extensions.map((extension) => [extension, one] as const)));
}

function headOf(bytes: Buffer): string {
  return bytes.toString('latin1', 0, Math.min(bytes.length, HEAD_BYTES));
}

/** Sphinx publishes its sources as `index.rst.txt`: 'rst'. */
function innerExtension(name: string): string {
  return name.endsWith('.txt') ? extensionOf(name.slice(0, -4)) : '';
}

export const FORMATS = new Registry(EXTRACTORS);
