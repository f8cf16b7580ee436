/** Workbooks of Office Open XML (xlsx and its templates): each sheet is a page, with its name; a row is a line. */
import { ElementText, toRoleMap } from '../../xml/element-text.js';
import type { XmlElement } from '../../xml/elements.js';
import { TextBuilder } from '../../xml/text-builder.js';
import { attribute, type XmlAttributes, type XmlEvents } from '../../xml/xml-reader.js';
import { GENERAL, type NumberFormat, numberFormats, shownNumber, shownTruth } from './cell-formats.js';
import { type OfficePackage, relationId } from './package.js';
import { RepeatedStrings } from './repeated-strings.js';
import type { OfficeText } from './word.js';

const ROLES = toRoleMap({
  text: 't text',
  line: 'p comment text',
  space: 'tab br',
  cell: '',
  skip: 'rPh Fallback',
  aside: '',
});

interface Workbook {
  readonly strings: SharedStrings;
  readonly formats: readonly NumberFormat[];
  readonly is1904: boolean;
}

export async function readSheets(office: OfficePackage, main: string): Promise<OfficeText> {
  const relations = await office.relations(main);
  const elements = await office.members.elements(main);
  const partOf = (kind: string) => relations.find((one) => one.kind === kind)?.target ?? '';
  const strings = new SharedStrings();
  await office.members.read(partOf('sharedStrings'), strings);
  const formats = numberFormats(await office.members.elements(partOf('styles')));
  const text = new TextBuilder();
  const book = { strings, formats, is1904: is1904(elements) };
  for (const [index, { name, target }] of sheetsOf(
    elements,
    new Map(relations.map((one) => [one.id, one.target])),
  ).entries()) {
    if (text.isFull) break;
    if (index > 0) text.page();
    text.add(name);
    await office.members.read(target, new SheetRows(book, text), () => text.isFull);
    for (const relation of await office.relations(target)) await readBeside(office, relation, text);
  }
  return { text: text.toString(), heading: '', isCut: strings.isCut };
}

function is1904(elements: readonly XmlElement[]): boolean {
  return elements.some(
    ({ name, attributes }) => name === 'workbookPr' && /^(?:1|true)$/.test(attribute(attributes, 'date1904') ?? ''),
  );
}

interface Sheet {
  readonly name: string;
  readonly target: string;
}

/** Each part once. */
function sheetsOf(elements: readonly XmlElement[], targets: ReadonlyMap<string, string>): Sheet[] {
  const seen = new Set<string>();
  return elements.flatMap(({ name, attributes }) => {
    const target = name === 'sheet' ? targets.get(relationId(attributes) ?? '') : undefined;
    if (target === undefined || seen.has(target)) return [];
    seen.add(target);
    return [{ name: attribute(attributes, 'name') ?? '', target }];
  });
}

/** Comments, and the text of drawings. */
async function readBeside(
  office: OfficePackage,
  { kind, target }: { readonly kind: string; readonly target: string },
  text: TextBuilder,
): Promise<void> {
  if (!/^(?:comments|threadedComment|drawing)$/.test(kind)) return;
  const beside = new ElementText(ROLES);
  await office.members.read(target, beside, () => beside.isFull);
  for (const line of beside.toString().split('\n')) {
    text.line();
    text.add(line);
  }
}

/** The texts that cells point to by number: `<si><r><t>…</t></r></si>`. */
class SharedStrings extends RepeatedStrings implements XmlEvents {
  #parts: string[] | undefined;
  #isText = false;
  #isPhonetic = false;

  open(name: string): void {
    if (name === 'si') this.#parts = [];
    else if (name === 'rPh') this.#isPhonetic = true;
    else if (name === 't') this.#isText = !this.#isPhonetic;
  }

  close(name: string): void {
    if (name === 'si') this.push(this.#parts?.join('') ?? '');
    else if (name === 'rPh') this.#isPhonetic = false;
    else if (name === 't') this.#isText = false;
  }

  text(text: string): void {
    if (this.#isText) this.#parts?.push(text);
  }
}

/** `<row><c t="s"><v>0</v></c></row>`. What a cell shows is put between blanks. */
class SheetRows implements XmlEvents {
  readonly #book: Workbook;
  readonly #out: TextBuilder;
  #type = '';
  #style = 0;
  #isValue = false;
  #parts: string[] = [];

  constructor(book: Workbook, out: TextBuilder) {
    this.#book = book;
    this.#out = out;
  }

  open(name: string, attributes: XmlAttributes): void {
    if (name === 'row') this.#out.line();
    else if (name === 'c') {
      this.#type = attribute(attributes, 't') ?? 'n';
      this.#style = Number(attribute(attributes, 's') ?? 0);
      this.#parts = [];
    } else if (name === 'v' || name === 't') this.#isValue = true;
  }

  close(name: string): void {
    if (name === 'v' || name === 't') this.#isValue = false;
    else if (name === 'c') {
      this.#out.space();
      this.#out.add(this.#shown(this.#parts.join('')));
      this.#out.space();
      this.#parts = [];
    }
  }

  text(text: string): void {
    if (this.#isValue) this.#parts.push(text);
  }

  #shown(value: string): string {
    if (this.#type === 's') return this.#book.strings.show(Number(value));
    if (this.#type === 'b') return value === '' ? '' : shownTruth(value === '1');
    if (this.#type !== 'n') return value;
    return shownNumber(value, this.#book.formats[this.#style] ?? GENERAL, this.#book.is1904);
  }
}
