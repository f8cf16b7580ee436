/**
 * Files that are made to harm whoever reads them: bombs, lies, loops, depth and floods in every format. Each is made when
 * it is asked for, since together they are large. Used by the torture run at full size, and by a test at a small one.
 */
import { randomFillSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { constants, deflateRawSync, gzipSync } from 'node:zlib';
import { docx, epub, officeOpen, openDocument, relations, TYPES } from './office-bytes.js';
import { fromObjects, pdfBytes, stream } from './pdf-bytes.js';
import { PNG, pngChunk } from './png-bytes.js';
import { tarBytes } from './tar-bytes.js';
import { zipBytes } from './zip-bytes.js';

const MEGABYTE = 1 << 20;
const LETTER = fileURLToPath(new URL('../fixtures/files/letter.doc', import.meta.url));
const PACKED = fileURLToPath(new URL('../fixtures/packed', import.meta.url));

/** @param scale  1: as large as they are dangerous; less: in proportion. */
export function hostileFiles(scale: number): Readonly<Record<string, () => Buffer>> {
  const size = new Sizes(scale);
  return {
    ...archives(size),
    ...documents(size),
    ...markups(size),
    ...pdfs(size),
    ...texts(size),
    ...mails(size),
    ...others(size),
  };
}

class Sizes {
  constructor(private readonly scale: number) {}

  count(full: number): number {
    return Math.max(Math.ceil(full * this.scale), 2);
  }

  repeat(text: string, full: number): string {
    return text.repeat(this.count(full));
  }

  /** Deflated, without the time that it would take to deflate it. @param full  how often a megabyte of that text. */
  bomb(text: string, full: number): Buffer {
    const megabyte = Buffer.alloc(MEGABYTE, text);
    const block = deflateRawSync(megabyte, { finishFlush: constants.Z_FULL_FLUSH });
    return Buffer.concat([...Array<Buffer>(this.count(full)).fill(block), Buffer.from([3, 0])]);
  }

  random(head: string | Buffer, full: number): Buffer {
    return Buffer.concat([Buffer.from(head as string, 'latin1'), randomFillSync(Buffer.alloc(this.count(full)))]);
  }
}

type Files = Readonly<Record<string, () => Buffer>>;

function zipOfBomb(name: string, packed: Buffer, unpackedBytes: number): Buffer {
  return zipBytes({ name, packed, packedBytes: packed.length, unpackedBytes });
}

function gzipBomb(packed: Buffer): Buffer {
  return Buffer.concat([Buffer.from('1f8b0800000000000003', 'hex'), packed, Buffer.alloc(8)]);
}

function nested(levels: number, wide: number): Buffer {
  let inner = zipBytes({ name: 'a.txt', bytes: 'x'.repeat(MEGABYTE) });
  for (let level = 0; level < levels; level++)
    inner = zipBytes(...Array.from({ length: wide }, (_, i) => ({ name: `${i}.zip`, bytes: inner })));
  return inner;
}

function archives(size: Sizes): Files {
  const many = (name: (i: number) => string, full: number) =>
    Array.from({ length: size.count(full) }, (_, i) => ({ name: name(i), bytes: '' }));
  const names = ['../../../etc/passwd', '/etc/shadow', '\x1b[31mred\x07\n.txt', 'n'.repeat(60_000), 'a/../../b', '..'];
  const link = { name: 'link', bytes: '/etc/passwd', unixMode: 0o120777 };
  return {
    'flat.zip': () => zipOfBomb('a.txt', size.bomb('bomb ', 1024), 2 ** 30),
    'nested.zip': () => nested(6, 10),
    'overlap.zip': () => {
      const [first, ...rest] = many((i) => `f${i}.txt`, 20_000);
      return zipBytes(
        { name: first?.name ?? '', packed: size.bomb('overlap ', 2) },
        ...rest.map((one) => ({ ...one, offset: 0 })),
      );
    },
    'says-less.zip': () => zipOfBomb('lie.txt', size.bomb('lie ', 64), 10),
    'says-more.zip': () => zipOfBomb('lie.txt', size.bomb('lie ', 1), 0xfffffff0),
    'many.zip': () => zipBytes(...many((i) => `d/${i}`, 60_000)),
    'names.zip': () => zipBytes(...names.map((name) => ({ name, bytes: 'payload' })), link),
    'cut.zip': () => zipOfBomb('a.txt', size.bomb('cut ', 1), MEGABYTE).subarray(0, 700),
    'end-only.zip': () => zipBytes().fill(1, 8, 12),
    'random.zip': () => size.random('PK\x03\x04', 5 * MEGABYTE),
    'names.tar': () =>
      tarBytes(...names.map((name) => ({ name: name.slice(0, 99), text: 'payload' })), { name: 'l', type: '2' }),
    'below-zero.tar': () => tarBytes({ name: 'a.txt', size: '\xff'.repeat(12), text: 'x' }),
    'endless.tar': () => tarBytes({ name: 'a.txt', size: `\x80${'\x7f'.repeat(11)}`, text: 'x' }),
    'long-names.tar': () =>
      tarBytes(...Array(10).fill({ name: '././@LongLink', type: 'L', text: size.repeat('n', MEGABYTE) })),
    'pax.tar': () => tarBytes(...Array(size.count(5000)).fill({ name: 'p', type: 'x', text: '999999999 path=x\n' })),
    'bomb.gz': () => gzipBomb(size.bomb('bomb', 4096)),
    'bomb.tar.gz': () => gzipBomb(size.bomb('\0', 4096)),
    'twice.gz': () => gzipSync(gzipBomb(size.bomb('\0', 64))),
    'levels.gz': () => Array.from({ length: 60 }).reduce<Buffer>((inner) => gzipSync(inner), Buffer.from('inner')),
    'random.gz': () => size.random('\x1f\x8b\x08\0', MEGABYTE),
    'random.xz': () => size.random('\xfd7zXZ\0', MEGABYTE),
    'random.zst': () => size.random('\x28\xb5\x2f\xfd', MEGABYTE),
    'random.bz2': () => size.random('BZh9', MEGABYTE),
    ...Object.fromEntries(
      ['bz2', 'xz', 'zst'].flatMap((ending) => [
        [`zeros.txt.${ending}`, () => readFileSync(`${PACKED}/zeros.${ending}`)],
        [`cut.tar.${ending}`, () => cutOff(readFileSync(`${PACKED}/box.tar.${ending}`))],
      ]),
    ),
  };
}

function cutOff(bytes: Buffer): Buffer {
  return bytes.subarray(0, Math.floor(bytes.length / 2));
}

function laughs(): string {
  const entities = Array.from({ length: 11 }, (_, i) => `<!ENTITY a${i + 1} "${`&a${i};`.repeat(10)}">`);
  return `<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a0 "lol">${entities.join('')}]>`;
}

function wordDocument(document: string): Buffer {
  return officeOpen({ 'word/document.xml': document }, { 'word/document.xml': TYPES.docx });
}

function workbook(strings: string, cells: string): Buffer {
  const parts = {
    'xl/workbook.xml': '<workbook><sheets><sheet name="a" r:id="r1"/></sheets></workbook>',
    'xl/_rels/workbook.xml.rels': relations(['r1', 'worksheet', 'a.xml'], ['r2', 'sharedStrings', 'strings.xml']),
    'xl/a.xml': `<worksheet><sheetData><row>${cells}</row></sheetData></worksheet>`,
    'xl/strings.xml': `<sst>${strings}</sst>`,
  };
  return officeOpen(parts, { 'xl/workbook.xml': TYPES.xlsx });
}

function documents(size: Sizes): Files {
  const text = (body: string) => `<w:document><w:body><w:p><w:r><w:t>${body}</w:t></w:r></w:p></w:body></w:document>`;
  const manifest =
    '<manifest:file-entry manifest:full-path="content.xml"><manifest:encryption-data/></manifest:file-entry>';
  return {
    'laughs.docx': () => wordDocument(laughs() + text('&a11;')),
    'xxe.docx': () => wordDocument(`<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>${text('xxe &x;')}`),
    'comment.docx': () =>
      wordDocument(`<w:document><w:body><!--${size.repeat('-x', 60 * MEGABYTE)}--></w:body></w:document>`),
    'one-text.docx': () => wordDocument(text(size.repeat('bomb ', 24 * MEGABYTE))),
    'attributes.docx': () => docx(`<w:p ${size.repeat('a="" ', 3 * MEGABYTE)}/>`),
    'deep.docx': () => docx(`${size.repeat('<w:p>', 200_000)}<w:t>deep</w:t>${size.repeat('</w:p>', 200_000)}`),
    'long.docx': () => docx(size.repeat('<w:p><w:r><w:t>long</w:t></w:r></w:p>', 4_000_000)),
    'repeated.xlsx': () =>
      workbook(`<si><t>${size.repeat('shared ', 150_000)}</t></si>`, size.repeat('<c t="s"><v>0</v></c>', 500_000)),
    'repeated.ods': () =>
      openDocument(
        '<office:spreadsheet><table:table><table:table-row table:number-rows-repeated="1048576"><table:table-cell table:number-columns-repeated="16384"><text:p>again<text:s text:c="2000000000"/></text:p></table:table-cell></table:table-row></table:table></office:spreadsheet>',
        'spreadsheet',
      ),
    'encrypted.odt': () =>
      openDocument('', 'text', {
        name: 'META-INF/manifest.xml',
        bytes: `<manifest:manifest>${manifest}</manifest:manifest>`,
      }),
    'deep.fodt': () =>
      Buffer.from(
        `<?xml version="1.0"?><office:document office:mimetype="application/vnd.oasis.opendocument.text"><office:body><office:text>${size.repeat('<text:p>', 300_000)}`,
      ),
    'chapters.epub': () =>
      epub(Object.fromEntries(Array.from({ length: size.count(5000) }, (_, i) => [`${i}.html`, '<p>x']))),
    'binary.fb2': () =>
      Buffer.from(
        `<FictionBook><body><p>x</p></body><binary>${size.repeat('QUJD', 3 * MEGABYTE)}</binary></FictionBook>`,
      ),
    'circles.doc': () =>
      brokenLetter((bytes, table) => {
        for (let i = 0; i < 128; i++) bytes.writeUInt32LE(i, table + i * 4);
      }),
    'list-in-circles.doc': () => brokenLetter((bytes) => bytes.writeUInt32LE(0, 68)),
    'cut.doc': () => readFileSync(LETTER).subarray(0, 3000),
    'random.doc': () => size.random(Buffer.from('d0cf11e0a1b11ae1', 'hex'), 3 * MEGABYTE),
    'hex.rtf': () => Buffer.from(`{\\rtf1{\\pict\\pngblip ${size.repeat('0f', 5 * MEGABYTE)}}text}`),
    'deep.rtf': () => Buffer.from(`{\\rtf1${size.repeat('{', 2 * MEGABYTE)}deep`),
    'binary.rtf': () => Buffer.from('{\\rtf1 \\bin2147483647 abc\\bin-5 \\u-99999999999 x}'),
    'fonts.rtf': () => Buffer.from(`{\\rtf1{\\fonttbl${size.repeat('{\\f1\\fcharset77 x;}', 300_000)}}text}`),
  };
}

function brokenLetter(change: (bytes: Buffer, table: number) => void): Buffer {
  const bytes = Buffer.from(readFileSync(LETTER));
  change(bytes, (bytes.readUInt32LE(76) + 1) * 512);
  return bytes;
}

function markups(size: Sizes): Files {
  const of = (text: string) => () => Buffer.from(text);
  return {
    'laughs.xml': of(`${laughs()}<r>&a11;</r>`),
    'quadratic.xml': () =>
      Buffer.from(`<!DOCTYPE d [<!ENTITY q "${'q'.repeat(100_000)}">]><r>${size.repeat('&q;', 100_000)}</r>`),
    'deep.xml': () => Buffer.from(`${size.repeat('<a>', 200_000)}deep${size.repeat('</a>', 200_000)}`),
    'deep.svg': () =>
      Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg">${size.repeat('<g>', 200_000)}<text>x</text>`),
    'deep.html': () => Buffer.from(`${size.repeat('<div>', 600_000)}deep`),
    'tags.html': () => Buffer.from(size.repeat('<', 15 * MEGABYTE)),
    'comments.html': () => Buffer.from(size.repeat('<!--', 3 * MEGABYTE)),
    'attributes.html': () => Buffer.from(`<p ${size.repeat(' a="', 3 * MEGABYTE)}`),
    'deep.ipynb': () => Buffer.from(`{"cells":${size.repeat('[', 2_000_000)}`),
    'braces.tex': () =>
      Buffer.from(
        `\\documentclass{a}\\begin{document}${size.repeat('{', 5 * MEGABYTE)}${size.repeat('\\frac', MEGABYTE)}`,
      ),
    'itself.1': () =>
      Buffer.from(
        `.TH A 1\n.so itself.1\n.de X\n.X\n..\n.X\n${size.repeat('\\f', 3 * MEGABYTE)}${size.repeat('\\*[', MEGABYTE)}`,
      ),
    'brackets.md': () =>
      Buffer.from(size.repeat('[', MEGABYTE) + size.repeat('`', MEGABYTE) + size.repeat('*_', MEGABYTE)),
    'aliases.md': of(
      `---\na: &a [x,x,x]\nb: &b [${'*a,'.repeat(900)}]\nc: [${'*b,'.repeat(900)}]\ntitle: ${'['.repeat(9000)}\n---\ntext`,
    ),
    'folded.vcf': () => Buffer.from(`BEGIN:VCARD\nNOTE:x\n${size.repeat(' y\n', 4 * MEGABYTE)}`),
    'parameters.vcf': () => Buffer.from(`BEGIN:VCARD\nNOTE${size.repeat(';A=b', 4_000_000)}:x\n`),
    'lines.vcf': () => Buffer.from(`BEGIN:VCARD\n${size.repeat('X:y\n', 4_000_000)}`),
    'many.ics': () => Buffer.from(`BEGIN:VCALENDAR\n${size.repeat('BEGIN:VEVENT\nSUMMARY:a\n', 500_000)}`),
    'many.srt': () => Buffer.from(size.repeat('1\n00:00:01,000 --> 00:00:02,000\nx\n\n', 350_000)),
    'many.desktop': () => Buffer.from(`[Desktop Entry]\n${size.repeat('Name[xx]=y\n', 900_000)}`),
  };
}

function streamOf(packed: Buffer, filter = '/Filter/FlateDecode'): Buffer {
  const bytes = Buffer.concat([Buffer.from([0x78, 0x9c]), packed]);
  return Buffer.concat([
    Buffer.from(`<<${filter}/Length ${bytes.length}>>\nstream\n`),
    bytes,
    Buffer.from('\nendstream'),
  ]);
}

function pdfs(size: Sizes): Files {
  const whole = pdfBytes(['(one)', '(two)', '(three)']);
  const catalog = '<</Type/Catalog/Pages 2 0 R>>';
  const encrypt = `/Encrypt<</Filter/Standard/V 1/R 2/P -4/O<${'41'.repeat(32)}>/U<${'42'.repeat(32)}>>>/ID[<41><41>]`;
  return {
    'encrypted.pdf': () =>
      Buffer.from(whole.toString('latin1').replace('/Root 1 0 R', `/Root 1 0 R${encrypt}`), 'latin1'),
    'cut.pdf': () => cutOff(whole),
    'circles.pdf': () =>
      fromObjects([
        catalog,
        '<</Type/Pages/Kids[2 0 R 3 0 R]/Count 1000000>>',
        '<</Type/Pages/Parent 2 0 R/Kids[2 0 R]/Count 5>>',
        '<<>>',
      ]),
    'before-itself.pdf': () => {
      const text = whole.toString('latin1');
      const [, at = '0'] = /startxref\n(\d+)/.exec(text) ?? [];
      return Buffer.from(text.replace('/Root 1 0 R', `/Root 1 0 R/Prev ${at}`), 'latin1');
    },
    'object-stream.pdf': () =>
      fromObjects([
        catalog,
        '<</Type/Pages/Kids[]/Count 0>>',
        streamOf(size.bomb('1 0 ', 1024), '/Type/ObjStm/N 100000000/First 1000000/Filter/FlateDecode'),
        '<<>>',
      ]),
    'content.pdf': () => pdfBytes([streamOf(size.bomb('BT /F1 12 Tf (bomb) Tj ET ', 1024))]),
    'twice-packed.pdf': () =>
      pdfBytes([
        streamOf(
          deflateRawSync(Buffer.concat([Buffer.from([0x78, 0x9c]), size.bomb('\0', 4096)])),
          '/Filter[/FlateDecode/FlateDecode]',
        ),
      ]),
    'forms.pdf': () => formsThatDrawEachOther(size.count(30)),
    'says-more-pages.pdf': () => pdfBytes(['(one)'], { count: 2 ** 31 - 1 }),
    'deep-array.pdf': () =>
      fromObjects([
        `<</Type/Catalog/Pages 2 0 R/X ${size.repeat('[', MEGABYTE)}>>`,
        '<</Type/Pages/Kids[]/Count 0>>',
        '',
        '',
      ]),
    'one-page-often.pdf': () => {
      const count = size.count(100_000);
      const page = '<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 5 0 R/Resources<</Font<</F1 3 0 R>>>>>>';
      const font = '<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>';
      return fromObjects([
        catalog,
        `<</Type/Pages/Kids[${'6 0 R '.repeat(count)}]/Count ${count}>>`,
        font,
        '<<>>',
        stream('BT /F1 12 Tf (page) Tj ET '.repeat(size.count(2000))),
        page,
      ]);
    },
    'random.pdf': () => size.random('%PDF-1.4\n', 5 * MEGABYTE),
    'empty.pdf': () => Buffer.alloc(0),
  };
}

/** Each draws the next one ten times. */
function formsThatDrawEachOther(count: number): Buffer {
  const first = 6;
  const page = '<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 5 0 R/Resources<</XObject<</X 7 0 R>>>>>>';
  const forms = Array.from({ length: count }, (_, i) => {
    const next = i + 1 < count ? first + i + 2 : first + 1;
    const content = `BT /F1 9 Tf (form) Tj ET ${'/X Do '.repeat(10)}`;
    return `<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</Font<</F1 3 0 R>>/XObject<</X ${next} 0 R>>>>/Length ${content.length}>>\nstream\n${content}\nendstream`;
  });
  const font = '<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>';
  return fromObjects([
    '<</Type/Catalog/Pages 2 0 R>>',
    '<</Type/Pages/Kids[6 0 R]/Count 1>>',
    font,
    '<<>>',
    stream('/X Do'),
    page,
    ...forms,
  ]);
}

function texts(size: Sizes): Files {
  return {
    'apostrophes.txt': () => Buffer.alloc(size.count(15 * MEGABYTE), "a'"),
    'no-blanks.txt': () => Buffer.alloc(size.count(15 * MEGABYTE), '漢字仮名'),
    'ligatures.txt': () => Buffer.alloc(size.count(4 * MEGABYTE), 'ﬃﷺ'),
    'one-line.txt': () => Buffer.alloc(size.count(15 * MEGABYTE), 'a'),
    'words.txt': () =>
      Buffer.from(
        size
          .random('', 5 * MEGABYTE)
          .toString('hex')
          .replace(/.{14}/g, '$& '),
      ),
    'zeros-between.txt': () => Buffer.from(`${size.repeat('a\0', 7 * MEGABYTE)}b`),
    'accents.txt': () => Buffer.from(`a${size.repeat('\u0301', 5 * MEGABYTE)}`),
    'half-characters.txt': () =>
      Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.alloc(2 * size.count(4 * MEGABYTE), Buffer.from([0, 0xd8]))]),
  };
}

