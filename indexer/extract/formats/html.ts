/**
 * HTML as a reader sees it: text, decoded entities, alternative texts of pictures; scripts, styles and tags left out.
 * The title is `<title>`, else the first `<h1>`. It is not repeated in the text.
 */

import type { TextExtractor } from '../extractor.js';
import { collectText, type TagRole, type TagRules } from './tag-collector.js';

/** Elements inside a line: `<b>w</b>ord` is one word. */
const INLINE =
  'a abbr acronym b bdi bdo big blink cite code data del dfn em font i ins kbd label mark nobr q rb s samp small span strike strong sub sup time tt u var wbr';
/**
 * No text of the document; the last three hold markup for browsers of the past, which the tokenizer gives as it stands.
 */
const SKIPPED = 'script style iframe noembed noframes';

const rules: TagRules = {
  isXml: false,
  roles: new Map<string, TagRole>([
    ...INLINE.split(' ').map((name) => [name, 'inline'] as const),
    ...SKIPPED.split(' ').map((name) => [name, 'skip'] as const),
    ['title', 'title'],
    ['h1', 'heading'],
    ['svg', 'foreign'],
  ]),
  textAttribute: 'alt',
};

export const htmlExtractor = {
  id: 'html',
  version: 3,
  takes: 'text',
  matches: {
    extensions: ['html', 'htm', 'xhtml', 'xht', 'shtml'],
    head: /^\s*<(?:[^>]*>\s*<){0,8}(?:!doctype\s+html|html[\s>]|head[\s>]|body[\s>])/i,
  },
  type: 'text/html',
  extract: (file) => collectText(file.bytes, rules),
} satisfies TextExtractor;
