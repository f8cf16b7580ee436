/** The text of an OpenDocument: of the part `content.xml` of a package, or of a flat file. */
import { ElementText, type RoleMap, toRoleMap } from '../../xml/element-text.js';
import { attribute, type XmlAttributes } from '../../xml/xml-reader.js';

export type DocumentKind = 'text' | 'sheets' | 'pages';

/** Equal cells side by side are written once. A line of them may go to the end of the sheet. */
const MAX_CELLS = 100;

/** Text counts in paragraphs, and in what is said of a picture. */
const COMMON = {
  text: 'p h title desc',
  line: 'p h line-break table-row notes',
  space: 's tab title desc ruby-text',
  cell: 'table-cell covered-table-cell',
  skip: 'tracked-changes binary-data script event-listeners page-number meta settings scripts font-face-decls styles automatic-styles master-styles forms',
};
const ROLES: Readonly<Record<DocumentKind, RoleMap>> = {
  text: toRoleMap({ ...COMMON, aside: 'note annotation text-box' }),
  sheets: toRoleMap({ ...COMMON, aside: 'annotation' }),
  pages: toRoleMap({ ...COMMON, aside: 'annotation' }),
};
const HEADERS = toRoleMap({ ...COMMON, aside: '', skip: `${COMMON.skip.replace(' master-styles', '')} body` });
/** A formula is MathML: each sign is a word. */
const SIGNS = 'mi mn mo mtext';
const OBJECTS = toRoleMap({
  text: `${COMMON.text} ${SIGNS}`,
  line: `${COMMON.line} math`,
  space: `${COMMON.space} ${SIGNS}`,
  cell: COMMON.cell,
  // The same formula in another language.
  skip: `${COMMON.skip} annotation`,
  aside: '',
});

export function openDocumentText(kind: DocumentKind): ElementText {
  let pages = 0;
  const text: ElementText = new ElementText(ROLES[kind], {
    isHeading: kind === 'pages' ? isTitleFrame : (name) => name === 'h',
    headingEnd: kind === 'pages' ? 'text-box' : 'h',
    ...(kind === 'sheets' && { cells: equalCells }),
    onOpen: (name, attributes, out) => {
      if (!isPage(kind, name)) return;
      if (pages++ > 0) text.page();
      if (kind === 'sheets') out.add(attribute(attributes, 'name') ?? '');
      out.line();
    },
  });
  return text;
}

/** Of the part `styles.xml`, or of a flat file: what stands on each page. */
export function headerText(): ElementText {
  return new ElementText(HEADERS);
}

/** Of what is set into a document: formulas, charts, sheets. */
export function objectText(): ElementText {
  return new ElementText(OBJECTS);
}

function isPage(kind: DocumentKind, name: string): boolean {
  return (kind === 'pages' && name === 'page') || (kind === 'sheets' && name === 'table');
}

function equalCells(_: string, attributes: XmlAttributes): number {
  return Math.min(Number(attribute(attributes, 'number-columns-repeated') ?? 1) || 1, MAX_CELLS);
}

function isTitleFrame(name: string, attributes: XmlAttributes): boolean {
  return name === 'frame' && attribute(attributes, 'class') === 'title';
}
