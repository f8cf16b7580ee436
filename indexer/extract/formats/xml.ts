/**
 * XML and SVG: the text between the tags and nothing else; every element separates words. The title is the first `<title>`.
 * Read with the tolerant tokenizer on purpose: a file that is not well formed still gives its text, entities that a DTD
 * defines are never expanded (billion laughs, external entities), and nesting has no cost.
 */

import type { Extractor } from '../extractor.js';
import { EXTRACTOR_VERSIONS } from '../extractor-versions.js';
import { collectText, type TagRole, type TagRules } from './tag-collector.js';

const rules: TagRules = {
  isXml: true,
  roles: new Map<string, TagRole>([
    ['script', 'skip'],
    ['style', 'skip'],
    ['title', 'title'],
  ]),
  textAttribute: '',
};

export const xmlExtractor: Extractor = {
  id: 'xml',
  version: EXTRACTOR_VERSIONS.xml,
  extensions: ['xml', 'svg', 'xsl', 'xslt', 'xsd', 'rdf', 'rss', 'atom'],
  type: 'application/xml',
  extract: (file) => collectText(file.bytes, rules),
};
