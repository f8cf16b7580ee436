/**
 * What a query asks for → the words in a row of which any is an answer: as typed, and as others write the same. Used
 * for the full text and for finding the words in a text. Pure.
 */
import { foldText } from './fold.js';
import { LetterPattern } from './letter-pattern.js';
import { joinWords, partNames, spelt } from './other-forms.js';
import { clusters, MAX_PARTED, type Piece, pieces } from './split.js';
import { wordOf } from './words.js';

/** A word, or letters that stand in a run one after the other. */
export interface AskedPiece {
  readonly text: string;
  readonly isRun: boolean;
}

export type AskedForm = readonly AskedPiece[];

/** Each reading of a question asks for the forms of its words some ten times. */
const known = new Map<string, readonly AskedForm[]>();
const MAX_KNOWN = 200;
const MAX_CHARACTERS = 200;

/** @param isBegun  the last word may go on. @returns never none for a text that has a word. */
export function askedForms(text: string, isBegun: boolean): readonly AskedForm[] {
  const key = `${isBegun} ${text}`;
  const before = known.get(key);
  if (before) return before;
  const forms = allForms(text, isBegun);
  if (known.size === MAX_KNOWN) known.clear();
  if (text.length <= MAX_CHARACTERS) known.set(key, forms);
  return forms;
}

function allForms(text: string, isBegun: boolean): AskedForm[] {
  const texts = [text, partNames(text), joinWords(text), ...joinedName(text), ...spelt(text)];
  const forms = texts.map(toForm);
  if (isBegun) forms.push(...unparted(text));
  const byWords = new Map(forms.map((form) => [wordsInForm(form).join(' '), form]));
  byWords.delete('');
  return [...byWords.values()];
}

/** The words of the text as it was typed, in a row. */
export function askedWords(text: string): string[] {
  return wordsInForm(toForm(text));
}

/** The words that the index has for it, in a row. The last may be the first half of one: see `isOpen`. */
export function wordsInForm(form: AskedForm): string[] {
  return form.flatMap(({ text, isRun }, i) => (isRun ? pairs(text, i === form.length - 1) : [text]));
}

/** A single letter of a run is the beginning of a word of the index. */
export function isOpen(asked: AskedForm | string): boolean {
  const form = typeof asked === 'string' ? toForm(asked) : asked;
  const last = form.at(-1);
  return last?.isRun === true && clusters(last.text).length === 1;
}

function pairs(run: string, isLast: boolean): string[] {
  const letters = clusters(run);
  const words = letters.map((letter, i) => letter + (letters[i + 1] ?? ''));
  return isLast && words.length > 1 ? words.slice(0, -1) : words;
}

function toForm(text: string): AskedForm {
  const folded = foldText(text).text;
  return Array.from(pieces(folded), (piece) => toPiece(folded, piece));
}

function toPiece(folded: string, piece: Piece): AskedPiece {
  const { start, end, isRun } = piece;
  return { text: isRun ? folded.slice(start, end) : wordOf(folded, piece), isRun };
}

/** Words of letters with one sign between them: `node.js`, `wi-fi`, `can't`. */
const JOINED_NAME = new LetterPattern(String.raw`^\p{L}{1,12}(?:[-.'’/]\p{L}{1,12})+$`);

function joinedName(text: string): string[] {
  return JOINED_NAME.test(text) ? [text.replace(/[-.'’/]/g, '')] : [];
}

/** `0x1` is the beginning of `0x1f`, which has too many borders to be parted there, and `2x1` of `2x10`. */
function unparted(text: string): AskedForm[] {
  const token = foldText(text).text.match(/[a-z0-9]+$/)?.[0] ?? '';
  if (!/\d/.test(token) || !/[a-z]/.test(token) || token.length > MAX_PARTED) return [];
  const before = toForm(text.slice(0, text.length - token.length));
  const parts = token.match(/[a-z]+|\d+/g) ?? [];
  const word = (one: string): AskedPiece => ({ text: one, isRun: false });
  return [
    [...before, word(token)],
    [...before, ...parts.map(word)],
  ];
}
