/** Titles: cleaning, and finding one in plain text and light markup. Called by the extractors of formats/. */

const MAX_TITLE = 300;
const BLANKS = /[\s\u0000-\u001f\u007f-\u009f]+/g;

/** One line without control characters, at most 300 characters, never half a surrogate pair. */
export function cleanTitle(text: string): string {
  const line = text
    .slice(0, MAX_TITLE * 4)
    .replace(BLANKS, ' ')
    .trim();
  return line.length <= MAX_TITLE
    ? line
    : line
        .slice(0, MAX_TITLE)
        .replace(/[\ud800-\udbff]$/, '')
        .trimEnd();
}

/** The beginning of the text as lines of at most 1000 characters: what titles are looked for in. */
export function firstLines(bytes: Buffer, maxBytes = 4096): string[] {
  return bytes
    .toString('utf8', 0, Math.min(bytes.length, maxBytes))
    .split(/\r\n|\n|\r/)
    .map((line) => line.slice(0, 1000));
}

/** A line of at least `min` equal punctuation marks, as drawn under or over a heading: `=====`. */
export function isRule(line: string, min = 2): boolean {
  const rule = line.trimEnd();
  return rule.length >= min && /^([=\-~`'"^_*+#<>:.])\1+$/.test(rule);
}
