/**
 * Takes a file or folder out of the index and wipes its words from the files of the index, at once. What would be
 * indexed again is refused. Used by the daemon, and by `find-textd forget` while none runs.
 */
import { constants } from 'node:fs';
import { access, lstat } from 'node:fs/promises';
import { FindTextError, systemCode } from '../../shared/errors.js';
import { displayPath } from '../../shared/path-text.js';
import { outermost, overlap } from '../../shared/path-within.js';
import { splitPath } from '../../shared/paths.js';
import { isSilent, look } from '../disk/looks.js';
import type { IndexReader } from '../index-reader.js';
import type { IgnoreLookup } from '../rules/ignore-lookup.js';
import type { WriteOp } from '../words.js';
import type { Upkeep } from '../writer/upkeep.js';
import { adviceToLeaveOut } from './advice.js';

export interface Forgotten {
  /** That the index had and has no more. */
  readonly documents: number;
  /** Some may not be read, or are left out but for their names: the names stay. */
  readonly hasNames: boolean;
  /** False while a search reads what was there before: what is left is wiped when it has ended. */
  readonly isWiped: boolean;
}

export interface ForgetParts {
  readonly roots: readonly Uint8Array[];
  readonly rules: Pick<IgnoreLookup, 'prepare' | 'verdict'>;
  readonly index: Pick<IndexReader, 'countDocuments'>;
  readonly out: ForgetOutlet;
  readonly upkeep: Pick<Upkeep, 'cleanNow'>;
  /** Who needs their events takes them first. Missing: nobody does. */
  readonly deliveries?: { beforeForget(paths: readonly Uint8Array[]): Promise<void> };
}

export interface ForgetOutlet {
  /**
   * Takes these paths out, whatever was read there before; of `named` the events only.
   * @throws FindTextError FT_STORE_FULL, which is not waited out
   */
  forget(paths: readonly Uint8Array[], named: readonly Uint8Array[]): Promise<void>;
}

export function forgetOps(paths: readonly Uint8Array[], named: readonly Uint8Array[]): WriteOp[] {
  return [
    ...paths.map((path) => ({ kind: 'forget', path }) as const),
    ...named.map((path) => ({ kind: 'forgetEventsBelow', path }) as const),
  ];
}

const PATIENCE_MS = 10_000;
const GONE: readonly (string | undefined)[] = ['ENOENT', 'ENOTDIR', 'ENAMETOOLONG', 'ELOOP', 'EACCES'];

/**
 * @param paths  absolute, folders above without symbolic links.
 * @throws FindTextError FT_FORGET_KEPT before anything is changed.
 */
export async function forget(paths: readonly Buffer[], parts: ForgetParts): Promise<Forgotten> {
  const judged = await Promise.all(paths.map(async (path) => ({ path, fate: await judge(path, parts) })));
  const kept = judged.find(({ fate }) => fate === 'kept');
  if (kept) throw refusal(kept.path, parts.roots);
  const withFate = (wanted: string) => judged.filter(({ fate }) => fate === wanted).map(({ path }) => path);
  const gone = outermost(withFate('gone'));
  const named = withFate('name');
  const documents = gone.reduce((sum, path) => sum + parts.index.countDocuments(path), 0);
  await parts.deliveries?.beforeForget([...gone, ...named]);
  await parts.out.forget(gone, named);
  return { documents, hasNames: named.length > 0, isWiped: await parts.upkeep.cleanNow(PATIENCE_MS) };
}

/** What becomes of a path that the index no longer has: nothing, its name is found again, or all of it. */
async function judge(path: Buffer, { roots, rules }: ForgetParts): Promise<'gone' | 'name' | 'kept'> {
  if (!roots.some((root) => overlap(root, path))) return 'gone';
  if (isSilent(path)) throw silence(path);
  const stat = await look(path, () => lstat(path)).catch((error: unknown) => {
    if (GONE.includes(systemCode(error))) return undefined;
    throw isSilent(path) ? silence(path) : error;
  });
  if (!stat?.isFile() && !stat?.isDirectory()) return 'gone';
  const isDirectory = stat.isDirectory();
  await rules.prepare(isDirectory ? path : splitPath(path).directory);
  const { kind } = rules.verdict(path, isDirectory);
  if (kind === 'skip') return 'gone';
  if (kind === 'names') return 'name';
  const { R_OK, X_OK } = constants;
  const isReadable = await look(path, () => access(path, isDirectory ? R_OK | X_OK : R_OK)).then(
    () => true,
    () => false,
  );
  return isReadable ? 'kept' : 'name';
}

function refusal(path: Buffer, roots: readonly Uint8Array[]): FindTextError {
  const message = `forget ${displayPath(path)}: it is there and not left out, so it would be indexed again`;
  return new FindTextError('FT_FORGET_KEPT', message, { hint: adviceToLeaveOut(path, roots) });
}

function silence(path: Buffer): FindTextError {
  const message = `forget ${displayPath(path)}: its volume does not answer`;
  return new FindTextError('FT_READ_FAILED', message, { hint: 'try again when it answers' });
}
