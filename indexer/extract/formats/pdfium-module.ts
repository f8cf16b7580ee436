/** PDFium's functions as WebAssembly exports them, and reading text from its memory. Used by pdfium.ts and beside it. */

export interface Memory {
  readonly buffer: { readonly byteLength: number };
  grow: (pages: number) => number;
}

/** Places in its memory are numbers, 0 is none. */
export interface PdfiumModule {
  readonly HEAPU8: Uint8Array;
  readonly wasmExports: { readonly memory: Memory; malloc(bytes: number): number; free(at: number): void };
  _FPDF_LoadPage(document: number, page: number): number;
  _FPDF_ClosePage(page: number): void;
  _FPDFText_LoadPage(page: number): number;
  _FPDFText_ClosePage(text: number): void;
  _FPDFText_CountChars(text: number): number;
  _FPDFText_GetText(text: number, from: number, count: number, into: number): number;
  _FPDF_GetMetaText(document: number, key: number, into: number, bytes: number): number;
  _FPDF_GetFormType(document: number): number;
  _FPDFDOC_InitFormFillEnvironment(document: number, callbacks: number): number;
  _FPDFDOC_ExitFormFillEnvironment(form: number): void;
  _FPDFPage_GetAnnotCount(page: number): number;
  _FPDFPage_GetAnnot(page: number, at: number): number;
  _FPDFPage_CloseAnnot(annotation: number): void;
  _FPDFAnnot_GetSubtype(annotation: number): number;
  _FPDFAnnot_GetStringValue(annotation: number, key: number, into: number, bytes: number): number;
  _FPDFAnnot_GetFormFieldType(form: number, annotation: number): number;
  _FPDFAnnot_GetFormFieldFlags(form: number, annotation: number): number;
  _FPDFAnnot_GetFormFieldValue(form: number, annotation: number, into: number, bytes: number): number;
  _FPDFBookmark_GetFirstChild(document: number, bookmark: number): number;
  _FPDFBookmark_GetNextSibling(document: number, bookmark: number): number;
  _FPDFBookmark_GetTitle(bookmark: number, into: number, bytes: number): number;
  _FPDFDoc_GetAttachmentCount(document: number): number;
  _FPDFDoc_GetAttachment(document: number, at: number): number;
  _FPDFAttachment_GetName(attachment: number, into: number, bytes: number): number;
  _FPDFAttachment_GetFile(attachment: number, into: number, bytes: number, needed: number): number;
}

const UNIT_BYTES = 2;
const MAX_TOLD_BYTES = 65_536;
const NAME_BYTES = 32;

/** @param write  to that place, text with a NUL at its end; gives how many bytes there are. */
export function utf16(module: PdfiumModule, room: number, write: (into: number) => number): string {
  return inMemory(module, room, (into) => {
    const end = into + Math.max(write(into) - UNIT_BYTES, 0);
    return bytesAt(module, into, end - into).toString('utf16le');
  });
}

/** @param ask  gives how many bytes there are, and writes them if there is room. @returns '' for what is too long. */
export function told(module: PdfiumModule, ask: (into: number, room: number) => number): string {
  const bytes = ask(0, 0);
  if (bytes <= UNIT_BYTES || bytes > MAX_TOLD_BYTES) return '';
  return utf16(module, bytes, (into) => ask(into, bytes));
}

/** @param use  gets the place of that name. */
export function withName<Result>(module: PdfiumModule, name: string, use: (at: number) => Result): Result {
  return inMemory(module, NAME_BYTES, (at) => {
    module.HEAPU8.set(Buffer.from(`${name}\0`), at);
    return use(at);
  });
}

/** @param use  gets a place of its own, which is given back. */
export function inMemory<Result>(module: PdfiumModule, bytes: number, use: (at: number) => Result): Result {
  const at = module.wasmExports.malloc(bytes);
  if (at === 0) throw new Error('out of memory');
  try {
    return use(at);
  } finally {
    module.wasmExports.free(at);
  }
}

/** Valid until PDFium is called again. */
export function bytesAt({ HEAPU8 }: PdfiumModule, at: number, bytes: number): Buffer {
  return Buffer.from(HEAPU8.buffer as ArrayBuffer, at, bytes);
}
