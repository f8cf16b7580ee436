/** Books as EPUB: the chapters in the order in which they are read, each by the extractor of HTML. */
import { FindTextError } from '../../../shared/errors.js';
import { decodeText } from '../decode.js';
import type { BytesExtractor, Extracted } from '../extractor.js';
import { MAX_WHOLE_BYTES } from '../tree-limits.js';
import { attributesOf, type XmlElement } from '../xml/elements.js';
import { attribute } from '../xml/xml-reader.js';
import { XmlMembers } from '../zip/xml-members.js';
import type { ZipArchive } from '../zip/zip.js';
import { htmlExtractor } from './html.js';
import { resolvePart } from './office/package.js';
import { describe } from './office/properties.js';

const CONTAINER = 'META-INF/container.xml';
const NAMES = { author: ['creator'], written: ['date'], tag: ['subject'] };

export const epubExtractor = {
  id: 'epub',
  version: 2,
  takes: 'bytes',
  matches: { extensions: ['epub'], head: /^PK\x03\x04.{26}mimetype.{0,40}?application\/epub\+zip/s },
  wholeUpTo: MAX_WHOLE_BYTES,
  type: 'application/epub+zip',
  async extract({ bytes, maxBytes }) {
    const members = await XmlMembers.open(bytes, maxBytes);
    if (!members?.archive.get(CONTAINER)) return undefined;
    const [book] = attributesOf(await members.elements(CONTAINER), 'rootfile', 'full-path');
    return book === undefined ? undefined : readBook(members, book);
  },
} satisfies BytesExtractor;

async function readBook(members: XmlMembers, book: string): Promise<Extracted> {
  const elements = await members.elements(book);
  const chapters = chaptersOf(elements, book.slice(0, book.lastIndexOf('/') + 1));
  const texts: Buffer[] = [];
  let isCut = members.isCut;
  for (const name of chapters) {
    const { text, isWhole } = await readChapter(members.archive, name);
    if (text) texts.push(text, Buffer.from('\n'));
    isCut ||= !isWhole;
  }
  if (texts.length === 0 && chapters.length > 0)
    throw new FindTextError('FT_EXTRACT_FAILED', 'the book is encrypted or damaged: no chapter can be read');
  const { title, properties, others } = describe(elements, NAMES);
  return {
    type: epubExtractor.type,
    title,
    text: Buffer.concat(texts.slice(0, -1)),
    markup: Buffer.from(others),
    properties,
    isTruncated: isCut,
  };
}

/** Names of members; each once. */
function chaptersOf(elements: readonly XmlElement[], folder: string): string[] {
  const files = new Map(
    elements.flatMap(({ name, attributes }) => {
      const [id, href] = [attribute(attributes, 'id'), attribute(attributes, 'href')];
      return name === 'item' && id && href ? [[id, resolvePart(unescaped(href), folder)] as const] : [];
    }),
  );
  return [...new Set(attributesOf(elements, 'itemref', 'idref').flatMap((id) => files.get(id) ?? []))];
}

/** A chapter without a single letter, such as a cover, is read. */
async function readChapter(
  archive: ZipArchive,
  name: string,
): Promise<{ readonly text?: Buffer; readonly isWhole: boolean }> {
  const member = archive.get(name);
  if (!member) return { isWhole: false };
  const { bytes, isCut } = await archive.read(member);
  const decoded = decodeText(bytes, isCut);
  if (!decoded) return { isWhole: false };
  // Its title, in the head, is that of the book again, or stands in the text too.
  return { text: htmlExtractor.extract({ name, bytes: decoded.text }).text, isWhole: !isCut };
}

/** `a%20b.xhtml#start` → 'a b.xhtml'. */
function unescaped(href: string): string {
  const [path = ''] = href.split('#');
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
