/** Cuts text to what a receiver takes, never in the middle of a character or of an escape. Pure. */

const MARK = '…';

/** `é` costs 1 unit and 2 bytes. */
export type Measure = (text: string) => number;

const units: Measure = (text) => text.length;
export const bytes: Measure = (text) => Buffer.byteLength(text);

/** Of each character on its own: what it makes of a text is what it makes of its characters, in a row. */
export type Escape = (text: string) => string;

export interface Limit {
  readonly max: number;
  /** @default units */
  readonly measure?: Measure;
}

/** Escapes as many characters as there is room for, with the mark that something is missing. */
export function cut(text: string, { max, measure = units }: Limit, escaped: Escape = same): string {
  const whole = text.length <= max ? escaped(text) : undefined;
  if (whole !== undefined && measure(whole) <= max) return whole;
  const room = max - measure(MARK);
  let kept = '';
  let used = 0;
  for (const character of text) {
    const piece = escaped(character);
    used += measure(piece);
    if (used > room) break;
    kept += piece;
  }
  return room < 0 ? '' : kept + MARK;
}

/** Whole lines from the top, then how many are missing. A first line that is too long is cut itself. Ends in no line feed. */
export function cutLines(text: string, limit: Limit, escaped: Escape = same): string {
  const { max, measure = units } = limit;
  const lines = text.replace(/\n+$/, '').split('\n');
  const room = max - measure(leftOut(lines.length)) - 1;
  const costs = lines.map((line) => measure(escaped(line)) + 1);
  if (sum(costs) - 1 <= max) return lines.map(escaped).join('\n');
  let used = 0;
  const shown = costs.findIndex((cost) => {
    used += cost;
    return used > room;
  });
  if (shown === 0) return cut(lines[0] as string, limit, escaped);
  return [...lines.slice(0, shown).map(escaped), leftOut(lines.length - shown)].join('\n');
}

function leftOut(count: number): string {
  return `${MARK} ${count} more ${count === 1 ? 'line' : 'lines'}`;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function same(text: string): string {
  return text;
}
