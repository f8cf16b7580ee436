/** A command of the user's configuration that reads files of some types. Pure. */
import { createHash } from 'node:crypto';
import { extensionOf, typeOfName } from '../media-type.js';
import { idOf } from './own-id.js';

export interface OwnExtractor {
  readonly name: string;
  /** Lower case, without the dot. */
  readonly endings: readonly string[];
  /** Media types; `image/*` is all of a kind. */
  readonly types: readonly string[];
  /** The program by its whole path, and its arguments; `{}` in one stands for the path of the document. */
  readonly command: readonly string[];
  /** What the command prints. */
  readonly output: 'text' | 'json';
  /** What it gives is added to what find-text reads of such a file, instead of taking the place of the text. */
  readonly isAdded: boolean;
  /** Another one when anything of this changes. */
  readonly version: number;
}

export const DOCUMENT = '{}';
/** Of a document whose command has not ended yet: no version is that. */
export const PENDING_VERSION = 0;
const POSITIVE = 0x7fffffff;

/** @param parts  all that the output depends on. */
export function versionOf(parts: unknown): number {
  const digest = createHash('sha256').update(JSON.stringify(parts)).digest();
  return digest.readUInt32LE(0) & POSITIVE || 1;
}

export function ownVersions(extractors: readonly OwnExtractor[]): Readonly<Record<string, number>> {
  return Object.fromEntries(extractors.map((each) => [idOf(each), each.version]));
}

/**
 * The first one that takes such a file.
 * @param type  as its content tells; missing: as its name does.
 */
export function ownFor(
  extractors: readonly OwnExtractor[],
  name: string,
  type = typeOfName(name),
): OwnExtractor | undefined {
  const ending = extensionOf(name);
  return extractors.find(({ endings, types }) => endings.includes(ending) || types.some((one) => isOfType(type, one)));
}

function isOfType(type: string, wanted: string): boolean {
  return wanted.endsWith('/*') ? type.startsWith(wanted.slice(0, -1)) : type === wanted;
}
