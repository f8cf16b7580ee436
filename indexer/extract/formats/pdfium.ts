/**
 * PDFium, which is WebAssembly: loaded with the first PDF, so that a process that reads none does not pay for it. The
 * one place that knows the library. What it holds of a page is given back after each page, as its own wrapper does not.
 * Used by pdf.ts.
 */
import { existsSync, fstatSync, openSync, readSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { PDFiumLibrary } from '@hyzyla/pdfium';
import { MAX_WHOLE_BYTES } from '../tree-limits.js';

export interface Pdf {
  readonly pages: number;
  /** As PDFium finds it, line by line. @returns undefined for a page that is damaged. */
  textOf(page: number): string | undefined;
  /** '' if the document does not say it. */
  info(key: 'Title' | 'Author' | 'Keywords' | 'CreationDate' | 'ModDate'): string;
}

/** What the library's types hide. */
interface Internals {
  readonly module: PDFiumModule;
  readonly documentIdx: number;
  getPageCount(): number;
  destroy(): void;
}

interface Memory {
  readonly buffer: { readonly byteLength: number };
  grow: (pages: number) => number;
}

interface PDFiumModule {
  readonly HEAPU8: Uint8Array;
  readonly wasmExports: { readonly memory: Memory; malloc(bytes: number): number; free(at: number): void };
  _FPDF_LoadPage(document: number, page: number): number;
  _FPDF_ClosePage(page: number): void;
  _FPDFText_LoadPage(page: number): number;
  _FPDFText_ClosePage(text: number): void;
  _FPDFText_CountChars(text: number): number;
  _FPDFText_GetText(text: number, from: number, count: number, into: number): number;
  _FPDF_GetMetaText(document: number, key: number, into: number, bytes: number): number;
}

const MAX_INFO_BYTES = 4096;
const UNIT_BYTES = 2;
const WASM_PAGE_BYTES = 65_536;
/** The largest document that is read, and twice as much for what it unpacks to. */
const MAX_MEMORY_BYTES = 3 * MAX_WHOLE_BYTES;

let library: Promise<PDFiumLibrary> | undefined;
let program: number | undefined;

/**
 * Keeps its program open, for a process that will not be able to open files. Nothing is read yet.
 * @throws a system error where it is not installed
 */
export function openPdfium(): number {
  program ??= openSync(programPath(), 'r');
  return program;
}

/** The build puts it beside the bundle. */
function programPath(): string {
  const beside = fileURLToPath(new URL('./pdfium.wasm', import.meta.url));
  return existsSync(beside) ? beside : createRequire(import.meta.url).resolve('@hyzyla/pdfium/pdfium.wasm');
}

async function load(): Promise<PDFiumLibrary> {
  const { PDFiumLibrary } = await import('@hyzyla/pdfium');
  const fd = openPdfium();
  const wasmBinary = new ArrayBuffer(fstatSync(fd).size);
  readSync(fd, new Uint8Array(wasmBinary), 0, wasmBinary.byteLength, 0);
  const loaded = await PDFiumLibrary.init({ wasmBinary });
  limitMemory((loaded as unknown as Pick<Internals, 'module'>).module.wasmExports.memory);
  return loaded;
}

/** PDFium asks for more by this call, and gives up a document when it gets none. */
function limitMemory(memory: Memory): void {
  const grow = memory.grow.bind(memory);
  memory.grow = (pages) => {
    const bytes = memory.buffer.byteLength + pages * WASM_PAGE_BYTES;
    if (bytes > MAX_MEMORY_BYTES) throw new RangeError('a PDF takes too much memory');
    return grow(pages);
  };
}

/** @throws what the library says of a document that it cannot open; see `PASSWORD_WANTED`. */
export async function withPdf<Result>(bytes: Buffer, use: (pdf: Pdf) => Result): Promise<Result> {
  library ??= load();
  const loaded = await library;
  try {
    const document = (await loaded.loadDocument(bytes)) as unknown as Internals;
    try {
      return use(toPdf(document));
    } finally {
      document.destroy();
    }
  } catch (error) {
    // What has run out of memory, or has met a fault in itself, goes wrong for good.
    if (error instanceof Error && error.name === 'RuntimeError') library = undefined;
    throw error;
  }
}

/** Said of a document that only opens with a password. */
export const PASSWORD_WANTED = /^Password required/;

function toPdf(document: Internals): Pdf {
  const { module, documentIdx } = document;
  return {
    pages: document.getPageCount(),
    textOf: (page) => pageText(module, documentIdx, page),
    info: (key) => infoText(module, documentIdx, key),
  };
}

function pageText(module: PDFiumModule, document: number, number: number): string | undefined {
  const page = module._FPDF_LoadPage(document, number);
  if (page === 0) return undefined;
  const text = module._FPDFText_LoadPage(page);
  try {
    return text === 0 ? undefined : charactersOf(module, text);
  } finally {
    if (text !== 0) module._FPDFText_ClosePage(text);
    module._FPDF_ClosePage(page);
  }
}

function charactersOf(module: PDFiumModule, text: number): string {
  const count = module._FPDFText_CountChars(text);
  if (count <= 0) return '';
  return utf16(module, (count + 1) * UNIT_BYTES, (into) => {
    return module._FPDFText_GetText(text, 0, count, into) * UNIT_BYTES;
  });
}

function infoText(module: PDFiumModule, document: number, key: string): string {
  const name = module.wasmExports.malloc(key.length + 1);
  module.HEAPU8.set(Buffer.from(`${key}\0`), name);
  try {
    return utf16(module, MAX_INFO_BYTES, (into) => {
      const bytes = module._FPDF_GetMetaText(document, name, into, MAX_INFO_BYTES);
      return bytes <= MAX_INFO_BYTES ? bytes : 0;
    });
  } finally {
    module.wasmExports.free(name);
  }
}

/** @param write  to that place, text with a NUL at its end; gives how many bytes there are. */
function utf16(module: PDFiumModule, room: number, write: (into: number) => number): string {
  const into = module.wasmExports.malloc(room);
  if (into === 0) throw new Error('out of memory');
  try {
    const end = into + Math.max(write(into) - UNIT_BYTES, 0);
    const { buffer } = module.HEAPU8;
    return Buffer.from(buffer as ArrayBuffer, into, end - into).toString('utf16le');
  } finally {
    module.wasmExports.free(into);
  }
}
