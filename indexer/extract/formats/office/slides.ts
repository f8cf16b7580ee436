/** Presentations of Office Open XML (pptx and its templates): each slide is a page, with its notes and comments. */
import { ElementText, toRoleMap } from '../../xml/element-text.js';
import { attribute } from '../../xml/xml-reader.js';
import { type OfficePackage, relationId } from './package.js';
import type { OfficeText } from './word.js';

const ROLES = toRoleMap({
  text: 't text',
  line: 'p br tr text',
  space: 'tab',
  cell: 'tc',
  skip: 'Fallback',
  aside: '',
});
/** What belongs to a slide. */
const OF_SLIDE: ReadonlySet<string> = new Set(['notesSlide', 'comments', 'chart', 'diagramData']);

export async function readSlides(office: OfficePackage, main: string): Promise<OfficeText> {
  const text = new ElementText(ROLES, {
    isHeading: (name, attributes) => name === 'ph' && /^(?:title|ctrTitle)$/.test(attribute(attributes, 'type') ?? ''),
    headingEnd: 'txBody',
    onOpen: (name, attributes, out) => {
      if (name === 'cNvPr') out.add(attribute(attributes, 'descr') ?? '');
    },
    // The number of the slide.
    isSkipped: (name, attributes) => name === 'fld' && attribute(attributes, 'type') === 'slidenum',
  });
  const read = (part: string) => office.members.read(part, text, () => text.isFull);
  for (const [index, slide] of (await slidesOf(office, main)).entries()) {
    if (text.isFull) break;
    if (index > 0) text.page();
    await read(slide);
    for (const { kind, target } of await office.relations(slide)) if (OF_SLIDE.has(kind)) await read(target);
  }
  return { text: text.toString(), heading: text.heading };
}

/** In the order in which they are shown. */
async function slidesOf(office: OfficePackage, main: string): Promise<readonly string[]> {
  const targets = new Map((await office.relations(main)).map(({ id, target }) => [id, target]));
  const list = await office.members.elements(main);
  const ids = list.flatMap(({ name, attributes }) => (name === 'sldId' ? (relationId(attributes) ?? []) : []));
  return [...new Set(ids.flatMap((id) => targets.get(id) ?? []))];
}
