/** A file's bytes through the extractors, as the child process does it. */
import { extractContent } from '../../indexer/extract/extract-content.js';
import { FORMATS } from '../../indexer/extract/registry.js';
import type { Extraction } from '../../shared/types.js';

export function extractBytes(name: string, bytes: Buffer | string, maxBytes = 1 << 24): Promise<Extraction> {
  return extractContent(FORMATS, { name, bytes: Buffer.from(bytes), isTruncated: false, maxBytes });
}

export function textOf({ text }: { readonly text: Uint8Array }): string {
  return Buffer.from(text).toString();
}

/** 'author Ann', 'written 2024-03-05T10:20:30.000Z': in the order in which they are told. */
export function propertiesOf({ properties = [] }: Extraction): string[] {
  return properties.map(
    ({ field, value }) => `${field} ${typeof value === 'number' ? new Date(value).toISOString() : value}`,
  );
}
