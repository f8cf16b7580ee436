/** A text and, on the line below it, a caret under a place in it. Pure. */

import type { TextPlace } from '../../shared/errors.js';
import { cleanText } from '../../shared/path-text.js';
import { columnsOf } from './columns.js';

/** Of a long text so many columns are shown before the place, and as many behind it. */
const AROUND = 30;

/** @returns two lines, or none where there is nothing to be seen. */
export function markedPlace({ text, at }: TextPlace): string[] {
  if (text.trim() === '') return [];
  const isCut = at > AROUND;
  const before = (isCut ? '…' : '') + shown(text.slice(isCut ? at - AROUND : 0, at));
  const behind = shown(text.slice(at, at + AROUND)) + (text.length > at + AROUND ? '…' : '');
  return [before + behind, `${' '.repeat(columnsOf(before))}^`];
}

/** In one line, without half characters at its ends. */
function shown(text: string): string {
  return cleanText(text.replace(/^[\udc00-\udfff]|[\ud800-\udbff]$/g, '').replace(/\s/g, ' '));
}
