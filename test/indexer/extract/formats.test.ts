/** What the golden files do not show: edges and hostile input, format by format. Nothing here is timed; quadratic code would run for minutes. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Extracted, TextInput } from '../../../indexer/extract/extractor.js';
import { htmlExtractor } from '../../../indexer/extract/formats/html.js';
import { manExtractor } from '../../../indexer/extract/formats/man.js';
import { markupExtractor } from '../../../indexer/extract/formats/markup.js';
import { unescapeRoff } from '../../../indexer/extract/formats/roff-escapes.js';
import { textExtractor } from '../../../indexer/extract/formats/text.js';
import { xmlExtractor } from '../../../indexer/extract/formats/xml.js';
import { EXTRACTORS } from '../../../indexer/extract/registry.js';
import { cleanTitle } from '../../../indexer/extract/title.js';

/** One that does not make its caller wait, as all of these. */
interface Immediate {
  extract(file: TextInput): Extracted;
}

function run(extractor: Immediate, source: string, name = 'file'): { title: string; text: string } {
  const { title, text } = extractor.extract({ name, bytes: Buffer.from(source) });
  return { title, text: text.toString('utf8') };
}

const html = (source: string): string => run(htmlExtractor, source).text;
const xml = (source: string): string => run(xmlExtractor, source).text;
const man = (source: string): string => run(manExtractor, source).text;

/** Do the characters of `part` stand in `whole`, in this order? */
function isTakenFrom(part: string, whole: string): boolean {
  let at = 0;
  for (const character of part.replace(/\s/g, '')) {
    const found = whole.indexOf(character, at);
    if (found < 0) return false;
    at = found + character.length;
  }
  return true;
}

describe('any extractor of text', () => {
  const ofText = EXTRACTORS.filter((one) => one.takes === 'text');
  it.each(ofText.map((one) => [one.id, one] as const))(
    '%s takes any text and gives valid UTF-8',
    async (_, extractor) => {
      const pieces = fc.constantFrom(
        '<',
        '>',
        '&',
        '&amp',
        ';',
        '<!--',
        '-->',
        '<![CDATA[',
        ']]>',
        '<title>',
        '</title>',
        '<script>',
        '</',
        '/>',
        '"',
        '=',
        '.TH ',
        '.SH ',
        '\n',
        '\\',
        '\\[',
        '\\*(',
        '.de x',
        '..',
        '.TS',
        '\\f',
        "'",
        '# ',
        '===',
        '---',
        'wörd',
        '日本',
        '😀',
        ' ',
        '\u00a0',
        '{',
        '}',
        '[',
        ']',
      );
      await fc.assert(
        fc.asyncProperty(fc.array(fc.oneof(pieces, fc.string()), { maxLength: 40 }), async (parts) => {
          const { title, text } = await extractor.extract({
            name: 'file.md',
            bytes: Buffer.from(parts.join('').replaceAll('\0', ' ')),
          });
          expect(Buffer.from(text.toString('utf8')).equals(text)).toBe(true);
          expect(text.includes(0)).toBe(false);
          expect(title).toBe(cleanTitle(title));
        }),
        { numRuns: 300 },
      );
    },
  );
});

