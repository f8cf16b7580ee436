/** PDF, office documents, RTF, books and notes, with what they say of themselves. Used by properties.mjs. */
import { Buffer } from 'node:buffer';

const local = (...parts) => new Date(...parts).getTime();
const utc = Date.parse;

/** As a PDF may write a text, and what it says. */
const PDF_TEXTS = [
  ['(Gulls at sea)', 'Gulls at sea'],
  ['(Gulls \\(two\\) at \\\\ sea)', 'Gulls (two) at \\ sea'],
  ['(Caf\\351 na\\357ve)', 'Café naïve'],
  ['<FEFF004700FC006C006C>', 'Güll'],
  ['<feff 6771 4eac>', '東京'],
  ['<FEFFD83DDC26>', '🐦'],
  ['(\\376\\377\\0004\\0002)', '42'],
  ['<EFBBBF4772C3BCC39F65>', 'Grüße'],
  ['(Gulls \\\nat sea)', 'Gulls at sea'],
  ['<47756C6C73>', 'Gulls'],
  ['<FEFF0421043D04350433>', 'Снег'],
];

const PDF_DATES = [
  ["D:20240517120000+02'00'", utc('2024-05-17T10:00:00Z')],
  ['D:20240517120000Z', utc('2024-05-17T12:00:00Z')],
  ["D:20240517120000Z00'00'", utc('2024-05-17T12:00:00Z')],
  ['D:20240517120000', local(2024, 4, 17, 12)],
  ['D:202405171200', local(2024, 4, 17, 12)],
  ['D:20240517', local(2024, 4, 17)],
  ['D:202405', local(2024, 4, 1)],
  ['D:2024', local(2024, 0, 1)],
  ["D:20240517120000-05'30'", utc('2024-05-17T17:30:00Z')],
  ["D:20240517120000+02'00", utc('2024-05-17T10:00:00Z')],
  ['D:20240517120000+0200', utc('2024-05-17T10:00:00Z')],
  ['D:20240517120000+02', utc('2024-05-17T10:00:00Z')],
  ['20240517120000Z', utc('2024-05-17T12:00:00Z')],
  ['D:19240517120000Z', utc('1924-05-17T12:00:00Z')],
  ["D:19691231235959+01'00'", utc('1969-12-31T22:59:59Z')],
  ['2024-05-17T12:00:00+02:00', utc('2024-05-17T10:00:00Z')],
  ['Fri May 17 12:00:00 2024', local(2024, 4, 17, 12)],
  ['D:20240230120000Z', undefined],
  ['D:20241317120000Z', undefined],
  ['yesterday', undefined],
];

export function pdfs({ pdfBytes }) {
  const count = Math.max(PDF_TEXTS.length, PDF_DATES.length) * 2;
  return Array.from({ length: count }, (_, at) => {
    const [title, titleText] = PDF_TEXTS[at % PDF_TEXTS.length];
    const [author, authorText] = PDF_TEXTS[(at * 5 + 3) % PDF_TEXTS.length];
    const [date, written] = PDF_DATES[at % PDF_DATES.length];
    const pages = 1 + (at % 3);
    const info = `/Title${title}/Author${author}/CreationDate(${date})`;
    const bytes = pdfBytes(Array(pages).fill('(x)'), { info });
    return { name: `${at}.pdf`, bytes, says: { title: titleText, author: [authorText], written, pages } };
  });
}

const ISO_DATES = [
  ['2024-05-17T12:00:00Z', utc('2024-05-17T12:00:00Z')],
  ['2024-05-17T12:00:00+05:30', utc('2024-05-17T06:30:00Z')],
  ['2024-05-17T12:00:00.123456789', local(2024, 4, 17, 12, 0, 0, 123)],
  ['2024-05-17T12:00:00', local(2024, 4, 17, 12)],
  ['2024-05-17', local(2024, 4, 17)],
  ['1924-05-17T12:00:00Z', utc('1924-05-17T12:00:00Z')],
  ['2024', local(2024, 0, 1)],
  ['2024-05', local(2024, 4, 1)],
  ['0000-00-00T00:00:00', undefined],
];
const XML_TEXTS = [
  ['Gulls &amp; terns', 'Gulls & terns'],
  ['Gr&#xfc;&#223;e', 'Grüße'],
  ['<![CDATA[a < b]]>', 'a < b'],
  ['  two\n lines ', 'two lines'],
  ['東京の本', '東京の本'],
];

