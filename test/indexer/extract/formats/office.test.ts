/** Office documents and books: what the golden files do not show, and those made to harm. Nothing here is timed. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openZip } from '../../../../indexer/extract/zip/zip.js';
import { extractBytes, propertiesOf, textOf } from '../../../helpers/extract-bytes.js';
import { docx, epub, officeOpen, openDocument, relations, TYPES } from '../../../helpers/office-bytes.js';
import { zipBytes } from '../../../helpers/zip-bytes.js';

const LAUGHS = `<!DOCTYPE d [<!ENTITY a "ha"><!ENTITY b "${'&a;'.repeat(100)}"><!ENTITY c "${'&b;'.repeat(100)}"><!ENTITY x SYSTEM "file:///etc/passwd">]>`;

async function text(bytes: Buffer, name = 'file'): Promise<string> {
  return textOf(await extractBytes(name, bytes));
}

const par = (inner: string) => `<w:p>${inner}</w:p>`;
const run = (words: string) => `<w:r><w:t>${words}</w:t></w:r>`;

describe('a text document', () => {
  it.each([
    ['runs do not end a word', par(run('light') + run('house')) + par(run('b')), 'lighthouse\nb'],
    [
      'deleted and moved text is none',
      par(`${run('a')}<w:del><w:r><w:delText>gone</w:delText></w:r></w:del><w:moveFrom>${run('gone')}</w:moveFrom>`),
      'a',
    ],
    ['instructions of fields are none', par(`<w:r><w:instrText>PAGE</w:instrText></w:r>${run('a')}`), 'a'],
    [
      'what stands twice is taken once',
      par(
        `<mc:AlternateContent><mc:Choice>${run('new')}</mc:Choice><mc:Fallback>${run('old')}</mc:Fallback></mc:AlternateContent>`,
      ),
      'new',
    ],
    [
      'tabs, breaks and hyphens',
      par(`${run('a')}<w:r><w:tab/></w:r>${run('b')}<w:br/>${run('c')}<w:noBreakHyphen/>${run('d')}`),
      'a b\nc-d',
    ],
    [
      'a row of a table is a line',
      `<w:tbl><w:tr><w:tc>${par(run('a'))}</w:tc><w:tc>${par(run('b'))}</w:tc></w:tr><w:tr><w:tc>${par(run('c'))}</w:tc></w:tr></w:tbl>`,
      'a b\nc',
    ],
    [
      'a box comes after the text',
      par(`${run('be')}<w:r><w:txbxContent>${par(run('box'))}</w:txbxContent></w:r>${run('fore')}`),
      'before\nbox',
    ],
    [
      'a large first letter is no word of its own',
      par(`<w:pPr><w:framePr w:dropCap="drop"/></w:pPr>${run('K')}`) + par(run('eepers count')) + par(run('gulls')),
      'Keepers count\ngulls',
    ],
    ['what is said of a picture', par('<wp:docPr name="Picture 1" descr="A gull"/>'), 'A gull'],
    ['entities and odd blanks', par(run('AT&amp;T&#xa0; a&#173;b')), 'AT&T ab'],
  ])('%s', async (_, body, expected) => {
    expect(await text(docx(body))).toBe(expected);
  });

  it('is known by its list of contents, not by its name', async () => {
    for (const name of ['file', 'a.zip', 'a.xlsx'])
      expect(await extractBytes(name, docx(par(run('a'))))).toMatchObject({
        extractor: 'office-open',
        type: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
      });
    const macros = 'application/vnd.ms-word.document.macroEnabled.main+xml';
    const bytes = officeOpen({ 'd.xml': '<d><t>a</t></d>' }, { 'd.xml': macros });
    expect(await extractBytes('a.docm', bytes)).toMatchObject({
      type: 'application/vnd.ms-word.document.macroenabled.12',
    });
    expect(await extractBytes('a.docx', zipBytes({ name: 'a.txt', bytes: 'x' }))).not.toMatchObject({
      extractor: 'office-open',
    });
  });

  it('has the first heading for a title when it gives itself none', async () => {
    const heading = par(`<w:pPr><w:pStyle w:val="Heading1"/></w:pPr>${run('The ')}${run('gulls')}`);
    expect(await extractBytes('a', docx(par(run('before')) + heading + heading))).toMatchObject({ title: 'The gulls' });
  });

  it('says who wrote it, when, about what, in which language', async () => {
    const core =
      '<cp:coreProperties><dc:title> T </dc:title><dc:creator>Ann; Bob Bee</dc:creator><dcterms:created>2024-03-05T10:20:30+01:00</dcterms:created><cp:keywords>gulls, north sea;x</cp:keywords><dc:language>de-CH</dc:language><dc:subject>others</dc:subject></cp:coreProperties>';
    const bytes = officeOpen(
      { 'word/document.xml': '<d/>', 'docProps/core.xml': core },
      {
        'word/document.xml': TYPES.docx,
        'docProps/core.xml': 'application/vnd.openxmlformats-package.core-properties+xml',
      },
    );
    const found = await extractBytes('a.docx', bytes);
    expect([found.title, Buffer.from(found.markup).toString().split('\n')]).toEqual([
      'T',
      ['others', 'Ann', 'Bob Bee', 'gulls', 'north sea', 'x'],
    ]);
    expect(propertiesOf(found)).toEqual([
      'author Ann',
      'author Bob Bee',
      'written 2024-03-05T09:20:30.000Z',
      'tag gulls',
      'tag north sea',
      'tag x',
      'language de-CH',
    ]);
  });

  it('has headers, notes and comments once, after the text', async () => {
    const type = (kind: string) => `application/vnd.openxmlformats-officedocument.wordprocessingml.${kind}+xml`;
    const bytes = officeOpen(
      {
        'd.xml': `<d>${par(run('body'))}</d>`,
        'h1.xml': `<h>${par(run('head'))}</h>`,
        'h2.xml': `<h>${par(run('head'))}</h>`,
        'n.xml': `<n>${par(run('note'))}</n>`,
      },
      { 'd.xml': TYPES.docx, 'h1.xml': type('header'), 'h2.xml': type('header'), 'n.xml': type('footnotes') },
    );
    expect(await text(bytes)).toBe('body\nnote\nhead');
  });
});

describe('a presentation', () => {
  const slide = (words: string) =>
    `<p:sld><p:sp><p:nvPr><p:ph type="title"/></p:nvPr><p:txBody><a:p><a:t>${words}</a:t></a:p></p:txBody></p:sp><a:fld type="slidenum"><a:t>99</a:t></a:fld></p:sld>`;

  it('has its slides in order, each a page, an empty one too, with its notes', async () => {
    const bytes = officeOpen(
      {
        'ppt/p.xml':
          '<p:presentation><p:sldIdLst><p:sldId id="1" r:id="r2"/><p:sldId id="2" r:id="r3"/><p:sldId id="3" r:id="r1"/></p:sldIdLst></p:presentation>',
        'ppt/_rels/p.xml.rels': relations(
          ['r1', 'slide', 'slides/1.xml'],
          ['r2', 'slide', '/ppt/slides/2.xml'],
          ['r3', 'slide', 'slides/3.xml'],
        ),
        'ppt/slides/1.xml': slide('one'),
        'ppt/slides/2.xml': slide('two'),
        'ppt/slides/3.xml': '<p:sld/>',
        'ppt/slides/_rels/2.xml.rels': relations(['r9', 'notesSlide', '../notes/2.xml']),
        'ppt/notes/2.xml': '<p:notes><a:p><a:t>spoken</a:t></a:p></p:notes>',
      },
      { 'ppt/p.xml': TYPES.pptx },
    );
    expect(await extractBytes('a.pptx', bytes)).toMatchObject({
      title: 'two',
      text: Buffer.from('two\nspoken\f\fone'),
    });
  });
});

describe('a workbook', () => {
  const cell = (type: string, value: string, style = 0) => `<c s="${style}" t="${type}"><v>${value}</v></c>`;
  const book = (rows: string, strings = '', sheets = '<sheet name="One" r:id="r1"/>') =>
    officeOpen(
      {
        'xl/w.xml': `<workbook><sheets>${sheets}</sheets></workbook>`,
        'xl/_rels/w.xml.rels': relations(
          ['r1', 'worksheet', 's.xml'],
          ['r2', 'sharedStrings', 't.xml'],
          ['r3', 'styles', 'f.xml'],
        ),
        'xl/s.xml': `<worksheet><sheetData>${rows}</sheetData></worksheet>`,
        'xl/t.xml': `<sst>${strings}</sst>`,
        'xl/f.xml':
          '<styleSheet><numFmts><numFmt numFmtId="170" formatCode="[Red]dd\\.mm\\.yyyy"/><numFmt numFmtId="171" formatCode="0.0&quot;days&quot;"/></numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="170"/><xf numFmtId="10"/><xf numFmtId="20"/><xf numFmtId="171"/></cellXfs></styleSheet>',
      },
      { 'xl/w.xml': TYPES.xlsx },
    );

  it('has a line for each row, with shared and own strings, and results of formulas', async () => {
    const rows = `<row>${cell('s', '1')}${cell('s', '0')}${cell('n', '7')}</row><row><c t="inlineStr"><is><t>own</t></is></c><c t="str"><f>A1&amp;"x"</f><v>result</v></c>${cell('s', '99')}${cell('b', '1')}${cell('b', '0')}</row>`;
    const strings = '<si><r><t>ri</t></r><r><t>ch</t></r><rPh><t>no</t></rPh></si><si><t>first</t></si>';
    expect(await text(book(rows, strings))).toBe('One\nfirst rich 7\nown result TRUE FALSE');
  });

  it.each([
    ['45429', 1, '2024-05-17'],
    ['45429.75', 1, '2024-05-17 18:00:00'],
    ['0.25', 2, '25.00%'],
    ['0.75', 3, '18:00:00'],
    ['0.30000000000000004', 0, '0.3'],
    ['1E3', 4, '1000.0days'],
    ['1e300', 1, '1e+300'],
    ['#N/A', 0, '#N/A'],
  ])('shows the number %s by style %d as %s', async (value, style, shown) => {
    expect(await text(book(`<row>${cell('n', value, style)}</row>`))).toBe(`One\n${shown}`);
  });

  it('is no larger than the limit, though its cells repeat one long string', async () => {
    const strings = `<si><t>${'long '.repeat(200_000)}</t></si><si><t>last</t></si>`;
    const rows = [...Array<string>(1000).fill('0'), '1'].map((string) => `<row>${cell('s', string)}</row>`).join('');
    const found = await extractBytes('a.xlsx', book(rows, strings));
    expect(found.text.length).toBeLessThan(16 << 20);
    expect(found.isTruncated).toBe(true);
    expect(textOf(found)).toMatch(/last$/);
  });

  it('has each sheet once, however often it is listed', async () => {
    const sheets = '<sheet name="One" r:id="r1"/>'.repeat(1000);
    expect(await text(book(`<row>${cell('n', '7')}</row>`, '', sheets))).toBe('One\n7');
  });
});

describe('an OpenDocument', () => {
  it.each([
    [
      'spans do not end a word',
      '<text:p>light<text:span>house</text:span></text:p><text:p>b</text:p>',
      'lighthouse\nb',
    ],
    [
      'notes and comments come after the text',
      '<text:p>a<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>note</text:p></text:note-body></text:note>b<office:annotation><dc:creator>Ann</dc:creator><dc:date>2024</dc:date><text:p>said</text:p></office:annotation>c</text:p>',
      'abc\nnote\nsaid',
    ],
    [
      'deleted text is none',
      '<text:tracked-changes><text:p>gone</text:p></text:tracked-changes><text:p>a</text:p>',
      'a',
    ],
    ['a date within a line is text', '<text:p>on <text:date>1 May</text:date>.</text:p>', 'on 1 May.'],
    ['blanks, tabs, breaks', '<text:p>a<text:s text:c="9"/>b<text:tab/>c<text:line-break/>d</text:p>', 'a b c\nd'],
  ])('%s', async (_, content, expected) => {
    expect(await text(openDocument(`<office:text>${content}</office:text>`))).toBe(expected);
  });

  it('has the text of charts and formulas in it', async () => {
    const inner = (name: string, body: string) => ({ name: `${name}/content.xml`, bytes: `<x>${body}</x>` });
    const bytes = openDocument(
      '<office:text><text:p>a</text:p></office:text>',
      'text',
      inner('Object 1', '<math:math><mi>E</mi><mo>=</mo><mi>m</mi><annotation>{E}</annotation></math:math>'),
      inner('Object 2', '<chart:title><text:p>Gulls by day</text:p></chart:title>'),
      inner('Object 2/Thumbnails', '<text:p>none</text:p>'),
    );
    expect(await text(bytes)).toBe('a\nE = m\nGulls by day');
  });

  it('shows equal cells that are written once as often as they stand there, of a whole line of them a hundred', async () => {
    const cells = (count: number) =>
      `<table:table-cell table:number-columns-repeated="${count}"><text:p>n${count}</text:p></table:table-cell>`;
    const row = `<table:table-row>${cells(2)}${cells(16_384)}</table:table-row>`;
    const shown = await text(openDocument(`<table:table table:name="One">${row}</table:table>`, 'spreadsheet'));
    expect(shown).toBe(`One\nn2 n2${' n16384'.repeat(100)}`);
  });

  it('has a page for each sheet, and for each slide', async () => {
    const table = (name: string) =>
      `<table:table table:name="${name}"><table:table-row><table:table-cell><text:p>a</text:p></table:table-cell><table:table-cell><text:p>b</text:p></table:table-cell></table:table-row></table:table>`;
    expect(await text(openDocument(table('One') + table('Two'), 'spreadsheet'))).toBe('One\na b\fTwo\na b');
    const page = (words: string) =>
      `<draw:page><draw:frame presentation:class="title"><draw:text-box><text:p>${words}</text:p></draw:text-box></draw:frame></draw:page>`;
    expect(await extractBytes('a', openDocument(page('One') + page('Two'), 'presentation-template'))).toMatchObject({
      title: 'One',
      text: Buffer.from('One\fTwo'),
    });
  });

  it('may be a flat file', async () => {
    const flat =
      '<?xml version="1.0"?><office:document office:mimetype="application/vnd.oasis.opendocument.text"><office:meta><dc:title>T</dc:title><meta:keyword>k</meta:keyword></office:meta><office:master-styles><style:master-page><style:header><text:p>top</text:p></style:header></style:master-page></office:master-styles><office:body><office:text><text:p>words</text:p></office:text></office:body></office:document>';
    for (const name of ['a.fodt', 'file']) {
      const found = await extractBytes(name, flat);
      expect([found.title, textOf(found), propertiesOf(found)]).toEqual(['T', 'words\ntop', ['tag k']]);
      expect(Buffer.from(found.markup).toString()).toBe('k');
    }
  });

  it('says why it cannot be read when it is encrypted', async () => {
    const manifest = {
      name: 'META-INF/manifest.xml',
      bytes: '<m:manifest><m:file-entry><m:encryption-data/></m:file-entry></m:manifest>',
    };
    await expect(extractBytes('a.odt', openDocument('', 'text', manifest))).rejects.toThrow('encrypted');
  });
});

describe('a book', () => {
  it('has its chapters in order', async () => {
    const chapters = { 'b c.xhtml': '<html><title>No</title><p>one</p></html>', 'a.xhtml': '<p>t<b>w</b>o</p>' };
    const metadata =
      '<dc:title>T</dc:title><dc:creator>Ann</dc:creator><dc:creator>Bob</dc:creator><dc:date>2024</dc:date><dc:subject>gulls</dc:subject><dc:language>fr</dc:language>';
    const found = await extractBytes('a.bin', epub(chapters, metadata));
    expect([found.title, textOf(found), found.type]).toEqual(['T', 'one\ntwo', 'application/epub+zip']);
    expect(propertiesOf(found).filter((one) => !one.startsWith('written'))).toEqual([
      'author Ann',
      'author Bob',
      'tag gulls',
      'language fr',
    ]);
  });

  it('says why it cannot be read when its chapters are encrypted', async () => {
    await expect(extractBytes('a.epub', epub({ 'a.xhtml': '\x01\0\x03\x04\0\0\x07'.repeat(20) }))).rejects.toThrow(
      'encrypted',
    );
  });

  it('as FictionBook has its text, alone in a zip archive too', async () => {
    const fb2 =
      '<?xml version="1.0"?><FictionBook><description><title-info><author><first-name>Ann</first-name><last-name>Bee</last-name></author><book-title>T</book-title><keywords>a, b</keywords><date value="2024-03-05">spring</date><lang>ru</lang></title-info><document-info><author><nickname>scanner</nickname></author></document-info></description><body><section><p>light<strong>house</strong></p><p><image l:href="#a" alt="a lamp"/></p></section></body><binary>QUJD</binary></FictionBook>';
    for (const [name, bytes] of [
      ['a.fb2', Buffer.from(fb2)],
      ['a.fb2.zip', zipBytes({ name: 'a.fb2', bytes: fb2 })],
    ] as const) {
      const found = await extractBytes(name, bytes);
      expect([found.title, textOf(found)]).toEqual(['T', 'lighthouse\na lamp']);
      expect(propertiesOf(found).filter((one) => !one.startsWith('written'))).toEqual([
        'author Ann Bee',
        'tag a',
        'tag b',
        'language ru',
      ]);
    }
  });
});

describe('an OpenDocument or a book that was zipped again', () => {
  /** In another order, and all of it packed. */
  async function zippedAgain(bytes: Buffer): Promise<Buffer> {
    const archive = (await openZip(bytes, 1 << 20)) ?? expect.fail('no zip archive');
    const parts = archive.members.map(async (member) => ({
      name: member.name,
      bytes: (await archive.read(member)).bytes,
    }));
    return zipBytes(...(await Promise.all(parts)).reverse());
  }

  it.each([
    ['a.odt', 'open-document', openDocument('<office:text><text:p>words</text:p></office:text>')],
    ['a.epub', 'epub', epub({ 'a.xhtml': '<p>words</p>' })],
  ])('is what its ending names, and else an archive: %s', async (name, extractor, bytes) => {
    const again = await zippedAgain(bytes);
    expect(await extractBytes(name, again)).toMatchObject({ extractor, text: Buffer.from('words') });
    expect(await extractBytes('a.zip', again)).toMatchObject({ extractor: 'zip' });
    expect(await extractBytes(name, zipBytes({ name: 'a.txt', bytes: 'x' }))).toMatchObject({ extractor: 'zip' });
  });
});

