/**
 * A document found by its name and metadata alone: an excluded file the user wants named, or one that could not be
 * read.
 */
import { pathText } from '../../shared/path-text.js';
import { splitPath } from '../../shared/paths.js';
import type { Extraction } from '../../shared/types.js';
import { typeOfName } from '../extract/media-type.js';
import type { Versions } from './compare.js';

/**
 * `failed` documents carry the sum of all extractor versions: when any of them is raised, they are tried again.
 * `name` documents are never read.
 */
export function nameOnly(path: Uint8Array, why: 'name' | 'failed', versions: Versions): Extraction {
  const name = pathText(splitPath(path).name);
  return {
    type: typeOfName(name),
    title: '',
    text: new Uint8Array(0),
    markup: new Uint8Array(0),
    isFileText: true,
    isTruncated: false,
    extractor: why,
    extractorVersion: versions[why] ?? 1,
  };
}

export function withNameOnly(extractors: Versions): Versions {
  const sum = Object.values(extractors).reduce((total, version) => total + version, 0);
  return { ...extractors, name: 1, failed: sum };
}
