/** Where a person would part a name that is several words in one: `HTTPServer` → HTTP Server. Pure. */
import { LetterPattern } from './letter-pattern.js';

const BORDERS = new LetterPattern(String.raw`(?<=\p{Ll})(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})`, 'gu');

/** With a blank at each border between small and capital letters. */
export function partCamel(text: string): string {
  return text.replace(BORDERS.for(text), ' ');
}

/** Whether there is such a border in front of this place. */
export function isCamelBorder(text: string, at: number): boolean {
  if (!isUpper(text[at])) return false;
  return isLower(text[at - 1]) || (isUpper(text[at - 1]) && isLower(text[at + 1]));
}

function isUpper(letter: string | undefined): boolean {
  if (letter === undefined) return false;
  return letter < '\x80' ? letter >= 'A' && letter <= 'Z' : letter !== letter.toLowerCase();
}

function isLower(letter: string | undefined): boolean {
  if (letter === undefined) return false;
  return letter < '\x80' ? letter >= 'a' && letter <= 'z' : letter !== letter.toUpperCase();
}
