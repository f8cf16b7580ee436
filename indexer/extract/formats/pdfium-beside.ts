/** What a PDF has beside its pages: an outline, and files. */
import type { Child } from '../extractor.js';
import { bytesAt, inMemory, type PdfiumModule, told } from './pdfium-module.js';

const MAX_HEADINGS = 10_000;
/** Of all headings together: the same long one may stand at each place of a circle. */
const MAX_OUTLINE_LETTERS = 1_000_000;
const MAX_LEVELS = 32;
const MAX_FILES = 1000;
const MAX_FILE_BYTES = 32 << 20;
const MAX_ALL_BYTES = 64 << 20;
const LENGTH_BYTES = 4;

export interface PdfFiles {
  readonly files: readonly Child[];
  /** There are more, or some cannot be read. */
  readonly isCut: boolean;
}

/** The headings of the outline, in their order. One that leads back to itself ends at a limit. */
export function outlineOf(module: PdfiumModule, document: number): string[] {
  const headings: string[] = [];
  let letters = 0;
  const hasRoom = () => headings.length < MAX_HEADINGS && letters < MAX_OUTLINE_LETTERS;
  const add = (above: number, level: number): void => {
    let at = module._FPDFBookmark_GetFirstChild(document, above);
    for (; at !== 0 && hasRoom(); at = module._FPDFBookmark_GetNextSibling(document, at)) {
      const bookmark = at;
      const heading = told(module, (into, room) => module._FPDFBookmark_GetTitle(bookmark, into, room));
      headings.push(heading);
      letters += heading.length;
      if (level < MAX_LEVELS) add(bookmark, level + 1);
    }
  };
  add(0, 1);
  return headings.filter((heading) => heading !== '');
}

export function filesOf(module: PdfiumModule, document: number): PdfFiles {
  const count = module._FPDFDoc_GetAttachmentCount(document);
  const files: Child[] = [];
  let [bytes, isCut] = [0, count > MAX_FILES];
  for (let at = 0; at < Math.min(count, MAX_FILES) && bytes < MAX_ALL_BYTES; at++) {
    const file = module._FPDFDoc_GetAttachment(document, at);
    const content = file === 0 ? undefined : contentOf(module, file);
    if (content) {
      const name = told(module, (into, room) => module._FPDFAttachment_GetName(file, into, room));
      files.push({ name: Buffer.from(name || `attachment ${at + 1}`), bytes: content });
      bytes += content.length;
    } else isCut = true;
  }
  return { files, isCut: isCut || bytes >= MAX_ALL_BYTES };
}

/** @returns undefined for what is too long, or not there. */
function contentOf(module: PdfiumModule, file: number): Buffer | undefined {
  return inMemory(module, LENGTH_BYTES, (length) => {
    if (module._FPDFAttachment_GetFile(file, 0, 0, length) === 0) return undefined;
    const bytes = bytesAt(module, length, LENGTH_BYTES).readUInt32LE();
    if (bytes === 0 || bytes > MAX_FILE_BYTES) return undefined;
    return inMemory(module, bytes, (into) => {
      const isRead = module._FPDFAttachment_GetFile(file, into, bytes, length) !== 0;
      return isRead ? Buffer.from(bytesAt(module, into, bytes)) : undefined;
    });
  });
}
