/**
 * Which extractor for which file: by extension first, then by content. Called by extract-content.ts.
 * A new format is one file in formats/ and one entry here.
 */

import type { Extractor } from './extractor.js';
import { EXTRACTOR_VERSIONS } from './extractor-versions.js';
import { htmlExtractor } from './formats/html.js';
import { manExtractor } from './formats/man.js';
import { markupExtractor } from './formats/markup.js';
import { textExtractor } from './formats/text.js';
import { xmlExtractor } from './formats/xml.js';
import { extensionOf, textTypeOf } from './media-type.js';
import { sniffText } from './sniff.js';

export const EXTRACTORS: readonly Extractor[] = [
  textExtractor,
  markupExtractor,
  htmlExtractor,
  xmlExtractor,
  manExtractor,
];

/** What stands in the index for content that no extractor reads. */
export const NO_EXTRACTOR = { id: 'none', version: EXTRACTOR_VERSIONS.none } as const;

export interface Choice {
  readonly extractor: Extractor;
  /** Media type of the file. */
  readonly type: string;
}

export class Registry {
  readonly #byExtension: ReadonlyMap<string, Extractor>;
  readonly #byId: ReadonlyMap<string, Extractor>;

  constructor(extractors: readonly Extractor[]) {
    this.#byExtension = new Map(
      extractors.flatMap((one) => one.extensions.map((extension) => [extension, one] as const)),
    );
    this.#byId = new Map(extractors.map((one) => [one.id, one]));
  }

  /**
   * @param name   without `.gz`.
   * @param bytes  UTF-8 text.
   */
  choose(name: string, bytes: Buffer): Choice {
    const named = this.#byExtension.get(extensionOf(name)) ?? this.#byExtension.get(innerExtension(name));
    if (named !== undefined) return { extractor: named, type: textTypeOf(name, named.type) };
    const sniffed = sniffText(bytes);
    const extractor = this.#byId.get(sniffed.id) ?? textExtractor;
    return { extractor, type: textTypeOf(name, sniffed.type ?? extractor.type) };
  }
}

/** Sphinx publishes its sources as `index.rst.txt`: 'rst'. */
function innerExtension(name: string): string {
  return name.endsWith('.txt') ? extensionOf(name.slice(0, -4)) : '';
}

export const FORMATS = new Registry(EXTRACTORS);
