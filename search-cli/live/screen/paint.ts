/** Pieces of a row with their look → a row of exactly so many columns, with what switches the look on and off. Pure. */
import { eachCluster, isPlain } from './width.js';

export type Look = 'plain' | 'bold' | 'dim' | 'match' | 'warning';

export interface Piece {
  readonly text: string;
  readonly look: Look;
}

export interface Style {
  readonly hasColor: boolean;
}

const OFF = '\x1b[0m';
const ON: Readonly<Record<Look, string>> = {
  plain: '',
  bold: '\x1b[1m',
  dim: '\x1b[2m',
  match: '\x1b[1;31m',
  warning: '\x1b[33m',
};
/** Without colours what matters is still seen. */
const WITHOUT_COLOR: Readonly<Record<Look, string>> = { ...ON, match: '\x1b[1;4m', warning: '\x1b[1m' };
const REVERSED = '\x1b[7m';

export function piece(text: string, look: Look = 'plain'): Piece {
  return { text, look };
}

/** What does not fit is cut off. @param isChosen  the whole row is shown reversed. */
export function row(pieces: readonly Piece[], columns: number, style: Style, isChosen = false): string {
  const table = style.hasColor ? ON : WITHOUT_COLOR;
  const base = isChosen ? REVERSED : '';
  let painted = base;
  let left = columns;
  for (const { text, look } of pieces) {
    const shown = fitting(text, left);
    left -= shown.columns;
    painted += table[look] === '' || shown.text === '' ? shown.text : `${table[look]}${shown.text}${OFF}${base}`;
    if (shown.isCut) break;
  }
  return painted + ' '.repeat(isChosen ? left : 0) + (isChosen ? OFF : '');
}

function fitting(text: string, columns: number) {
  if (isPlain(text)) {
    const part = text.slice(0, columns);
    return { text: part, columns: part.length, isCut: part.length < text.length };
  }
  let taken = '';
  let left = columns;
  for (const cluster of eachCluster(text)) {
    if (cluster.columns > left) return { text: taken, columns: columns - left, isCut: true };
    taken += cluster.text;
    left -= cluster.columns;
  }
  return { text: taken, columns: columns - left, isCut: false };
}
