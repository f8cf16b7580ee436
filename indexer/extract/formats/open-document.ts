/**
 * OpenDocument: texts, sheets, presentations and drawings, and their templates. The first member of the archive names
 * the kind; in flat files it stands in the outermost element.
 */
import { FindTextError } from '../../../shared/errors.js';
import type { BytesExtractor, Extracted, TextExtractor } from '../extractor.js';
import { MAX_WHOLE_BYTES } from '../tree-limits.js';
import { ElementList, type XmlElement } from '../xml/elements.js';
import { readXml } from '../xml/xml-reader.js';
import { XmlMembers } from '../zip/xml-members.js';
import type { ZipArchive } from '../zip/zip.js';
import { type DocumentKind, headerText, objectText, openDocumentText } from './office/open-document-text.js';
import { describe } from './office/properties.js';

const KINDS: readonly (readonly [RegExp, DocumentKind])[] = [
  [/\.spreadsheet/, 'sheets'],
  [/\.(?:presentation|graphics)/, 'pages'],
  [/./, 'text'],
];
const NAMES = { author: ['initial-creator', 'creator'], written: ['creation-date', 'date'], tag: ['keyword'] };
const OBJECT = /^[^/]+\/content\.xml$/;
const TYPE = /^application\/vnd\.oasis\.opendocument\.[\w.-]+/;

export const openDocumentExtractor = {
  id: 'open-document',
  version: 3,
  takes: 'bytes',
  matches: {
    extensions: ['odt', 'ott', 'odm', 'ods', 'ots', 'odp', 'otp', 'odg', 'otg'],
    head: /^PK\x03\x04.{26}mimetype.{0,40}?application\/vnd\.oasis\.opendocument\./s,
  },
  wholeUpTo: MAX_WHOLE_BYTES,
  type: 'application/vnd.oasis.opendocument.text',
  async extract({ bytes, maxBytes }) {
    const members = await XmlMembers.open(bytes, maxBytes);
    const type = members && (await typeOf(members.archive));
    return members && type !== undefined ? readPackage(members, type) : undefined;
  },
} satisfies BytesExtractor;

export const flatOpenDocumentExtractor = {
  id: 'flat-open-document',
  version: 3,
  takes: 'text',
  matches: { extensions: ['fodt', 'fods', 'fodp', 'fodg'], head: /<office:document\s/ },
  type: 'application/xml',
  extract({ bytes }) {
    const list = new ElementList();
    const type = /mimetype="([^"]+)"/.exec(bytes.toString('latin1', 0, 8192))?.[1] ?? '';
    const isBody = () => list.elements.at(-1)?.name === 'body';
    readXml(bytes, list, isBody);
    const text = openDocumentText(kindOf(type));
    const isWhole = readXml(bytes, text, () => text.isFull);
    const headers = headerText();
    if (kindOf(type) === 'text') readXml(bytes, headers, () => headers.isFull);
    return { ...withMore(finish(type, list.elements, text), headers), isTruncated: !isWhole };
  },
} satisfies TextExtractor;

async function readPackage(members: XmlMembers, type: string): Promise<Extracted> {
  await refuseEncrypted(members);
  const kind = kindOf(type);
  const text = openDocumentText(kind);
  await members.read('content.xml', text, () => text.isFull);
  const headers = headerText();
  if (kind === 'text') await members.read('styles.xml', headers, () => headers.isFull);
  const objects = objectText();
  for (const { name } of members.archive.members)
    if (OBJECT.test(name)) await members.read(name, objects, () => objects.isFull);
  const extracted = finish(type, await members.elements('meta.xml'), text);
  return { ...withMore(extracted, objects, headers), isTruncated: members.isCut };
}

function withMore(extracted: Extracted, ...others: readonly ReturnType<typeof headerText>[]): Extracted {
  const more = others.map((one) => one.toString()).filter((text) => text !== '');
  return more.length === 0
    ? extracted
    : { ...extracted, text: Buffer.concat([extracted.text, Buffer.from(`\n${more.join('\n')}`)]) };
}

function finish(type: string, meta: readonly XmlElement[], text: ReturnType<typeof openDocumentText>): Extracted {
  const { title, properties, others } = describe(meta, NAMES);
  return {
    type,
    title: title || text.heading,
    text: Buffer.from(text.toString()),
    markup: Buffer.from(others),
    properties,
  };
}

/** @throws FindTextError FT_EXTRACT_FAILED */
async function refuseEncrypted(members: XmlMembers): Promise<void> {
  const manifest = await members.elements('META-INF/manifest.xml');
  if (manifest.some(({ name }) => name === 'encryption-data'))
    throw new FindTextError('FT_EXTRACT_FAILED', 'the document is encrypted with a password');
}

async function typeOf(archive: ZipArchive): Promise<string | undefined> {
  const member = archive.get('mimetype');
  const text = member && (await archive.read(member)).bytes.toString('latin1', 0, 200).trim();
  return text === undefined ? undefined : TYPE.exec(text)?.[0];
}

function kindOf(type: string): DocumentKind {
  return KINDS.find(([pattern]) => pattern.test(type))?.[1] ?? 'text';
}
