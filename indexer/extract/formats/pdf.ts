/**
 * PDF: the text of its pages with what was filled in or noted on them, and a form feed between them, so that a hit knows
 * its page. Title, author, tags and date stand in the document information, or in XMP. Files in it are documents. Read
 * whole, since a PDF begins at its end.
 */
import type { Limit, Property } from '../../../shared/types.js';
import type { BytesExtractor, Extracted } from '../extractor.js';
import { tryTime } from '../times.js';
import { told } from '../told.js';
import { MAX_PAGES, MAX_TEXT_BYTES, MAX_WHOLE_BYTES, MAX_WORK_MS } from '../tree-limits.js';
import { workedMs } from '../worked-time.js';
import { listed } from './office/properties.js';
import { PASSWORD_WANTED, type Pdf, withPdf } from './pdfium.js';
import { xmpOf } from './xmp.js';

/** A document may promise any number of pages, and have none of them. */
const MAX_BAD_PAGES = 1000;
/** A title that a program has made of the name of a file. */
const FILE_NAME_TITLE = /^(?:Microsoft (?:Word|PowerPoint|Excel) - |untitled$)/i;
/** The hyphen of a word that goes on in the next line; what is no character. */
const NO_TEXT = /\ufffe(?:\r?\n)?|[\0\uffff]/g;
const PAGE_BREAK = '\f';
/** TeX draws an accent, then the letter below it: `f¨ur`. A grave alone may be a quotation mark. */
const LONE_ACCENT = /(?:([¨´ˆ˜¯˘˙˚˝ˇ¸])|(?<=\p{L})(`))(\p{L})/gu;
/** A pattern of this kind is fifteen times as fast, and most pages have none. */
const ACCENT = /[¨´`ˆ˜¯˘˙˚˝ˇ¸]/;
const COMBINING: ReadonlyMap<string, string> = new Map([
  ['¨', '\u0308'],
  ['´', '\u0301'],
  ['`', '\u0300'],
  ['ˆ', '\u0302'],
  ['˜', '\u0303'],
  ['¯', '\u0304'],
  ['˘', '\u0306'],
  ['˙', '\u0307'],
  ['˚', '\u030a'],
  ['˝', '\u030b'],
  ['ˇ', '\u030c'],
  ['¸', '\u0327'],
]);
const DOTLESS: ReadonlyMap<string, string> = new Map([
  ['ı', 'i'],
  ['ȷ', 'j'],
]);

/** PDFium has given up in the middle. */
const ABORTED = /abort|unreachable|out of bounds|call stack/i;

export const pdfExtractor = {
  id: 'pdf',
  version: 3,
  takes: 'bytes',
  wholeUpTo: MAX_WHOLE_BYTES,
  matches: { extensions: ['pdf'], head: /^(?:\xef\xbb\xbf)?\s*%PDF-/ },
  type: 'application/pdf',
  extract({ bytes }) {
    return isPdf(bytes) ? withPdf(bytes, (pdf) => read(pdf, bytes)).catch(explain) : undefined;
  },
} satisfies BytesExtractor;

/** As PDFium and other readers take it: what stands before the header does no harm. */
function isPdf(bytes: Buffer): boolean {
  return bytes.subarray(0, 1024).includes('%PDF-');
}

function read(pdf: Pdf, bytes: Buffer): Extracted {
  const { pages, isWhole, met } = readPages(pdf);
  if (pages.every((page) => page === undefined)) throw new Error('no page of it can be read');
  const text = Buffer.from(pages.map((page = '') => page).join(PAGE_BREAK));
  const said = saidOf(pdf, bytes);
  const outline = pdf.outline;
  const { files, isCut } = pdf.files();
  return {
    title: said.title,
    text,
    markup: Buffer.from([said.subject, ...said.authors, ...said.tags, ...outline].filter(Boolean).join('\n')),
    properties: propertiesOf(said, pdf.pages),
    isTruncated: !isWhole || isCut,
    met,
    ...(files.length > 0 && { children: files }),
  };
}

function readPages(pdf: Pdf): { pages: (string | undefined)[]; isWhole: boolean; met: Limit[] } {
  const pages: (string | undefined)[] = [];
  const end = Math.min(pdf.pages, MAX_PAGES);
  const untilMs = workedMs() + MAX_WORK_MS;
  let [characters, bad] = [0, 0];
  while (pages.length < end && characters < MAX_TEXT_BYTES && bad < MAX_BAD_PAGES && workedMs() < untilMs) {
    const text = pdf.textOf(pages.length);
    pages.push(text && clean(text));
    characters += text?.length ?? 0;
    if (text === undefined) bad++;
  }
  const isStopped = pages.length < end && bad < MAX_BAD_PAGES;
  const met: Limit[] = isStopped ? [characters < MAX_TEXT_BYTES ? 'seconds' : 'text'] : [];
  return { pages, isWhole: pages.length === pdf.pages && bad === 0, met };
}

function clean(page: string): string {
  const text = page.replace(NO_TEXT, '').replaceAll('\r\n', '\n').replaceAll(PAGE_BREAK, '\n');
  if (!ACCENT.test(text)) return text;
  return text.replace(LONE_ACCENT, (found, accent: string, grave: string, letter: string) => {
    const base = DOTLESS.get(letter) ?? letter;
    const composed = `${base}${COMBINING.get(accent ?? grave)}`.normalize('NFC');
    return composed.length === 1 ? composed : found;
  });
}

/** What the document says of itself. */
interface Said {
  readonly title: string;
  readonly subject: string;
  readonly authors: readonly string[];
  readonly tags: readonly string[];
  readonly writtenMs: number | undefined;
}

/** The document information comes first: of what it says nothing of XMP may say something. */
function saidOf(pdf: Pdf, bytes: Buffer): Said {
  const xmp = xmpOf(bytes);
  const [author, keywords] = [pdf.info('Author').trim(), pdf.info('Keywords').trim()];
  return {
    title: pdf.info('Title').replace(FILE_NAME_TITLE, '') || (xmp?.title ?? ''),
    subject: pdf.info('Subject').trim() || (xmp?.description ?? ''),
    authors: author === '' ? (xmp?.authors ?? []) : [author],
    tags: keywords === '' ? (xmp?.tags ?? []) : listed(keywords, /[,;]/),
    writtenMs:
      tryPdfTime(pdf.info('CreationDate')) ?? tryPdfTime(pdf.info('ModDate')) ?? tryPdfTime(xmp?.created ?? ''),
  };
}

function propertiesOf({ authors, tags, writtenMs }: Said, pages: number): Property[] {
  return [
    ...told('author', authors),
    ...told('written', writtenMs === undefined ? [] : [writtenMs]),
    ...told('tag', tags),
    ...told('pages', [pages]),
  ];
}

const TIME = /^(?:D:)?(\d{4})(\d\d)?(\d\d)?(\d\d)?(\d\d)?(\d\d)?(?:(Z)|([+-]\d\d)'?(\d\d)?)?/;
/** `Fri May 17 12:00:00 2024`, as some programs write it. */
const C_TIME = /^[A-Z][a-z]{2} ([A-Z][a-z]{2}) {1,2}(\d{1,2}) (\d\d:\d\d:\d\d) (\d{4})$/;

/**
 * `D:20260531120000+02'00'`; all but the year may be missing. Without a time zone it is one of this machine's. Some
 * programs write dates as other documents do.
 * @returns undefined for what is no time.
 */
export function tryPdfTime(text: string): number | undefined {
  const trimmed = text.trim();
  return tryTime(trimmed) ?? tryTime(withSigns(trimmed)) ?? tryCTime(trimmed);
}

/** `D:20240517` → '2024-05-17 00:00:00'; '' for what begins otherwise. */
function withSigns(text: string): string {
  const [found, year, month = '01', day = '01', hour = '00', minute = '00', second = '00', utc = '', zone, zoneMinute] =
    TIME.exec(text) ?? [];
  if (found === undefined) return '';
  const offset = zone === undefined ? utc : `${zone}:${zoneMinute ?? '00'}`;
  return `${year}-${month}-${day} ${hour}:${minute}:${second}${offset}`;
}

function tryCTime(text: string): number | undefined {
  const [found, month, day, time, year] = C_TIME.exec(text) ?? [];
  const ms = found === undefined ? Number.NaN : Date.parse(`${day} ${month} ${year} ${time}`);
  return Number.isNaN(ms) ? undefined : ms;
}

function explain(error: Error): never {
  if (PASSWORD_WANTED.test(error.message)) throw new Error('it is encrypted and opens only with its password');
  if (ABORTED.test(error.message))
    throw new Error('reading it takes more memory than one file may have, or never ends');
  throw new Error(`it is no PDF that can be read (${error.message})`);
}
