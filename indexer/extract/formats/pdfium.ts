/**
 * PDFium, which is WebAssembly: loaded with the first PDF, so that a process that reads none does not pay for it. The
 * one place that knows the library. What it holds of a page is given back after each page, as its own wrapper does not.
 * Used by pdf.ts.
 */
import { existsSync, fstatSync, openSync, readSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import type { PDFiumLibrary } from '@hyzyla/pdfium';
import { MAX_WHOLE_BYTES } from '../tree-limits.js';
import { filesOf, outlineOf, type PdfFiles } from './pdfium-beside.js';
import { type Memory, type PdfiumModule, utf16, withName } from './pdfium-module.js';
import { PageNotes } from './pdfium-notes.js';

export interface Pdf {
  readonly pages: number;
  /** As PDFium finds it, line by line, then what was written onto it. @returns undefined for a page that is damaged. */
  textOf(page: number): string | undefined;
  /** '' if the document does not say it. */
  info(key: 'Title' | 'Author' | 'Subject' | 'Keywords' | 'CreationDate' | 'ModDate'): string;
  readonly outline: readonly string[];
  /** The files in it. To be asked last: those that take too much memory end what can be asked. */
  files(): PdfFiles;
}

/** What the library's types hide. */
interface Internals {
  readonly module: PdfiumModule;
  readonly documentIdx: number;
  getPageCount(): number;
  destroy(): void;
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

/** Small functions become part of those that call them: a tenth of the processor time. V8 of Node 20 wants to be asked. */
const INLINING = '--experimental-wasm-inlining';

async function load(): Promise<PDFiumLibrary> {
  if (process.versions.node.startsWith('20.')) setFlagsFromString(INLINING);
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
    const document = new OpenPdf((await loaded.loadDocument(bytes)) as unknown as Internals);
    try {
      return use(document);
    } finally {
      document.close();
    }
  } catch (error) {
    if (isFault(error)) library = undefined;
    throw error;
  }
}

/** What has run out of memory, or has met a fault in itself, goes wrong for good. */
function isFault(error: unknown): boolean {
  return error instanceof Error && error.name === 'RuntimeError';
}

/** Said of a document that only opens with a password. */
export const PASSWORD_WANTED = /^Password required/;

class OpenPdf implements Pdf {
  readonly #module: PdfiumModule;
  readonly #notes: PageNotes;
  #isBroken = false;

  constructor(private readonly document: Internals) {
    this.#module = document.module;
    this.#notes = new PageNotes(document.module, document.documentIdx);
  }

  get pages(): number {
    return this.document.getPageCount();
  }

  get outline(): readonly string[] {
    return outlineOf(this.#module, this.document.documentIdx);
  }

  info(key: string): string {
    return infoText(this.#module, this.document.documentIdx, key);
  }

  textOf(number: number): string | undefined {
    const page = this.#module._FPDF_LoadPage(this.document.documentIdx, number);
    if (page === 0) return undefined;
    const text = this.#module._FPDFText_LoadPage(page);
    try {
      const notes = this.#notes.of(page);
      if (text === 0) return notes.length > 0 ? notes.join('\n') : undefined;
      return [charactersOf(this.#module, text), ...notes].join('\n');
    } finally {
      if (text !== 0) this.#module._FPDFText_ClosePage(text);
      this.#module._FPDF_ClosePage(page);
    }
  }

  files(): PdfFiles {
    try {
      return filesOf(this.#module, this.document.documentIdx);
    } catch (error) {
      this.#isBroken = isFault(error);
      return { files: [], isCut: true };
    }
  }

  close(): void {
    if (this.#isBroken) {
      library = undefined;
      return;
    }
    this.#notes.close();
    this.document.destroy();
  }
}

function charactersOf(module: PdfiumModule, text: number): string {
  const count = module._FPDFText_CountChars(text);
  if (count <= 0) return '';
  return utf16(module, (count + 1) * UNIT_BYTES, (into) => {
    return module._FPDFText_GetText(text, 0, count, into) * UNIT_BYTES;
  });
}

function infoText(module: PdfiumModule, document: number, key: string): string {
  return withName(module, key, (name) =>
    utf16(module, MAX_INFO_BYTES, (into) => {
      const bytes = module._FPDF_GetMetaText(document, name, into, MAX_INFO_BYTES);
      return bytes <= MAX_INFO_BYTES ? bytes : 0;
    }),
  );
}