export function offices({ officeOpen, TYPES, openDocument, epub }) {
  const open = ['docx', 'pptx', 'xlsx'].map((kind) => [kind, (core) => openBytes(officeOpen, TYPES, kind, core)]);
  const odf = Object.entries({ odt: 'text', ods: 'spreadsheet', odp: 'presentation' }).map(([kind, type]) => [
    kind,
    ({ title, author, date, language }) => {
      const meta = `<dc:title>${title}</dc:title><meta:initial-creator>${author}</meta:initial-creator><dc:creator>Other</dc:creator><meta:creation-date>${date}</meta:creation-date><dc:language>${language}</dc:language>`;
      const bytes = `<office:document-meta><office:meta>${meta}</office:meta></office:document-meta>`;
      return openDocument(`<office:${type}/>`, type, { name: 'meta.xml', bytes });
    },
  ]);
  const book = [
    'epub',
    ({ title, author, date, language }) =>
      epub(
        { 'a.xhtml': '<p>x</p>' },
        `<dc:title>${title}</dc:title><dc:creator>${author}</dc:creator><dc:date>${date}</dc:date><dc:language>${language}</dc:language>`,
      ),
  ];
  const fb2 = [
    'fb2',
    ({ title, author, date, language }) =>
      Buffer.from(
        `<?xml version="1.0" encoding="UTF-8"?><FictionBook><description><title-info><author><nickname>${author}</nickname></author><book-title>${title}</book-title><date value="${date}"/><lang>${language}</lang></title-info></description><body><p>x</p></body></FictionBook>`,
      ),
  ];
  return [...open, ...odf, book, fb2].flatMap(([kind, make]) =>
    ISO_DATES.map(([date, written], at) => {
      const [title, titleText] = XML_TEXTS[at % XML_TEXTS.length];
      const [author, authorText] = XML_TEXTS[(at + 2) % XML_TEXTS.length];
      const bytes = make({ title, author, date, language: 'de-CH' });
      return {
        name: `${at}.${kind}`,
        bytes,
        says: { title: titleText, author: [authorText], written, language: ['de-CH'] },
      };
    }),
  );
}

function openBytes(officeOpen, TYPES, kind, { title, author, date, language }) {
  const core = `<cp:coreProperties><dc:title>${title}</dc:title><dc:creator>${author}</dc:creator><dcterms:created>${date}</dcterms:created><dc:language>${language}</dc:language></cp:coreProperties>`;
  const types = {
    'a.xml': TYPES[kind],
    'docProps/core.xml': 'application/vnd.openxmlformats-package.core-properties+xml',
  };
  return officeOpen({ 'a.xml': '<a/>', 'docProps/core.xml': core }, types);
}

/** Code page, title in it, and what it says. */
const RTF = [
  ['\\ansicpg1251', "\\'cf\\'e8\\'f1\\'fc\\'ec\\'ee", 'Письмо'],
  ['\\ansicpg1250', "\\'a3\\'f3d\\'9f", 'Łódź'],
  ['\\ansicpg1252', "\\'80 5 caf\\'e9", '€ 5 café'],
  ['\\ansicpg932', "\\'93\\'8c\\'8b\\'9e", '東京'],
  ['\\ansicpg936', "\\'b1\\'b1\\'be\\'a9", '北京'],
  ['\\ansicpg949', "\\'bc\\'ad\\'bf\\'ef", '서울'],
  ['\\ansicpg1252', '\\u26481?\\u20140?', '東京'],
  ['\\ansicpg1252\\uc2', 'Gr\\u252 ??n', 'Grün'],
  ['\\ansicpg1253', "\\'c1\\'e8\\'de\\'ed\\'e1", 'Αθήνα'],
  ['\\ansicpg1252', '\\u-10179?\\u-9178?', '🐦'],
  ['\\mac', "Caf\\'8e", 'Café'],
  ['\\pc', "Caf\\'82", 'Café'],
];

export function rtfs() {
  return RTF.map(([page, title, text], at) => {
    const time = at % 2 ? '\\yr1965\\mo3\\dy4\\hr5\\min6' : '\\yr2024\\mo5\\dy17';
    const written = at % 2 ? local(1965, 2, 4, 5, 6) : local(2024, 4, 17);
    const bytes = Buffer.from(
      `{\\rtf1\\ansi${page}{\\info{\\title ${title}}{\\author ${title}}{\\creatim${time}}}x\\par}`,
    );
    return { name: `${at}.rtf`, bytes, says: { title: text, author: [text], written } };
  });
}

export function notes() {
  const front = [
    'date: 2024-05-17',
    'date: "2024-05-17T12:00:00Z"',
    'date: 2024-05-17 12:00:00 +0200',
    'created: 1965-03-04',
  ];
  const written = [local(2024, 4, 17), utc('2024-05-17T12:00:00Z'), utc('2024-05-17T10:00:00Z'), local(1965, 2, 4)];
  return front.map((line, at) => ({
    name: `${at}.md`,
    bytes: Buffer.from(`---\ntitle: 'Gulls: two'\nauthor: Ann Ørsted\n${line}\nlang: nb\n---\n\nx\n`),
    says: { title: 'Gulls: two', author: ['Ann Ørsted'], written: written[at], language: ['nb'] },
  }));
}
