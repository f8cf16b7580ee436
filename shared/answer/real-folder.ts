/**
 * Where a folder that the user names leads: the index knows no other path. The index is asked first, which knows the
 * roots that are symlinks or lie behind one. Then comes the disk, name by name, so that no volume that hangs is
 * touched.
 */
import { readlinkSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { ROOTS_KEY } from '../daemon-state.js';
import { orUndefined } from '../errors.js';
import { isWithin, rangeBelow } from '../path-within.js';
import { toBytes } from '../paths.js';
import type { CanLook } from '../search/document-text.js';
import { Meta } from '../store/meta.js';
import type { Db } from '../store/open.js';
import { prepared } from '../store/prepared.js';
import { parseRoots } from '../store/roots-file.js';

/** As many as Linux follows. */
const MAX_LINKS = 40;

/** @param canLook  undefined: the disk is not asked. */
export function realFolder(db: Db, path: Buffer, canLook?: CanLook): Buffer {
  const known = knownFolder(db, path);
  return canLook && !isIndexed(db, known) ? knownFolder(db, followed(known, canLook)) : known;
}

/** The folder itself, or one below it: what lies above a root is not in the index. */
export function isIndexed(db: Db, path: Uint8Array): boolean {
  const sql = 'SELECT EXISTS (SELECT 1 FROM dir WHERE path = :path OR (path >= :from AND path < :to))';
  return (
    prepared<number>(db, sql)
      .pluck()
      .get({ path: toBytes(path), ...rangeBelow(path) }) === 1
  );
}

function knownFolder(db: Db, path: Buffer): Buffer {
  const root = parseRoots(new Meta(db).get(ROOTS_KEY)).find(({ name }) => isWithin(path, name));
  if (!root || root.name.equals(root.path)) return path;
  const rest = path.subarray(root.name.length);
  return root.path.length === 1 && rest.length > 0 ? rest : Buffer.concat([root.path, rest]);
}

/** As far as it may be looked at. Each character stands for a byte. */
function followed(path: Buffer, canLook: CanLook): Buffer {
  let real = path.toString('latin1');
  for (let links = 0; links < MAX_LINKS; links++) {
    const next = withoutFirstLink(real, canLook);
    if (next === undefined) break;
    real = next;
  }
  return Buffer.from(real, 'latin1');
}

/** @returns undefined when no link is in it. */
function withoutFirstLink(path: string, canLook: CanLook): string | undefined {
  for (const { index } of path.matchAll(/(?<=[^/])(?=\/|$)/g)) {
    const part = path.slice(0, index);
    const bytes = Buffer.from(part, 'latin1');
    if (!canLook(bytes)) return undefined;
    const target = orUndefined(() => readlinkSync(bytes, 'buffer'));
    if (target) return resolve(dirname(part), target.toString('latin1')) + path.slice(index);
  }
  return undefined;
}
