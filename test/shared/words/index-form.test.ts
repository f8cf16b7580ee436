/** What the writer gives to SQLite, and the words that SQLite makes of it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openForWriting } from '../../../shared/store/open.js';
import { indexForm } from '../../../shared/words/index-form.js';
import { otherForms } from '../../../shared/words/other-forms.js';
import { toWords } from '../../../shared/words/words.js';

/** By the tokenizer of the index, without its stems. */
function tokensOfSqlite(texts: readonly Uint8Array[]): string[][] {
  const db = openForWriting(':memory:');
  db.exec(`CREATE VIRTUAL TABLE temp.one USING fts5 (text, tokenize = 'ascii');
           CREATE VIRTUAL TABLE temp.one_term USING fts5vocab ('temp', 'one', 'instance')`);
  const insert = db.prepare('INSERT INTO temp.one (rowid, text) VALUES (?, ?)');
  for (const [i, text] of texts.entries()) insert.run(i + 1, text);
  const rows = db.prepare<[], [number, string]>('SELECT doc, term FROM temp.one_term ORDER BY doc, offset').raw().all();
  db.close();
  const tokens: string[][] = texts.map(() => []);
  for (const [doc, term] of rows) tokens[doc - 1]?.push(term);
  return tokens;
}

const PARTS = [
  ...'abZ019 _-.,/\'"+#;)\n\t',
  ...[
    'fooBar',
    'HTTPServer',
    'v2',
    '01T12:34',
    '9f86d081',
    '\\n',
    '\\nbar',
    "can't",
    'e-mail',
    'TCP/IP',
    'U.S.',
    '1,299',
  ],
  ...['%20', '%C3%BC', '\\u00fc', '\\x41', '\u001b[31m', 'C++', 'i++;', 'C#', 'node.js', '1920x1080'],
  ...['é', 'ß', 'Müller', 'ё', '東京', '한글', 'ค้น', '😀', '«', '\u00a0', '\u0301', '\u00ad'],
];
const text = fc.string({ unit: fc.constantFrom(...PARTS), maxLength: 40 });
const long = fc.tuple(text, fc.integer({ min: 0, max: 80 }), text).map(([a, gap, b]) => a + ' x'.repeat(gap) + b);

describe('indexForm', () => {
  it('gives SQLite the words that a query and a snippet see', () => {
    fc.assert(
      fc.property(fc.array(long, { minLength: 10, maxLength: 30 }), (texts) => {
        const forms = texts.map((one) => indexForm(Buffer.from(one)).text);
        expect(tokensOfSqlite(forms)).toEqual(texts.map(toWords));
      }),
      { numRuns: 200 },
    );
  });

  it('finds the same other forms in bytes as in a text', () => {
    fc.assert(
      fc.property(long, (source) => {
        const expected = [...new Set(otherForms(source))].sort();
        expect(indexForm(Buffer.from(source)).others).toBe(indexForm(Buffer.from(source)).others);
        const found = indexForm(Buffer.from(source)).others;
        for (const form of expected) expect(` ${found} `).toContain(` ${form} `);
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['words of another alphabet', 'чайка над морем, e-mail, Müller. '.repeat(6000)],
    ['lines of ASCII and others', `${'plain words '.repeat(4000)}\nübermäßig `.repeat(12)],
  ])('is the same in pieces as it is whole, where a text is long: %s', (_, source) => {
    expect(tokensOfSqlite([indexForm(Buffer.from(source)).text])).toEqual([toWords(source)]);
    expect(indexForm(Buffer.from(source)).others.split(' ').sort()).toEqual(
      [...new Set(otherForms(source))].join(' ').split(' ').sort(),
    );
  });

  it.each([
    ["a'", 15 << 20],
    ...['a’', 'a.', '1,111', '漢', 'ﷺ', '𝒂'].map((unit) => [unit, 300_000] as const),
  ] as const)('ends, for %s again and again without a blank', (unit, size) => {
    const bytes = Buffer.alloc(size, unit);
    expect(indexForm(bytes).text.length).toBeGreaterThan(0);
    expect(indexForm(Buffer.concat([Buffer.from('é '), bytes])).text.length).toBeGreaterThan(0);
  });

  it('takes bytes that are no UTF-8 for a border', () => {
    expect(tokensOfSqlite([indexForm(Buffer.from('caf\xe9 b\xffc', 'latin1')).text])).toEqual([['caf', 'b', 'c']]);
  });

  it('gives other forms no more room than a quarter of the text and a little', () => {
    const names = Array.from({ length: 200_000 }, (_, i) => `getX${i.toString(36)}Y`);
    const source = Buffer.from(names.join(' '));
    expect(indexForm(source).others.length).toBeLessThanOrEqual(source.length / 4 + 65_536);
  });
});

describe('otherForms', () => {
  it.each([
    ['handleRequestError', ['handle request error']],
    ['HTTPServer getElementById', ['http server', 'get element by id']],
    ["can't l’été", ['cant', 'lete']],
    ['e-mail co-operate well-known --no-verify', ['email', 'cooperate']],
    ['TCP/IP src/lib U.S.A. Node.js', ['tcpip', 'usa', 'nodejs']],
    ['Müller Århus GRÖSSE', ['mueller', 'aarhus', 'groesse']],
    ['1,299.99 and 1,2,3', ['1299 99']],
    ['C:\\new', ['ew', 'new']],
    ['Word words WORDS x', []],
  ])('%s', (source, forms) => {
    expect([...otherForms(source)].sort()).toEqual([...forms].sort());
  });
});
