/** RTF, LaTeX, notebooks, subtitles, cards, desktop entries: what the golden files do not show. Nothing here is timed; quadratic code would run for minutes. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { extractBytes, propertiesOf, textOf } from '../../../helpers/extract-bytes.js';

async function text(name: string, source: string): Promise<string> {
  return textOf(await extractBytes(name, Buffer.from(source, name.endsWith('.rtf') ? 'latin1' : 'utf8')));
}

describe('rtf', () => {
  it('has its title in Unicode, where it stands there twice', async () => {
    const source = '{\\rtf1\\ansi{\\info{\\upr{\\title ??}{\\*\\ud{\\title \\u26481?\\u20140?}}}}x}';
    expect(await extractBytes('a.rtf', source)).toMatchObject({ title: '東京' });
  });

  const rtf = (body: string) => text('a.rtf', `{\\rtf1\\ansi ${body}}`);

  it.each([
    ['formats do not end a word, paragraphs do', 'light{\\b house}\\par two\\line three', 'lighthouse\ntwo\nthree'],
    ['escapes, symbols and hyphens', '\\{a\\}\\\\ b\\~c\\_d e\\-f \\emdash  g', '{a}\\ b c-d ef — g'],
    ['bytes of DOS', "\\pc \\'81ber \\'e1", 'über ß'],
    ['bytes of DOS in Western Europe', "\\pca \\'9bre \\'d0", 'øre ð'],
    ['bytes of the code page of DOS', "\\ansicpg866 \\'8f\\'e0\\'a8", 'При'],
    ['bytes of the code page', "\\ansicpg1251 \\'cf\\'f0\\'e8\\'e2\\'e5\\'f2", 'Привет'],
    ['bytes of an old Macintosh', "\\mac caf\\'8e", 'café'],
    [
      'bytes of the font',
      "{\\fonttbl{\\f0\\fcharset0 A;}{\\f1\\fcharset128 B;}}\\f0 caf\\'e9 {\\f1 \\'93\\'fa\\'96\\'7b}",
      'café 日本',
    ],
    ['a second byte that is a letter', "{\\fonttbl{\\f1\\fcharset128 B;}}\\f1 \\'83A", 'ア'],
    ['Unicode, with what stands for it', "\\u26085?\\u26412\\'93\\uc2\\u233ab c \\uc0\\u233x", '日本é c éx'],
    ['pairs of UTF-16', '\\u-10179?\\u-8704?', '😀'],
    ['raw bytes do not end a group', 'a{\\pict\\bin3 }}}}b', 'ab'],
    [
      'pictures, styles, fonts and unknown groups are no text',
      '{\\stylesheet{\\s1 no;}}{\\pict ffd8}{\\*\\unknown no}{\\fonttbl{\\f0 Times;}}yes',
      'yes',
    ],
    ['fields by what they show', '{\\field{\\*\\fldinst HYPERLINK "no"}{\\fldrslt shown}}', 'shown'],
    ['deleted text is none', 'a{\\deleted gone}b\\deleted gone\\deleted0 c', 'abc'],
    ['notes come after the text', 'be{\\footnote note}fore', 'before\nnote'],
    ['cells of a row', 'a\\cell b\\cell\\row c', 'a b\nc'],
  ])('%s', async (_, source, expected) => {
    expect(await rtf(source)).toBe(expected);
  });

  it('says who wrote it, when and about what', async () => {
    const found = await extractBytes(
      'note',
      '{\\rtf1{\\info{\\title The {\\b gulls}}{\\author Ann; Bob}{\\keywords a, b}{\\creatim\\yr2024\\mo3\\dy5}{\\revtim\\yr2025}{\\operator no}}x}',
    );
    expect([found.title, found.extractor, textOf(found)]).toEqual(['The gulls', 'rtf', 'x']);
    expect(propertiesOf(found).filter((one) => !one.startsWith('written'))).toEqual([
      'author Ann',
      'author Bob',
      'tag a',
      'tag b',
    ]);
    expect(found.properties?.find(({ field }) => field === 'written')?.value).toBe(new Date(2024, 2, 5).getTime());
  });

  it('takes 10 MB of a picture, 200,000 groups, and braces that do not match', async () => {
    expect(await rtf(`a{\\pict ${'ff'.repeat(5_000_000)}}b`)).toBe('ab');
    expect(await rtf(`${'{'.repeat(200_000)}a${'}'.repeat(300_000)}b`)).toBe('ab');
    expect(await rtf(`${"\\'e9".repeat(200_000)}`)).toHaveLength(200_000);
    expect(await rtf(`${'\\u233?'.repeat(200_000)}`)).toHaveLength(200_000);
    expect(await rtf('{\\info'.repeat(100_000))).toBe('');
    expect(await rtf('a\\bin99999999 b')).toBe('a');
    expect(await rtf('a\\bin-5 b')).toBe('ab');
  });
});

describe('rtf that ends within a picture, or promises one that is longer than all', () => {
  it.each(['a\\bin99999999 b', 'a{\\pict\\bin30 xyz'])('says that there is more: %s', async (body) => {
    expect(await extractBytes('a.rtf', `{\\rtf1 ${body}`)).toMatchObject({ text: Buffer.from('a'), isTruncated: true });
  });

  it('but not for a picture that is whole', async () => {
    expect(await extractBytes('a.rtf', '{\\rtf1 a{\\pict\\bin3 }}}}b')).toMatchObject({ isTruncated: false });
  });
});

describe('latex', () => {
  it.each([
    ['commands go, their text stays', '\\section{On \\emph{gulls}} light\\textbf{house}', 'On gulls lighthouse'],
    ['what is only named goes', 'a \\cite[p.~3]{key}\\label{x} b \\includegraphics[width=3cm]{no.png} c', 'a  b  c'],
    ['accents and letters', 'caf\\\'e na\\"{\\i}ve \\c{c}a \\o re Stra\\ss e \\aa{}s', 'café naïve ça øre Straße ås'],
    ['comments go, percents stay', '100\\% sure % no\nnext', '100% sure\nnext'],
    ['dashes, quotes, blanks', "``a'' -- b --- c~d\\,e\\\\f", '"a" – b — c d e\nf'],
    ['formulas stay', '$E = mc^2$', '$E = mc^2$'],
  ])('%s', async (_, source, expected) => {
    expect((await text('a.tex', source ?? '')).replace(/ +/g, ' ')).toBe((expected ?? '').replace(/ +/g, ' '));
  });

  it('has the title and the authors that it gives itself', async () => {
    const source =
      '\\documentclass{article}\\title[s]{On {\\em many} gulls\\thanks{x}}\\author{Ann \\and Bob}\\begin{document}\\maketitle Text.\\end{document}';
    const found = await extractBytes('paper', source);
    expect([found.extractor, found.title.replace('x', '')]).toEqual(['latex', 'On many gulls']);
    expect(propertiesOf(found)).toEqual(['author Ann', 'author Bob']);
    expect(Buffer.from(found.markup).toString()).toContain('maketitle');
  });

  it('shows of its preamble the title, the author and the date, and finds the rest by its words', async () => {
    const source = [
      '\\PassOptionsToPackage{unicode}{hyperref}',
      '\\documentclass[\n]{article}',
      '\\IfFileExists{microtype.sty}{% use it if available\n  \\usepackage[]{microtype}\n}{}',
      '\\makeatletter\n\\@ifundefined{KOMAClassName}{\\setlength{\\parindent}{0pt}}{\\KOMAoptions{parskip=half}}',
      '\\hypersetup{\n  pdftitle={Tides},\n  hidelinks}\n\\title{Tides}\\author{Ann}\\date{May 2024}',
      '\\begin{document}\n\\hypertarget{harbour}{%\n\\section{Harbour}\\label{harbour}}',
      'Boats.\n\\end{document}',
    ].join('\n');
    const found = await extractBytes('a.tex', source);
    expect(textOf(found).replace(/\s+/g, ' ')).toBe('Tides Ann May 2024 Harbour Boats.');
    expect(Buffer.from(found.markup).toString()).toContain('KOMAoptions');
  });

  it('that shows how a document begins is shown whole', async () => {
    expect(await text('a.tex', 'before \\begin{document} after')).toMatch(/^before\s+after$/);
  });

  it('is linear on brackets, backslashes, percents and blanks', async () => {
    for (const part of ['\\begin[', '{', '\\', '\\\\', '%', "\\'{", '\\label ', '~', '\\title{'])
      expect(await text('a.tex', `${part.repeat(200_000)} end`)).toBeDefined();
  });
});

describe('a notebook', () => {
  it('of an older version has its cells too', async () => {
    const book = { worksheets: [{ cells: [{ cell_type: 'code', input: ['a\n', 'b'], outputs: [{ text: 'c' }] }] }] };
    expect(await text('a.ipynb', JSON.stringify(book))).toBe('a\nb\nc');
  });

  it.each(['{"cells": [{"source": "a', '[]', '{"cells": 7}', 'null', 'words'])(
    'that is none is text: %s',
    async (source) => {
      expect(await extractBytes('a.ipynb', source)).toMatchObject({ isFileText: true, text: Buffer.from(source) });
    },
  );

  it('has title and authors of its metadata', async () => {
    const metadata = { title: 'On gulls', authors: [{ name: 'Ann' }, 'Bob', 7] };
    const book = { metadata, cells: [{ cell_type: 'markdown', source: '# Counting' }] };
    const found = await extractBytes('a.ipynb', JSON.stringify(book));
    expect([found.title, ...propertiesOf(found)]).toEqual(['On gulls', 'author Ann', 'author Bob']);
    expect(Buffer.from(found.markup).toString()).toBe('Ann\nBob');
  });

  it('may have cells of any kind', async () => {
    const odd = { cells: [null, 7, {}, { source: { a: 1 } }, { outputs: 7 }, { outputs: [null, { text: [1, 'x'] }] }] };
    expect(await text('a.ipynb', JSON.stringify(odd))).toContain('x');
  });
});

describe('cards', () => {
  it('of several people have no title, and a blank line between them', async () => {
    const card = (name: string) => `BEGIN:VCARD\nFN:${name}\nEND:VCARD\n`;
    expect(await extractBytes('a.vcf', card('Ann') + card('Bob'))).toMatchObject({
      title: '',
      text: Buffer.from('Ann\n\nBob'),
    });
  });

  it('of old programs are quoted-printable', async () => {
    const card =
      'BEGIN:VCARD\nVERSION:2.1\nFN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Ann=20=C3=98r=\nsted\nTEL:1\nEND:VCARD\n';
    expect(await text('contact', card)).toBe('Ann Ørsted\n1');
  });

  it('without a whole name are found by its parts, which are not said twice', async () => {
    const card = (lines: string) => `BEGIN:VCARD\n${lines}\nEND:VCARD\n`;
    expect(await extractBytes('a.vcf', card('N:Bee;Ann;Ulla;Dr.;'))).toMatchObject({
      title: 'Dr. Ann Ulla Bee',
      text: Buffer.from('Dr. Ann Ulla Bee'),
    });
    expect(await text('a.vcf', card('N:Bee;Ann;;;\nFN:Ann Bee\nTEL:1'))).toBe('Ann Bee\n1');
  });

  it('may have a colon in a parameter', async () => {
    expect(await text('a.ics', 'BEGIN:VEVENT\nATTENDEE;CN="a: b";X=y:mailto:a@b\nSUMMARY;ALTREP="c:d":e\n')).toBe(
      'a: b a@b\ne',
    );
  });

  it('may have parameters without end', async () => {
    for (const parameter of [';A=b', ';A="b"', ';A="b']) {
      const card = `BEGIN:VCARD\nNOTE${parameter.repeat(500_000)}:x\nNOTE:y\n`;
      expect(await text('a.vcf', card)).toMatch(/^(?:x\n)?y$/);
    }
  });

  it('of a calendar have its name for a title', async () => {
    const events = ['a', 'b'].map((name) => `BEGIN:VEVENT\nSUMMARY:${name}\nDTSTART;VALUE=DATE:20240517\nEND:VEVENT\n`);
    expect(
      await extractBytes('a.ics', `BEGIN:VCALENDAR\nX-WR-CALNAME:Work\n${events.join('')}END:VCALENDAR`),
    ).toMatchObject({
      title: 'Work',
      text: Buffer.from('a\n2024-05-17\n\nb\n2024-05-17'),
    });
  });
});

describe('subtitles', () => {
  it('keep numbers that are said', async () => {
    expect(
      await text('a.srt', '1\n00:00:01,000 --> 00:00:02,000\n42\n\n2\n00:00:03,000 --> 00:00:04,000\nNOTE this\n'),
    ).toBe('42\nNOTE this');
  });
});

describe('a small format made to harm', () => {
  it.each(['a.rtf', 'a.tex', 'a.ipynb', 'a.srt', 'a.vcf', 'a.ics', 'a.desktop'])(
    'gives whole characters: %s',
    async (name) => {
      const pieces = fc.constantFrom(
        ...'{ } \\ \\\' \\u \\* % $ [ ] : ; = " , --> 00:01.000 \n \r\n BEGIN:VCARD FN Name= \\bin \\f é 😀'.split(' '),
      );
      await fc.assert(
        fc.asyncProperty(fc.array(fc.oneof(pieces, fc.string()), { maxLength: 30 }), async (parts) => {
          const begin = name === 'a.rtf' ? '{\\rtf1' : '';
          const found = await extractBytes(name, begin + parts.join('').replaceAll('\0', ' '));
          expect(Buffer.from(textOf(found)).equals(Buffer.from(found.text))).toBe(true);
        }),
        { numRuns: 200 },
      );
    },
  );

  it('is linear on long lines', async () => {
    for (const name of ['a.srt', 'a.vcf', 'a.ics', 'a.desktop'])
      for (const part of [';', '"', 'A;', '<', '{\\', '\n ', '=\n', '-->', 'Name='])
        expect(await text(name, part.repeat(200_000))).toBeDefined();
  });
});
