/** Names and texts of files as a desktop shows them: one line, nothing that a label obeys, whatever is in the files. Pure. */
import { cleanText } from '../../shared/path-text.js';

/** Begins a tag for labels that take markup; they read none behind a character that joins and has no width. */
const TAG = /<(?=[a-z/!?])/gi;

export function shownText(text: string): string {
  return cleanText(text.replace(/\s+/g, ' ').trim()).replace(TAG, '<\u2060');
}
