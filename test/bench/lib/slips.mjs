/** Words as people mistype them, always the same for the same word. Used by the typos of the quality bench. */

const LETTERS = 'abcdefghijklmnopqrstuvwxyz';
export const SLIPS = { insert, delete: remove, swap, replace };

/** @param kinds  of SLIPS, one after the other. */
export function mistype(word, kinds) {
  const random = randomOf(word + kinds.join());
  const typed = kinds.reduce((text, kind) => SLIPS[kind](text, random), word);
  return typed === word ? undefined : typed;
}

/** Any of them, so many. */
export function anySlips(word, count) {
  const random = randomOf(word);
  const kinds = Object.keys(SLIPS);
  return Array.from({ length: count }, () => kinds[Math.floor(random() * kinds.length)]);
}

function insert(word, random) {
  const at = Math.floor(random() * (word.length + 1));
  return word.slice(0, at) + letter(random) + word.slice(at);
}

function remove(word, random) {
  const at = Math.floor(random() * word.length);
  return word.slice(0, at) + word.slice(at + 1);
}

function swap(word, random) {
  const at = Math.floor(random() * (word.length - 1));
  return word.slice(0, at) + word[at + 1] + word[at] + word.slice(at + 2);
}

function replace(word, random) {
  const at = Math.floor(random() * word.length);
  return word.slice(0, at) + letter(random) + word.slice(at + 1);
}

function letter(random) {
  return LETTERS[Math.floor(random() * LETTERS.length)];
}

/** Numbers from 0 to 1 (mulberry32). */
function randomOf(text) {
  let state = hash(text);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function hash(text) {
  const sum = [...text].reduce((all, character) => Math.imul(all ^ character.codePointAt(0), 0x01000193), 0x811c9dc5);
  return Math.imul(sum ^ (sum >>> 15), 0x2c1b3c6d) >>> 0;
}