describe('an office document made to harm', () => {
  const deep = (open: string, close: string, words: string) =>
    `${open.repeat(200_000)}${words}${close.repeat(200_000)}`;

  it('is read as far as its elements may nest', async () => {
    const bodies = [
      docx(par(run('a')) + deep('<w:p>', '</w:p>', run('deep'))),
      openDocument(`<text:p>a</text:p>${deep('<text:section>', '</text:section>', '<text:p>deep</text:p>')}`),
    ];
    for (const bytes of bodies)
      expect(await extractBytes('a', bytes)).toMatchObject({ text: Buffer.from('a'), isTruncated: true });
  });

  it('has no entity expanded, neither of its own nor of a file', async () => {
    const document = `${LAUGHS}<w:d>${par(run('a &c; &x; b'))}</w:d>`;
    const bytes = officeOpen({ 'd.xml': document }, { 'd.xml': TYPES.docx });
    expect(await text(bytes)).toBe('a &c; &x; b');
  });

  it.each([
    ['word/document.xml', docx(par(run('words')))],
    ['content.xml', openDocument('<office:text><text:p>words</text:p></office:text>')],
  ])('says that there is more when the archive ends before %s', async (name, bytes) => {
    const cut = bytes.subarray(0, bytes.indexOf(name) - 30);
    expect(await extractBytes('a', cut)).toMatchObject({ text: Buffer.from(''), isTruncated: true });
  });

  it('costs no more than the limit when it unpacks to very much', async () => {
    const bytes = docx(par(run('words ')).repeat(3_000_000));
    const found = await extractBytes('a.docx', bytes, 1 << 20);
    expect(found.isTruncated).toBe(true);
    expect(found.text.length).toBeLessThan(4 << 20);
  });

  it('leads nowhere by its relations', async () => {
    const bytes = officeOpen(
      {
        'ppt/p.xml': '<p><sldId r:id="a"/><sldId r:id="b"/></p>',
        'ppt/_rels/p.xml.rels': relations(['a', 'slide', '../../../../etc/passwd'], ['b', 'slide', 'p.xml']),
      },
      { 'ppt/p.xml': TYPES.pptx },
    );
    expect((await extractBytes('a.pptx', bytes)).text).toHaveLength(1);
  });

  it('ends, whatever its bytes are', async () => {
    const starts = [docx(par(run('words'))), openDocument('<text:p>words</text:p>'), epub({ 'a.html': '<p>words' })];
    const changes = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...starts), changes, fc.nat(), async (start, all, length) => {
        const bytes = Buffer.from(start);
        for (const [at, byte] of all) bytes[4 + (at % (bytes.length - 4))] = byte;
        await extractBytes('a.odt', bytes.subarray(0, 4 + (length % (2 * bytes.length)))).catch((error) =>
          expect(error).toMatchObject({ code: 'FT_EXTRACT_FAILED' }),
        );
      }),
      { numRuns: 300 },
    );
  });
});
