/**
 * Jupyter notebooks: what was written in the cells, and the text of what they put out. Pictures and other data are left
 * out. The title is that of its metadata, else the first heading. One that is cut off or broken is the text that it is.
 */
import type { TextExtractor } from '../extractor.js';
import { cleanTitle } from '../title.js';
import { told, wordsOf } from '../told.js';

interface Cell {
  readonly cell_type?: unknown;
  readonly source?: unknown;
  /** In notebooks of version 3. */
  readonly input?: unknown;
  readonly outputs?: unknown;
}

const COLOURS = /\x1b\[[\d;]*m/g;

export const notebookExtractor = {
  id: 'notebook',
  version: 2,
  takes: 'text',
  matches: { extensions: ['ipynb'] },
  type: 'application/x-ipynb+json',
  extract({ bytes }) {
    const book = parsed(bytes);
    const cells = cellsOf(book);
    if (cells === undefined) return { title: '', text: bytes };
    const metadata = isObject(book) && isObject(book.metadata) ? book.metadata : {};
    const title = lines(metadata.title) || (cells.map(headingOf).find((one) => one !== '') ?? '');
    const properties = told('author', arrayOf(metadata.authors).flatMap(nameOf));
    const text = cells.flatMap((cell) => [sourceOf(cell), ...outputsOf(cell)]).filter((part) => part !== '');
    const markup = Buffer.from(wordsOf(properties).join('\n'));
    return { title: cleanTitle(title), text: Buffer.from(text.join('\n')), markup, properties };
  },
} satisfies TextExtractor;

function cellsOf(book: unknown): readonly Cell[] | undefined {
  if (!isObject(book)) return undefined;
  const [sheet] = arrayOf(book.worksheets);
  const cells = Array.isArray(book.cells) ? book.cells : isObject(sheet) ? sheet.cells : undefined;
  return Array.isArray(cells) ? cells.filter(isObject) : undefined;
}

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return undefined;
  }
}

function sourceOf({ source, input }: Cell): string {
  return lines(source ?? input).trimEnd();
}

function headingOf(cell: Cell): string {
  if (cell.cell_type !== 'markdown') return '';
  return /^#{1,6}[ \t]+(.+)$/m.exec(sourceOf(cell).slice(0, 10_000))?.[1]?.replace(/[`*]|[#\s]+$/g, '') ?? '';
}

/** What was printed, the last value, and why it failed. */
function outputsOf({ outputs }: Cell): string[] {
  return arrayOf(outputs)
    .filter(isObject)
    .map((output) => {
      const data = isObject(output.data) ? output.data : {};
      const failure = output.output_type === 'error' || output.output_type === 'pyerr';
      const text = failure ? `${output.ename}: ${output.evalue}` : lines(output.text ?? data['text/plain']);
      return text.replace(COLOURS, '').trimEnd();
    });
}

/** `{"name": "Ann"}`, or only the name. */
function nameOf(author: unknown): string[] {
  const name = isObject(author) ? author.name : author;
  return typeof name === 'string' && name.trim() !== '' ? [name.trim()] : [];
}

/** A text, or the lines of one. */
function lines(value: unknown): string {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string').join('') : String(value ?? '');
}

function arrayOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
