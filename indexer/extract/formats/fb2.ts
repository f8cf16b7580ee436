/**
 * Books as FictionBook: the text of all bodies, of which notes are the last; pictures left out. They are kept alone in
 * a zip archive as often as not: that is then the book.
 */
import type { Property } from '../../../shared/types.js';
import { decodeText } from '../decode.js';
import type { BytesExtractor, Extracted, TextExtractor } from '../extractor.js';
import { tryTime } from '../times.js';
import { cleanTitle } from '../title.js';
import { wordsOf } from '../told.js';
import { ElementText, toRoleMap } from '../xml/element-text.js';
import { ElementList, type XmlElement } from '../xml/elements.js';
import { attribute, readXml } from '../xml/xml-reader.js';
import { openZip } from '../zip/zip.js';
import { listed } from './office/properties.js';

const ROLES = toRoleMap({
  text: 'body annotation',
  line: 'p v subtitle title section text-author tr epigraph cite poem stanza date annotation',
  space: '',
  cell: 'td th',
  skip: 'binary stylesheet title-info document-info publish-info custom-info src-title-info',
  aside: '',
});
const NAME_PARTS: ReadonlySet<string> = new Set(['first-name', 'middle-name', 'last-name', 'nickname']);

export const fb2Extractor = {
  id: 'fb2',
  version: 3,
  takes: 'text',
  matches: { extensions: ['fb2'], head: /<FictionBook[\s>]/ },
  type: 'application/x-fictionbook+xml',
  extract: ({ bytes }) => readBook(bytes),
} satisfies TextExtractor;

export const fb2ZipExtractor = {
  id: 'fb2-zip',
  version: 3,
  takes: 'bytes',
  matches: { extensions: [], head: /^PK\x03\x04.{26}[^/]{1,255}\.fb2/s },
  type: 'application/x-zip-compressed-fb2',
  async extract({ bytes, maxBytes }) {
    const archive = await openZip(bytes, maxBytes);
    const [book] = archive?.members ?? [];
    if (!archive || !book?.name.endsWith('.fb2') || archive.members.length !== 1) return undefined;
    const { bytes: unpacked, isCut } = await archive.read(book);
    const decoded = decodeText(unpacked, isCut);
    if (!decoded) return undefined;
    const extracted = readBook(decoded.text);
    return { ...extracted, isTruncated: extracted.isTruncated || isCut };
  },
} satisfies BytesExtractor;

function readBook(bytes: Buffer): Extracted & { readonly isTruncated: boolean } {
  const list = new ElementList();
  readXml(bytes, list, () => list.elements.at(-1)?.name === 'body');
  const info = list.elements.slice(0, list.elements.findIndex(({ name }) => name === 'document-info') >>> 0);
  const text = new ElementText(ROLES, {
    onOpen: (name, attributes, out) => {
      if (name === 'image') out.add(` ${attribute(attributes, 'alt') ?? ''} ${attribute(attributes, 'title') ?? ''} `);
    },
  });
  const isWhole = readXml(bytes, text, () => text.isFull);
  const properties = propertiesOf(info);
  return {
    type: 'application/x-fictionbook+xml',
    title: cleanTitle(info.find(({ name }) => name === 'book-title')?.text ?? ''),
    text: Buffer.from(text.toString()),
    markup: Buffer.from(wordsOf(properties).join('\n')),
    properties,
    isTruncated: !isWhole,
  };
}

function propertiesOf(info: readonly XmlElement[]): Property[] {
  return [
    ...authorsOf(info).map((value) => ({ field: 'author', value })),
    ...info
      .filter(({ name }) => name === 'date')
      .flatMap(({ text, attributes }) => {
        const value = tryTime(attribute(attributes, 'value') ?? '') ?? tryTime(text);
        return value === undefined ? [] : [{ field: 'written', value }];
      })
      .slice(0, 1),
    ...info
      .filter(({ name }) => name === 'keywords')
      .flatMap(({ text }) => listed(text, /[,;]/))
      .map((value) => ({ field: 'tag', value })),
    ...info.filter(({ name }) => name === 'lang').map(({ text }) => ({ field: 'language', value: text })),
  ];
}

/** `<author><first-name>Ann</first-name><last-name>Bee</last-name></author>` → 'Ann Bee'. */
function authorsOf(info: readonly XmlElement[]): string[] {
  const authors: string[][] = [];
  for (const { name, parent, text } of info) {
    if (name === 'author' && parent === 'title-info') authors.push([]);
    else if (parent === 'author' && NAME_PARTS.has(name)) authors.at(-1)?.push(text);
  }
  return authors.flatMap((parts) => parts.filter((part) => part !== '').join(' ') || []);
}
