/** PDF: what stands beside the text of its pages. Forms, notes, outlines, files and XMP. */
import { describe, expect, it } from 'vitest';
import { extractBytes, propertiesOf, textOf } from '../../../helpers/extract-bytes.js';
import { fromObjects, stream } from '../../../helpers/pdf-bytes.js';

const FONT = '<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>';

interface Beside {
  /** Of the catalog: `/Outlines 7 0 R`. */
  readonly catalog?: string;
  /** Of the only page. */
  readonly page?: string;
  /** The document information. */
  readonly info?: string;
  /** The seventh object, and those behind it. */
  readonly objects?: readonly (string | Buffer)[];
}

function extract({ catalog = '', page = '', info = '', objects = [] }: Beside) {
  const bytes = fromObjects([
    `<</Type/Catalog/Pages 2 0 R${catalog}>>`,
    '<</Type/Pages/Kids[5 0 R]/Count 1>>',
    FONT,
    `<<${info}>>`,
    `<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Resources<</Font<</F1 3 0 R>>>>/Contents 6 0 R${page}>>`,
    stream('BT /F1 12 Tf 50 700 Td (page) Tj ET'),
    ...objects,
  ]);
  return extractBytes('a.pdf', bytes);
}

const at = '/Rect[10 10 200 40]';

describe('what was written onto a page', () => {
  it('is its notes, but no links', async () => {
    const notes = [
      `<</Type/Annot/Subtype/Text${at}/Contents(ask the keeper)>>`,
      `<</Type/Annot/Subtype/FreeText${at}/Contents<FEFF006D00F600770065>/DA(/F1 9 Tf)>>`,
      `<</Type/Annot/Subtype/Link${at}/Contents(a link)/A<</S/URI/URI(http://x.org)>>>>`,
    ];
    expect(textOf(await extract({ page: `/Annots[${notes.join('')}]` }))).toBe('page\nask the keeper\nmöwe');
  });

  it('is what was typed into a form, but no password', async () => {
    const field = (kind: string) => `<</Type/Annot/Subtype/Widget${at}/P 5 0 R${kind}>>`;
    const found = await extract({
      catalog: '/AcroForm<</Fields[7 0 R 8 0 R 9 0 R 10 0 R]>>',
      page: '/Annots[7 0 R 8 0 R 9 0 R 11 0 R]',
      objects: [
        field('/FT/Tx/T(name)/V(Ann Gull)'),
        field('/FT/Tx/T(secret)/Ff 8192/V(hunter2)'),
        field('/FT/Btn/T(box)/V/Yes'),
        '<</FT/Tx/T(twice)/V(of its parent)/Kids[11 0 R]>>',
        field('/Parent 10 0 R'),
      ],
    });
    expect(textOf(found)).toBe('page\nAnn Gull\nof its parent');
  });
});

describe('what stands beside the pages', () => {
  it('is the outline, also one that leads back to itself', async () => {
    const found = await extract({
      catalog: '/Outlines 7 0 R',
      objects: [
        '<</Type/Outlines/First 8 0 R/Last 9 0 R/Count 2>>',
        '<</Title(Chapter one)/Parent 7 0 R/Next 9 0 R/First 9 0 R>>',
        '<</Title(Chapter two)/Parent 7 0 R/Next 8 0 R>>',
      ],
    });
    expect(Buffer.from(found.markup).toString().split('\n')).toEqual(
      expect.arrayContaining(['Chapter one', 'Chapter two']),
    );
  });

  it('is no more than a million letters of an outline or of notes', async () => {
    const long = 'word '.repeat(6000);
    const note = `<</Type/Annot/Subtype/Text${at}/Contents 8 0 R>>`;
    const found = await extract({
      catalog: '/Outlines 7 0 R',
      page: `/Annots[${note.repeat(200)}]`,
      objects: [
        '<</Type/Outlines/First 9 0 R/Last 9 0 R/Count 1>>',
        `(${long})`,
        '<</Title 8 0 R/Parent 7 0 R/Next 10 0 R/First 10 0 R>>',
        '<</Title 8 0 R/Parent 7 0 R/Next 9 0 R>>',
      ],
    });
    for (const { length } of [textOf(found), found.markup]) {
      expect(length).toBeGreaterThan(500_000);
      expect(length).toBeLessThan(1_100_000);
    }
  });

  it('is files, each a document of its kind', async () => {
    const file = Buffer.from('<p>invoice of <b>May</b></p>');
    const found = await extract({
      catalog: '/Names<</EmbeddedFiles<</Names[(f)7 0 R(g)9 0 R]>>>>',
      objects: [
        '<</Type/Filespec/F(bill.html)/UF(bill.html)/EF<</F 8 0 R>>>>',
        stream(file, true),
        '<</Type/Filespec/F(gone)/EF<</F 99 0 R>>>>',
      ],
    });
    expect(found.children?.map(({ innerPath, text }) => [`${innerPath}`, textOf({ text })])).toEqual([
      ['bill.html', 'invoice of May'],
    ]);
    expect(textOf(found)).toBe('page');
    expect(found.isTruncated).toBe(true);
  });
});

describe('what a PDF says of itself', () => {
  const packet = (inner: string) =>
    stream(`<?xpacket begin=""?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF>${inner}</rdf:RDF></x:xmpmeta>`);
  const list = (name: string, kind: string, ...items: readonly string[]) =>
    `<dc:${name}><rdf:${kind}>${items.map((item) => `<rdf:li>${item}</rdf:li>`).join('')}</rdf:${kind}></dc:${name}>`;
  const said = `<rdf:Description xmp:CreateDate="2024-05-01T10:00:00Z">${list('title', 'Alt', 'On gulls')}${list('creator', 'Seq', 'Ann', 'Bob')}${list('subject', 'Bag', 'sea', 'birds')}${list('description', 'Alt', 'Counted at dawn')}</rdf:Description>`;

  it('stands in XMP where it stands nowhere else', async () => {
    const found = await extract({ catalog: '/Metadata 7 0 R', objects: [packet(said)] });
    expect(found.title).toBe('On gulls');
    expect(Buffer.from(found.markup).toString()).toContain('Counted at dawn');
    expect(propertiesOf(found)).toEqual([
      'author Ann',
      'author Bob',
      'written 2024-05-01T10:00:00.000Z',
      'tag sea',
      'tag birds',
      'pages 1970-01-01T00:00:00.001Z',
    ]);
  });

  it('is taken from the document information first', async () => {
    const info = '/Title(Of terns)/Author(Cy)/Subject(By night)';
    const found = await extract({ info, catalog: '/Metadata 7 0 R', objects: [packet(said)] });
    expect(found.title).toBe('Of terns');
    expect(propertiesOf(found)[0]).toBe('author Cy');
    expect(Buffer.from(found.markup).toString()).toMatch(/^By night\nCy\nsea\nbirds/);
  });

  it('is not that of a picture in it', async () => {
    const found = await extract({ objects: [packet(said), packet(list('title', 'Alt', 'IMG_0001'))] });
    expect(found.title).toBe('');
  });
});
