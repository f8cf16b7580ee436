/** What was written onto the pages of a PDF: the fields of a form that are filled in, and notes of readers. */
import { bytesAt, type PdfiumModule, told, withName } from './pdfium-module.js';

const LINK = 2;
/** It shows the note of another one. */
const POPUP = 16;
const FIELD = 20;
/** Kinds of fields whose value is text: lists, and fields to type in. */
const TEXT_FIELDS: readonly number[] = [4, 5, 6];
const PASSWORD_FLAG = 1 << 13;
/** On a page. */
const MAX_NOTES = 2000;
const MAX_LETTERS = 1_000_000;
/** Of the callbacks that a form asks for; it gets none. */
const CALLBACKS_BYTES = 256;
const CALLBACKS_VERSION = 2;

export class PageNotes {
  readonly #callbacks: number;
  /** 0: the document has no form. */
  readonly #form: number;

  constructor(
    private readonly module: PdfiumModule,
    document: number,
  ) {
    const hasForm = module._FPDF_GetFormType(document) > 0;
    this.#callbacks = hasForm ? module.wasmExports.malloc(CALLBACKS_BYTES) : 0;
    if (this.#callbacks === 0) {
      this.#form = 0;
      return;
    }
    const callbacks = bytesAt(module, this.#callbacks, CALLBACKS_BYTES).fill(0);
    callbacks.writeUInt32LE(CALLBACKS_VERSION);
    this.#form = module._FPDFDOC_InitFormFillEnvironment(document, this.#callbacks);
  }

  /** @param page  that is loaded. */
  of(page: number): string[] {
    const { module } = this;
    const count = Math.min(module._FPDFPage_GetAnnotCount(page), MAX_NOTES);
    const notes: string[] = [];
    let letters = 0;
    for (let at = 0; at < count && letters < MAX_LETTERS; at++) {
      const annotation = module._FPDFPage_GetAnnot(page, at);
      if (annotation === 0) continue;
      const text = this.#textOf(annotation);
      if (text !== '') notes.push(text);
      letters += text.length;
      module._FPDFPage_CloseAnnot(annotation);
    }
    return notes;
  }

  close(): void {
    if (this.#form !== 0) this.module._FPDFDOC_ExitFormFillEnvironment(this.#form);
    if (this.#callbacks !== 0) this.module.wasmExports.free(this.#callbacks);
  }

  #textOf(annotation: number): string {
    const { module } = this;
    const kind = module._FPDFAnnot_GetSubtype(annotation);
    if (kind === LINK || kind === POPUP) return '';
    if (kind === FIELD) return this.#valueOf(annotation);
    return withName(module, 'Contents', (key) =>
      told(module, (into, room) => module._FPDFAnnot_GetStringValue(annotation, key, into, room)),
    );
  }

  #valueOf(field: number): string {
    const { module } = this;
    const form = this.#form;
    if (form === 0 || !TEXT_FIELDS.includes(module._FPDFAnnot_GetFormFieldType(form, field))) return '';
    if ((module._FPDFAnnot_GetFormFieldFlags(form, field) & PASSWORD_FLAG) !== 0) return '';
    return told(module, (into, room) => module._FPDFAnnot_GetFormFieldValue(form, field, into, room));
  }
}
