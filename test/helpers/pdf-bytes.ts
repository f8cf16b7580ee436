/** PDF files as a program writes them, from a text for each page; and from objects, which may say anything. */
import { deflateSync } from 'node:zlib';

const FONT = '<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>';

interface Options {
  /** The document information: `/Title(x)`. */
  readonly info?: string;
  /** What stands in the page tree instead of its own count. */
  readonly count?: number;
  /** The font F1. */
  readonly font?: string;
}

/** @param pages  each a string of PDF: `(words)` or `<0041>`, or a whole content stream in bytes. */
export function pdfBytes(pages: readonly (string | Buffer)[], { info = '', count, font = FONT }: Options = {}): Buffer {
  const first = 5;
  const kids = pages.map((_, at) => `${first + 2 * at} 0 R`).join(' ');
  return fromObjects([
    '<</Type/Catalog/Pages 2 0 R>>',
    `<</Type/Pages/Kids[${kids}]/Count ${count ?? pages.length}>>`,
    font,
    `<<${info}>>`,
    ...pages.flatMap((page, at) => [
      `<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Resources<</Font<</F1 3 0 R>>>>/Contents ${first + 2 * at + 1} 0 R>>`,
      typeof page === 'string' ? stream(`BT /F1 12 Tf 50 700 Td ${page} Tj ET`) : page,
    ]),
  ]);
}

/** Numbered from 1; the first is the catalog, the fourth the document information. */
export function fromObjects(objects: readonly (string | Buffer)[]): Buffer {
  const parts: Buffer[] = [Buffer.from('%PDF-1.7\n')];
  const places: number[] = [];
  let at = parts[0]?.length ?? 0;
  const add = (bytes: Buffer) => {
    parts.push(bytes);
    at += bytes.length;
  };
  for (const [index, object] of objects.entries()) {
    places.push(at);
    add(Buffer.concat([Buffer.from(`${index + 1} 0 obj\n`), Buffer.from(object), Buffer.from('\nendobj\n')]));
  }
  const entries = places.map((place) => `${String(place).padStart(10, '0')} 00000 n \n`).join('');
  const size = objects.length + 1;
  const trailer = `trailer\n<</Root 1 0 R/Info 4 0 R/Size ${size}>>\nstartxref\n${at}\n%%EOF\n`;
  parts.push(Buffer.from(`xref\n0 ${size}\n0000000000 65535 f \n${entries}${trailer}`));
  return Buffer.concat(parts);
}

/** @param isPacked  deflated, as most are. */
export function stream(content: string | Buffer, isPacked = false): Buffer {
  const bytes = isPacked ? deflateSync(content) : Buffer.from(content);
  const filter = isPacked ? '/Filter/FlateDecode' : '';
  return Buffer.concat([
    Buffer.from(`<</Length ${bytes.length}${filter}>>\nstream\n`),
    bytes,
    Buffer.from('\nendstream'),
  ]);
}