describe.each([
  ['html', htmlExtractor],
  ['xml', xmlExtractor],
] as const)('%s, broken off or nested anyhow', (_, extractor) => {
  it.each([
    ['within a closing tag', 'before &<</😀'],
    ['after the name of a closing tag', 'before </a<b'],
    ['within a self-closing tag', 'before <a/'],
    ['after an attribute', '<p>before <a b=""/'],
    ['with an ampersand', 'before & after </é <'],
  ])('gives no text twice: %s', (_case, source) => {
    const { text } = run(extractor, source);
    expect(text.match(/before/g)).toHaveLength(1);
    expect(isTakenFrom(text, source)).toBe(true);
  });

  it('gives whole characters, each at most once and in the order of the source', () => {
    const pieces = fc.constantFrom(
      ...'< > & </ /> <a/ <p> </p> <!-- --> <? ?> <![CDATA[ ]]> é 😀 日本 " \' ='.split(' '),
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(pieces, fc.string({ unit: 'binary' })), { maxLength: 30 }), (parts) => {
        const source = parts.join('').replaceAll('\0', ' ');
        fc.pre(!/&[\w#]/.test(source));
        const { text } = extractor.extract({ name: 'file', bytes: Buffer.from(source) });
        expect(Buffer.from(text.toString()).equals(text)).toBe(true);
        expect(isTakenFrom(text.toString(), source)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('html', () => {
  it.each([
    ['inline elements do not end a word', 'un<b>believ</b>able <i>a</i>b', 'unbelievable ab'],
    ['block elements do', '<p>one<p>two<br>three<td>four', 'one\ntwo\nthree\nfour'],
    ['blanks are one blank', '  a \t\n b  ', 'a b'],
    ['entities are decoded once', '&amp;lt; &lt;b&gt; &#x41;&#66; &nbsp;&eacute;&nGt;x', '&lt; <b> AB é≫⃒x'],
    ['entities without a semicolon and unknown ones', 'AT&T &copy 2026 &nosuch; & x', 'AT&T © 2026 &nosuch; & x'],
    ['scripts and styles are dropped', 'a<script>if (a<b) "</p>"</script>b<style>c</style>d', 'a\nb\nd'],
    ['a script that closes itself does not swallow the rest', '<script src="x"/>words', 'words'],
    ['an unclosed comment ends the text', 'a<!-- b <p>c', 'a'],
    ['noscript is read', '<noscript>words</noscript>', 'words'],
    [
      'alternative texts are read, other attributes not',
      '<img alt=\'A &amp; "B"\' title="no">x<img alt=plain>',
      'A & "B"\nx\nplain',
    ],
    ['upper case and odd blanks in tags', '<P\n>a</P ><SCRIPT>x</SCRIPT\t>b', 'a\nb'],
    ['a lone less-than sign is text', 'a < b <3 c', 'a < b <3 c'],
    ['the title of a drawing is not that of the page', '<svg><title>icon</title></svg>words', 'icon\nwords'],
  ])('%s', (_, source, expected) => {
    expect(html(source)).toBe(expected);
  });

  it('takes the title out of the text, unless it is too long to be kept whole', () => {
    expect(run(htmlExtractor, '<title> A\n<b>title</b> </title>words')).toEqual({
      title: 'A <b>title</b>',
      text: 'words',
    });
    const long = 'word '.repeat(100).trim();
    const { title, text } = run(htmlExtractor, `<title>${long}</title>x`);
    expect(title).toBe(long.slice(0, 299));
    expect(text).toBe(`${long}\nx`);
  });

  it('takes the first title, and the first heading only without a title', () => {
    expect(run(htmlExtractor, '<title></title><h1>Heading</h1><title>Title</title><title>No</title>').title).toBe(
      'Title',
    );
    expect(run(htmlExtractor, '<title></title><h1>First</h1><h1>Second</h1>').title).toBe('First');
    expect(run(htmlExtractor, '<title>unclosed').title).toBe('');
  });

  it('takes 200,000 nested elements, attributes, entities and open tags', () => {
    expect(html(`${'<div>'.repeat(200_000)}deep${'</div>'.repeat(200_000)}`)).toBe('deep');
    expect(html(`<p ${'a="b" '.repeat(200_000)}>words`)).toBe('words');
    expect(html('&amp;'.repeat(200_000)).length).toBe(200_000);
    expect(html('&nGt;'.repeat(100_000)).length).toBe(200_000);
    expect(html('&'.repeat(500_000)).length).toBe(500_000);
    expect(html(`${'<'.repeat(500_000)}x`)).toContain('<<');
    expect(html('<script>'.repeat(100_000))).toBe('');
  });
});

describe('xml', () => {
  it('takes text and CDATA, and neither comments, instructions, attributes nor definitions', () => {
    const source =
      '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY e "<b>x</b>">]><!-- c --><a x="y"><n:b>one</n:b><![CDATA[&amp; <two>]]><?p i?>three</a>';
    expect(xml(source)).toBe('one\n&amp; <two>three');
  });

  it('keeps the text before something that only looks like a document type', () => {
    expect(xml('<a>text <![CDATA[<!DOCTYPE x [ ]>]]> more</a>')).toBe('text <!DOCTYPE x [ ]> more');
  });

  it('takes a million levels', () => {
    expect(xml(`${'<a>'.repeat(1_000_000)}deep`)).toBe('deep');
  });

  it('loses no text of a file that is not well formed', () => {
    expect(xml('<a><b>one</a>two</c> <d e=f>three & four &nosuch; <')).toBe('one\ntwo\nthree & four &nosuch; <');
  });

  it('leaves scripts and styles out, whatever is nested in them', () => {
    expect(xml('<svg><style><style>a</style>b</style><script>c<x>d</x></script>e</svg>')).toBe('e');
  });
});

describe('man', () => {
  it.each([
    [
      'fonts in the middle of a word',
      'light\\fBhouse\\fR and \\f(CWcode\\fP and \\f[I]it\\f[]',
      'lighthouse and code and it',
    ],
    [
      'special characters',
      "\\(lqa\\(rq \\[:u]\\['e]\\(oe \\[u00E9] \\(em \\-x \\e \\(aq",
      "“a”üéœ é — -x \\ '".replace('”ü', '” ü'),
    ],
    ['sizes and motions', "\\s-2small\\s+2 \\s0x \\s[10]y \\h'-1m'z \\v'1'w\\s12big", 'small x y z wbig'],
    ['registers, strings and comments', 'a\\n(xx\\n[yy]\\nzb \\*(lqq\\*(rq \\*[Aq] end\\" comment', "ab “q” ' end"],
    ['no break and no width', 'a\\ b\\~c\\&d\\|e\\^f\\%g\\/h\\,i', 'a b cdefghi'],
  ])('unescapes %s', (_, source, expected) => {
    expect(unescapeRoff(source)).toBe(expected);
  });

  it.each([
    ['alternating fonts join', '.BR ls (1),', 'ls(1),'],
    ['quoted arguments', '.B "a b" c', 'a b c'],
    ['headings', '.SH "SEE ALSO"\n.SS Files', 'SEE ALSO\nFiles'],
    ['definitions are skipped', '.de X\nhidden\n..\nshown\n.de1 Y END\nhidden\n.END\nshown', 'shown\nshown'],
    ['ignored blocks', '.ig\nhidden\n..\n.ig END\nhidden\n.END\nshown', 'shown'],
    ['requests', '.nr x 1\n.if n .B shown\n.if t .B hidden\n.ie n \\{\\\nshown too\n.\\}', 'shown\nshown too'],
    ['tables', '.TS\nbox;\nl l\nl l.\na\tb\nT{\ncell\nT}\tc\n.TE\nafter.', 'a\tb\ncell\n\tc\nafter.'],
    ['indented paragraphs', '.IP \\(bu 4\ntext', '•\ntext'],
    ['macros nobody knows', '.QW "quoted word" .', 'quoted word .'],
  ])('%s', (_, source, expected) => {
    expect(man(source)).toBe(expected);
  });

  it('takes the title of the NAME section in any language, else name and section', () => {
    expect(run(manExtractor, '.TH LS 1\n.SH NAME\nls, dir \\- list\nfiles\n.SH X\ny').title).toBe(
      'ls, dir - list files',
    );
    expect(run(manExtractor, '.TH LS 1\n.SH 名前\nls \\- 一覧\n').title).toBe('ls - 一覧');
    expect(run(manExtractor, '.TH "LS" "1" "2026"\n.SH OVERVIEW\nno name here').title).toBe('LS(1)');
    expect(run(manExtractor, '.so man1/ls.1\n')).toEqual({ title: '', text: '' });
  });

  it('is linear on long lines of open brackets, quotes and macros', () => {
    expect(man('\\['.repeat(300_000)).length).toBeLessThan(600_000);
    expect(man(`.B ${'"'.repeat(300_000)}`)).toBeDefined();
    expect(man(`.B ${'\\'.repeat(300_000)}`)).toBeDefined();
    expect(man(`.if n ${'.if n '.repeat(1000)}`)).toBeDefined();
  });
});

describe('titles', () => {
  it.each([
    ['a.txt', '\n\n  * Two Wire Interface *\n', 'Two Wire Interface'],
    ['a.txt', '======\nTitle\n======\n', 'Title'],
    ['README', 'The project\n', 'The project'],
    ['README', '# SPDX-License-Identifier: MIT\n', ''],
    ['a.c', 'The project\n', ''],
    ['a.txt', `${'long '.repeat(60)}\n`, ''],
    ['a.txt', '{ "json": 1 }', ''],
    ['a.txt', '1234 5678\n----\n', ''],
  ])('%s with %j → %j', (name, source, expected) => {
    expect(run(textExtractor, source, name).title).toBe(expected);
  });

  it.each([
    ['text\n\n## Second level ##\n', 'Second level'],
    ['Title *one*\n===\n', 'Title one'],
    ["---\ntitle: 'It is'\n---\n# Other\n", 'It is'],
    ['---\nno end\n# Heading\n', 'Heading'],
    ['![logo](x.png) text\n\n# [![build](a.svg)](b) Name\n', 'build Name'],
    ['no heading at all', ''],
    ['', ''],
  ])('markup %j → %j', (source, expected) => {
    expect(run(markupExtractor, source, 'a.md').title).toBe(expected);
  });

  it('are one line of at most 300 characters without half a pair or a control character', () => {
    expect(cleanTitle(' a\n\tb\u0007c\u009bd ')).toBe('a b c d');
    expect(cleanTitle(`${'x'.repeat(299)}😀`)).toBe('x'.repeat(299));
    expect(cleanTitle('y'.repeat(5000)).length).toBe(300);
  });
});
