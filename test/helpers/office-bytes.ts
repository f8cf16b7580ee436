/** Office documents as small as they can be. */
import { type ZipPart, zipBytes } from './zip-bytes.js';

const OPEN = 'application/vnd.openxmlformats-officedocument.';
export const TYPES = {
  docx: `${OPEN}wordprocessingml.document.main+xml`,
  pptx: `${OPEN}presentationml.presentation.main+xml`,
  xlsx: `${OPEN}spreadsheetml.sheet.main+xml`,
} as const;

/** Parts by their names; a type for those that the reader looks for by it. */
export function officeOpen(
  parts: Readonly<Record<string, string>>,
  types: Readonly<Record<string, string>>,
  ...others: ZipPart[]
): Buffer {
  const overrides = Object.entries(types).map(
    ([name, type]) => `<Override PartName="/${name}" ContentType="${type}"/>`,
  );
  return zipBytes(
    { name: '[Content_Types].xml', bytes: `<Types>${overrides.join('')}</Types>` },
    ...Object.entries(parts).map(([name, bytes]) => ({ name, bytes })),
    ...others,
  );
}

export function docx(body: string, ...others: ZipPart[]): Buffer {
  const document = `<w:document><w:body>${body}</w:body></w:document>`;
  return officeOpen({ 'word/document.xml': document }, { 'word/document.xml': TYPES.docx }, ...others);
}

export function relations(...targets: readonly (readonly [id: string, kind: string, target: string])[]): string {
  const all = targets.map(
    ([id, kind, target]) => `<Relationship Id="${id}" Type="http://x/${kind}" Target="${target}"/>`,
  );
  return `<Relationships>${all.join('')}</Relationships>`;
}

export function openDocument(content: string, type = 'text', ...others: ZipPart[]): Buffer {
  return zipBytes(
    { name: 'mimetype', bytes: `application/vnd.oasis.opendocument.${type}`, method: 0 },
    {
      name: 'content.xml',
      bytes: `<office:document-content><office:body>${content}</office:body></office:document-content>`,
    },
    ...others,
  );
}

export function epub(chapters: Readonly<Record<string, string>>, metadata = ''): Buffer {
  const names = Object.keys(chapters);
  const items = names.map((name, i) => `<item id="i${i}" href="${encodeURIComponent(name)}"/>`).join('');
  const spine = names.map((_, i) => `<itemref idref="i${i}"/>`).join('');
  return zipBytes(
    { name: 'mimetype', bytes: 'application/epub+zip', method: 0 },
    {
      name: 'META-INF/container.xml',
      bytes: '<container><rootfiles><rootfile full-path="book/a.opf"/></rootfiles></container>',
    },
    {
      name: 'book/a.opf',
      bytes: `<package><metadata>${metadata}</metadata><manifest>${items}</manifest><spine>${spine}</spine></package>`,
    },
    ...names.map((name) => ({ name: `book/${name}`, bytes: chapters[name] ?? '' })),
  );
}
