/**
 * FileChange → one JSON line: what `audit changes` prints and what the plugin writes into the change log.
 * read-change-line.ts reads it back.
 */
import { pathHex, pathText } from '../../../shared/path-text.js';
import { certaintyOf, type FileChange } from './file-change.js';

/**
 * One line with its line feed. `pathHex` and its kin appear when the bytes are not UTF-8; `keys` when there are
 * several.
 */
export function encodeChange(change: FileChange): string {
  const { node, serial, timestampMs, kind, attribute, from, to, eitherParent, file, who, keys } = change;
  const certainty = certaintyOf(from, to);
  const path = certainty === 'exact' ? from.path : null;
  return `${JSON.stringify({
    node: node === '' ? undefined : node,
    serial,
    timestamp: timestampMs / 1000,
    kind,
    attribute: attribute ?? undefined,
    path: textOf(path) ?? null,
    pathHex: hexOf(path),
    to: textOf(to?.path),
    toHex: hexOf(to?.path),
    inode: file?.inode ?? null,
    dev: file?.dev ?? null,
    parentInode: from.parent?.inode,
    parentDev: from.parent?.dev,
    name: textOf(from.name),
    nameHex: hexOf(from.name),
    toParentInode: to?.parent?.inode,
    toParentDev: to?.parent?.dev,
    toName: textOf(to?.name),
    toNameHex: hexOf(to?.name),
    eitherParent: eitherParent.length === 0 ? undefined : eitherParent,
    certainty,
    who,
    key: keys[0] ?? null,
    keys: keys.length > 1 ? keys : undefined,
  })}\n`;
}

function textOf(bytes: Buffer | null | undefined): string | undefined {
  return bytes ? pathText(bytes) : undefined;
}

function hexOf(bytes: Buffer | null | undefined): string | undefined {
  return bytes ? pathHex(bytes) : undefined;
}
