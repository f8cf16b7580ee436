/**
 * Id and version of every extractor: documents of a lower version are extracted again. The versions stand in the
 * extractors. The build puts the finished table in the place of this file (`made-by-build.mjs`), so that the daemon
 * compares them with the index without loading a single parser.
 */
import { EXTRACTORS, NO_EXTRACTOR } from './registry.js';

export const EXTRACTOR_VERSIONS: Readonly<Record<string, number>> = Object.fromEntries(
  [NO_EXTRACTOR, ...EXTRACTORS].map(({ id, version }) => [id, version]),
);
