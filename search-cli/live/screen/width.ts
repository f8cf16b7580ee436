/**
 * How many columns a text takes on a terminal, and parts of it that fit. It counts what a reader sees as one character,
 * which may be many code points and two columns wide. The only file that knows string-width.
 */
import stringWidth from 'string-width';

export interface Cluster {
  readonly text: string;
  readonly columns: number;
}

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
const PLAIN = /^[\x20-\x7e]*$/;

export function columnsOf(text: string): number {
  return PLAIN.test(text) ? text.length : clusters(text).reduce((sum, { columns }) => sum + columns, 0);
}

/** What a reader sees as one character, each. */
export function clusters(text: string): Cluster[] {
  return [...eachCluster(text)];
}

/** The same, looked for as they are asked for. */
export function* eachCluster(text: string): Generator<Cluster> {
  for (const { segment } of segmenter.segment(text))
    yield { text: segment, columns: PLAIN.test(segment) ? 1 : stringWidth(segment) };
}

/** Printable ASCII: as many columns as characters. */
export function isPlain(text: string): boolean {
  return PLAIN.test(text);
}

/** The beginning that fits, with `…` where something is left out. */
export function fitStart(text: string, columns: number): string {
  if (columnsOf(text) <= columns) return text;
  return columns < 1 ? '' : `${textOf(taken(clusters(text), columns - 1))}…`;
}

/** The end that fits. */
export function fitEnd(text: string, columns: number): string {
  if (columnsOf(text) <= columns) return text;
  return columns < 1 ? '' : `…${textOf(taken(clusters(text).reverse(), columns - 1).reverse())}`;
}

export function padded(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - columnsOf(text)));
}

function taken(all: readonly Cluster[], columns: number): Cluster[] {
  let left = columns;
  const end = all.findIndex((cluster) => {
    left -= cluster.columns;
    return left < 0;
  });
  return end < 0 ? [...all] : all.slice(0, end);
}

function textOf(all: readonly Cluster[]): string {
  return all.map(({ text }) => text).join('');
}
