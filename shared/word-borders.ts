/**
 * Where may a text be cut without cutting a word? The text is UTF-8, and the full-text tables split it into words.
 * Pure.
 */

/** Some thirty words. */
const LEAD_BYTES = 256;
const MAX_LAST_WORD_BYTES = 64 * 1024;

/** Between two words, whatever stands around it. */
export function isBlank(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x09 || byte === 0x0d;
}

/** The text from `at` on, and before it whole words of the last bytes; none when there is no blank among them. */
export function withLead(text: Buffer, at: number): Buffer {
  for (let from = Math.max(at - LEAD_BYTES, 0); from < at; from++) {
    if (from === 0 || isBlank(text[from - 1])) return text.subarray(from);
  }
  return text.subarray(at);
}

/** Where the last word begins: after the last blank, or at the end when it is too far away. */
export function lastWordBegin(text: Buffer): number {
  const first = Math.max(text.length - MAX_LAST_WORD_BYTES, 0);
  for (let at = text.length; at > first; at--) if (isBlank(text[at - 1])) return at;
  return text.length;
}
