/**
 * Office Open XML: documents, presentations and workbooks, their templates and those with macros. Which of them a file
 * is its list of contents tells, whatever its name says. Any other zip archive is none.
 */

import type { Property } from '../../../shared/types.js';
import type { BytesExtractor, Extracted } from '../extractor.js';
import { MAX_WHOLE_BYTES } from '../tree-limits.js';
import { attributesOf, type XmlElement } from '../xml/elements.js';
import { XmlMembers } from '../zip/xml-members.js';
import { CONTENT_TYPES, OfficePackage } from './office/package.js';
import { type Described, describe } from './office/properties.js';
import { readSheets } from './office/sheets.js';
import { readSlides } from './office/slides.js';
import { type OfficeText, readWord } from './office/word.js';

const KINDS = [
  [/(?:wordprocessingml|ms-word)\..*\.main\+xml$/, readWord],
  [/(?:presentationml|ms-powerpoint)\..*\.main\+xml$/, readSlides],
  [/(?:spreadsheetml|ms-excel)\..*\.main\+xml$/, readSheets],
] as const;
const CORE = /\.core-properties\+xml$/;
const STYLES = /wordprocessingml\.styles\+xml$/;
const NAMES = { author: ['creator'], written: ['created', 'modified'], tag: ['keywords'] };

export const officeOpenExtractor = {
  id: 'office-open',
  version: 5,
  takes: 'bytes',
  matches: {
    extensions: 'docx dotx docm dotm pptx potx ppsx pptm potm ppsm xlsx xltx xlsm xltm'.split(' '),
    head: /^PK\x03\x04.{26}(?:\[Content_Types\]\.xml|(?:_rels|docProps|word|ppt|xl|customXml)\/)/s,
  },
  wholeUpTo: MAX_WHOLE_BYTES,
  type: 'application/zip',
  async extract({ bytes, maxBytes }) {
    const members = bytes.includes(CONTENT_TYPES) ? await XmlMembers.open(bytes, maxBytes) : undefined;
    if (!members?.archive.get(CONTENT_TYPES)) return undefined;
    const office = await OfficePackage.open(members);
    for (const [type, read] of KINDS) {
      const [main] = office.partsOfType(type);
      if (main) return finish(office, main.type, await read(office, main.name));
    }
    return undefined;
  },
} satisfies BytesExtractor;

async function finish(
  office: OfficePackage,
  mainType: string,
  { text, heading, isCut = false }: OfficeText,
): Promise<Extracted> {
  const described = describe(await elementsOf(office, CORE), NAMES);
  const { title, others } = described;
  return {
    type: mediaType(mainType),
    title: title || heading,
    text: Buffer.from(text),
    markup: Buffer.from(others),
    properties: await withLanguage(office, described),
    isTruncated: isCut || office.members.isCut,
  };
}

/** 'application/vnd.ms-word.document.macroEnabled.main+xml' → '….macroenabled.12', as the world calls it. */
function mediaType(mainType: string): string {
  return mainType.replace(/\.main\+xml$/, '').replace(/macroEnabled\w*$/i, 'macroenabled.12');
}

async function elementsOf(office: OfficePackage, type: RegExp): Promise<readonly XmlElement[]> {
  const [part] = office.partsOfType(type);
  return part ? office.members.elements(part.name) : [];
}

/** That of most documents is told by their styles only. */
async function withLanguage(office: OfficePackage, { properties }: Described): Promise<readonly Property[]> {
  if (properties.some(({ field }) => field === 'language')) return properties;
  const [value] = attributesOf(await elementsOf(office, STYLES), 'lang', 'val');
  return value === undefined ? properties : [...properties, { field: 'language', value }];
}
