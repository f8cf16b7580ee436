/**
 * Text documents of Office Open XML (docx and its templates): the body, then notes, comments, headers and footers. Text
 * that was deleted or moved away, and fields' instructions, are none.
 */
import { ElementText, toRoleMap } from '../../xml/element-text.js';
import { attribute } from '../../xml/xml-reader.js';
import type { OfficePackage } from './package.js';

export interface OfficeText {
  readonly text: string;
  /** A heading of the document, for want of a title; '' for none. */
  readonly heading: string;
  /** Some of it was left out. */
  readonly isCut?: boolean;
}

const ROLES = toRoleMap({
  text: 't',
  line: 'p br cr tr txbxContent',
  space: 'tab ptab rt',
  cell: 'tc',
  // What Fallback has stands beside it in a form that is newer.
  skip: 'moveFrom Fallback',
  aside: 'txbxContent',
});
const HEADING = /^(?:title|titel|titre|heading1|berschrift1|titre1)$/i;
/** In the order in which their text comes after that of the body. */
const OTHER_PARTS = ['footnotes', 'endnotes', 'comments', 'diagramData', 'chart', 'header', 'footer'];

export async function readWord(office: OfficePackage, main: string): Promise<OfficeText> {
  const text = new ElementText(ROLES, {
    isHeading: (name, attributes) => name === 'pStyle' && HEADING.test(attribute(attributes, 'val') ?? ''),
    headingEnd: 'p',
    onOpen: (name, attributes, out) => {
      if (name === 'docPr') out.add(`${attribute(attributes, 'title') ?? ''} ${attribute(attributes, 'descr') ?? ''}`);
      else if (name === 'noBreakHyphen') out.add('-');
      else if (name === 'framePr' && /^(?:drop|margin)$/.test(attribute(attributes, 'dropCap') ?? '')) out.initial();
    },
  });
  await office.members.read(main, text, () => text.isFull);
  const others = await readOthers(office);
  return { text: [text.toString(), ...others].join('\n'), heading: text.heading };
}

/** Headers say the same on each page: once is enough. */
async function readOthers(office: OfficePackage): Promise<Set<string>> {
  const found = new Set<string>();
  for (const kind of OTHER_PARTS) {
    for (const { name } of office.partsOfType(new RegExp(`[.]${kind}\\+xml$`))) {
      const text = new ElementText(ROLES);
      await office.members.read(name, text, () => text.isFull);
      found.add(text.toString());
    }
  }
  found.delete('');
  return found;
}