function mails(size: Sizes): Files {
  const head = 'From: a@b.c\nTo: d@e.f\nSubject: hostile\nMIME-Version: 1.0\n';
  const part = '--B\nContent-Disposition: attachment; filename=p.txt\n\npart\n';
  return {
    'parts.eml': () =>
      Buffer.from(`${head}Content-Type: multipart/mixed; boundary=B\n\n${size.repeat(part, 10_000)}--B--\n`),
    'levels.eml': () => {
      const levels = Array.from(
        { length: size.count(1000) },
        (_, i) => `Content-Type: multipart/mixed; boundary=B${i}\n\n--B${i}\n`,
      );
      return Buffer.from(`${head}${levels.join('')}Content-Type: text/plain\n\nend\n`);
    },
    'letters-in-letters.eml': () =>
      Buffer.from(`${size.repeat(`${head}Content-Type: message/rfc822\n\n`, 5000)}${head}\nend`),
    'long-subject.eml': () =>
      Buffer.from(`From: a@b.c\nSubject: =?utf-8?Q?${size.repeat('=41', 4 * MEGABYTE)}?=\n\nbody`),
    'senders.eml': () => Buffer.from(`From: ${size.repeat('"a" <a@b.c>, ', 500_000)}\nSubject: x\n\nbody`),
    'brackets.eml': () => Buffer.from(`To: ${size.repeat('(', 2 * MEGABYTE)}\nSubject: x\n\nbody`),
    'base64.eml': () => Buffer.from(`${head}Content-Transfer-Encoding: base64\n\n${size.repeat('!!!=', 3 * MEGABYTE)}`),
    'lines.mbox': () => Buffer.from(size.repeat('From a@b Mon Jan  1 00:00:00 2024\n\n', 300_000)),
  };
}

