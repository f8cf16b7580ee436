/**
 * XML and SVG: the text between the tags and nothing else; every element separates words. The title is the first
 * `<title>`. Read with the tolerant tokenizer on purpose: a file that is not well formed still gives its text, entities
 * that a DTD defines are never expanded (billion laughs, external entities), and nesting has no cost.
 */

import type { TextExtractor } from '../extractor.js';
import { collectText, type TagRole, type TagRules } from './tag-collector.js';

const rules: TagRules = {
  isXml: true,
  roles: new Map<string, TagRole>([
    ['script', 'skip'],
    ['style', 'skip'],
    ['title', 'title'],
    ['tspan', 'inline'],
  ]),
  textAttribute: '',
};

export const xmlExtractor = {
  id: 'xml',
  version: 3,
  takes: 'text',
  matches: { extensions: ['xml', 'svg', 'rdf', 'rss', 'atom'], head: /^\s*<(?:\?xml\s|svg[\s>])/i },
  type: 'application/xml',
  extract: (file) => {
    const content = afterDoctype(file.bytes);
    const { markup, ...collected } = collectText(content, rules);
    const doctype = file.bytes.subarray(0, file.bytes.length - content.length);
    return { ...collected, markup: Buffer.concat([doctype, markup]) };
  },
} satisfies TextExtractor;

const DOCTYPE = /^(?:[^<]|<[^a-z_])*?<!DOCTYPE[^[<>]*\[[\s\S]*?\]\s*>/i;
const DOCTYPE_BYTES = 16_384;

/**
 * A document type with definitions in it is no text, and the tokenizer would take its end for one. Nothing before it is
 * text either.
 */
function afterDoctype(source: Buffer): Buffer {
  const match = DOCTYPE.exec(source.toString('latin1', 0, Math.min(source.length, DOCTYPE_BYTES)));
  return match === null ? source : source.subarray(match[0].length);
}
