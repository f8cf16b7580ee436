/** What it means that a path cannot be looked at, or that nothing is there: gone is not deleted. */
import { MAX_PATH_BYTES } from '../../shared/paths.js';
import type { Documents } from '../../shared/store/documents.js';
import { whyNoFolder } from '../disk/no-folder.js';
import type { Volumes } from '../parts.js';
import { missingVolume, NOT_MOUNTED } from '../volumes/volumes.js';
import type { Seen } from './decide.js';
import { type Absent, isRoot } from './look.js';

export interface AbsentParts {
  readonly roots: readonly Uint8Array[];
  readonly documents: Pick<Documents, 'find' | 'directories'>;
  readonly volumes: Volumes;
}

export async function whyAbsent(path: Buffer, observed: Absent, parts: AbsentParts): Promise<Seen> {
  const { roots, documents, volumes } = parts;
  if (observed.kind === 'silent') return observed;
  if (observed.kind === 'unreadable') return { ...observed, isBelowClosed: !isRoot(path, roots) };
  const why = isRoot(path, roots) ? await whyNoFolder(path) : undefined;
  if (why !== undefined) return { kind: 'missing', folder: path, why };
  if (path.length > MAX_PATH_BYTES) return { kind: 'too long' };
  const isKnown = documents.find(path) !== undefined || documents.directories.find(path) !== undefined;
  if (observed.kind !== 'gone' || !isKnown) return observed;
  const folder = await missingVolume(path, roots, { directories: documents.directories, volumes });
  return folder ? { kind: 'missing', folder, why: NOT_MOUNTED } : observed;
}