function others(size: Sizes): Files {
  const tiff = Buffer.from(
    '49492a000800000002006987040001000000080000002588040001000000080000000800000000000000',
    'hex',
  );
  const jpeg = Buffer.concat([
    Buffer.from([0xff, 0xd8, 0xff, 0xe1, 0, tiff.length + 8]),
    Buffer.from('Exif\0\0'),
    tiff,
    Buffer.from([0xff, 0xd9]),
  ]);
  return {
    'points-at-itself.jpg': () => jpeg,
    'points-at-itself.tiff': () => tiff,
    'fields.tif': () =>
      Buffer.concat([
        Buffer.from('49492a0008000000ffff', 'hex'),
        Buffer.alloc(12 * size.count(5000), Buffer.from('0e010200f0ffffff08000000', 'hex')),
      ]),
    'text.png': () =>
      Buffer.concat([
        PNG,
        pngChunk('IHDR', Buffer.alloc(13, 1)),
        pngChunk('zTXt', Buffer.concat([Buffer.from('Title\0\0x\x9c', 'latin1'), size.bomb('bomb', 512)])),
      ]),
    'boxes.heic': () =>
      Buffer.concat([
        Buffer.from('00000018667479706865696300000000686569636d696631', 'hex'),
        Buffer.alloc(16 * 100, Buffer.from('000000006d6574610000000000000000', 'hex')),
      ]),
    'chunks.webp': () =>
      Buffer.concat([
        Buffer.from('RIFF\xff\xff\xff\xffWEBPVP8X\0\0\0\0', 'latin1'),
        Buffer.alloc(8 * size.count(2000), 'EXIF\0\0\0\0'),
      ]),
    'random.jpg': () => size.random('\xff\xd8\xff\xe1', MEGABYTE),
  };
}
