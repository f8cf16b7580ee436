/**
 * Light markup (Markdown, reStructuredText, Org, AsciiDoc): the file's own bytes are its text, the title is its
 * first heading. A front matter tells author, date, tags and language. Only the first 16 kB are looked at, line by line; nothing
 * is parsed.
 */

import type { TextExtractor } from '../extractor.js';
import { cleanTitle, firstLines, isRule } from '../title.js';
import { frontMatterEnd, frontMatterProperties } from './front-matter.js';

const TITLE_BYTES = 16_384;

export const markupExtractor = {
  id: 'markup',
  version: 4,
  takes: 'text',
  matches: { extensions: ['md', 'markdown', 'mkd', 'mdown', 'rst', 'rest', 'org', 'adoc', 'asciidoc'] },
  type: 'text/markdown',
  extract: (file) => {
    const lines = firstLines(file.bytes, TITLE_BYTES);
    const title = cleanTitle(plain(heading(lines)));
    return { title, text: file.bytes, properties: frontMatterProperties(lines) };
  },
} satisfies TextExtractor;

/** What a line says it is: `# T`, `= T =`, `#+TITLE: T`, `title: T` in a front matter. */
const HEADING_LINES = [/^#{1,6}[ \t]+(.*?)[ \t#]*$/, /^#\+title:[ \t]*(.+)/i, /^={1,5}[ \t]+(.*?)[ \t=]*$/] as const;

function heading(lines: readonly string[]): string {
  const from = frontMatterEnd(lines);
  const named = lines.slice(0, from).find((line) => /^title:/i.test(line));
  if (named !== undefined) return named.slice(6).replace(/^\s*(["'])(.*)\1\s*$/, '$2');
  for (let at = from; at < lines.length; at++) {
    const found = lineHeading(lines[at] as string) ?? underlined(lines, at);
    if (found !== undefined) return found;
  }
  return '';
}

function lineHeading(line: string): string | undefined {
  for (const pattern of HEADING_LINES) {
    const text = pattern.exec(line)?.[1];
    if (text) return text;
  }
  return undefined;
}

/** A line of words with `====` or `----` under it. */
function underlined(lines: readonly string[], at: number): string | undefined {
  const line = lines[at] as string;
  const under = lines[at + 1];
  const isHeading = under !== undefined && /[\p{L}\p{N}]/u.test(line) && isRule(under) && !line.startsWith('..');
  return isHeading ? line : undefined;
}

const LINK = /!?\[([^\][]*)\]\([^()\s]*\)/g;

/** Links, pictures (also within links) and inline marks taken off: `The [x](http://…) \`y\`` → 'The x y'. */
function plain(text: string): string {
  return text
    .replace(LINK, '$1')
    .replace(LINK, '$1')
    .replace(/[`*]+|\\(?=[#*_])/g, '');
}
