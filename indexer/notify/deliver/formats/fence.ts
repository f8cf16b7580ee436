/** Text that comes from files, where a receiver reads Markdown: in code, which nothing in it can end. Pure. */
import type { Escape } from './cut.js';

const ZERO_WIDTH_SPACE = '\u200b';
/** Looks like a backtick, and is none. */
const LOOKS_LIKE_BACKTICK = '\u02cb';

/** In a line of code: no end of it, and `@all` names nobody. An escape of each character, as cut() wants it. */
export const inCode: Escape = (text) => mute(text.replaceAll('`', LOOKS_LIKE_BACKTICK));

/** In a fence: backticks are parted, so that no three of them stand together. */
export const inFence: Escape = (text) => mute(text.replaceAll('`', `\`${ZERO_WIDTH_SPACE}`));

/** @param text  went through `inCode`. */
export function code(text: string): string {
  return text.trim() === '' ? text : `\`${text}\``;
}

/** @param text  went through `inFence`. */
export function fence(text: string, language = ''): string {
  return `\`\`\`${language}\n${text}\n\`\`\``;
}

/** Names of facts are ours, but those of a digest come with it. */
export function plainWords(text: string): string {
  return text.replace(/[^\p{L}\p{N} ]/gu, ' ');
}

function mute(text: string): string {
  return text.replaceAll('@', `@${ZERO_WIDTH_SPACE}`);
}
