/**
 * Id and version of every extractor, in a file of its own so that the daemon can compare them with the index without loading
 * a single parser. A change of an extractor's output raises its number here: only its own documents are then extracted again.
 */
export const EXTRACTOR_VERSIONS = {
  /** Binary content: indexed by name and metadata only. */
  none: 2,
  text: 1,
  markup: 1,
  html: 3,
  xml: 3,
  man: 2,
} as const;

export function extractorVersions(): Readonly<Record<string, number>> {
  return EXTRACTOR_VERSIONS;
}
