/**
 * `find-textd forget PATH...`: takes files out of the index and wipes their words from its files now, with or without a
 * daemon.
 */

import { counted } from '../../shared/counted.js';
import { FindTextError } from '../../shared/errors.js';
import { displayPath } from '../../shared/path-text.js';
import { currentIndexFile } from '../../shared/store/generation.js';
import { toStoreError } from '../../shared/store/open.js';
import { indexBytes } from '../../shared/store/space.js';
import { type Forgotten, forget as forgetNow, forgetOps } from '../forget/forget.js';
import { IndexReader } from '../index-reader.js';
import { makeRules } from '../rules/rules.js';
import { Upkeep } from '../writer/upkeep.js';
import type { WriterClient } from '../writer/writer-client.js';
import { askDaemon } from './ask-daemon.js';
import { type Context, say } from './context.js';
import { forgetInHistory } from './forget-history.js';
import { requireIndex, withNamed, withOwnWriter } from './own-writer.js';
import { rememberedRoots } from './roots.js';

/** @throws FindTextError FT_FORGET_KEPT when it would be indexed again; FT_STORE_BUSY when it cannot be done now */
export async function forget(context: Context, names: readonly string[]): Promise<void> {
  await forgetAll(context, names).catch((error: unknown) => {
    throw withAdvice(error);
  });
}

function forgetAll(context: Context, names: readonly string[]): Promise<void> {
  const { dataDirectory } = context.locations;
  const hint = 'there is nothing to forget';
  return withNamed(context, { command: 'forget', names, hint }, async ({ paths, volumes }) => {
    const file = requireIndex(dataDirectory);
    volumes.follow(rememberedRoots(file).map(({ path }) => path));
    const before = indexBytes(file);
    const forgotten = await forgetSomehow(context, paths);
    const after = indexBytes(requireIndex(dataDirectory));
    say(context, toText(forgotten, paths, { before, after }));
    const roots = rememberedRoots(currentIndexFile(dataDirectory)).map(({ path }) => path);
    const history = await forgetInHistory(context, paths, roots);
    if (history !== undefined) say(context, history);
  });
}

/** Nobody goes on by himself here. */
function withAdvice(error: unknown): unknown {
  const known = toStoreError('forget', error);
  if (known.code !== 'FT_STORE_FULL') return error;
  return new FindTextError(known.code, known.message, {
    cause: error,
    hint: 'its words may still stand in the index files; free some MB on that disk, then forget again',
  });
}

async function forgetSomehow(context: Context, paths: readonly Buffer[]): Promise<Forgotten> {
  const { dataDirectory } = context.locations;
  const answered = await askDaemon<Forgotten>(dataDirectory, 'forget', paths);
  const forgotten = answered ?? (await forgetHere(context, paths));
  if (forgotten.isWiped) return forgotten;
  throw new FindTextError('FT_STORE_BUSY', 'wipe the index files: a search still reads what was there before', {
    hint: 'nothing of it is found any more; end the search that hangs and try again, or let the daemon do it within minutes',
  });
}

function forgetHere(context: Context, paths: readonly Buffer[]): Promise<Forgotten> {
  return withOwnWriter(context, 'find-textd forget', (writer, file) => {
    const roots = rememberedRoots(file).map(({ path }) => path);
    return forgetThrough(writer, context, { file, roots, paths });
  });
}

async function forgetThrough(
  writer: WriterClient,
  context: Context,
  {
    file,
    roots,
    paths,
  }: { readonly file: string; readonly roots: readonly Buffer[]; readonly paths: readonly Buffer[] },
): Promise<Forgotten> {
  const { dataDirectory, stateDirectory, runtimeDirectory } = context.locations;
  const reader = new IndexReader(file);
  const upkeep = new Upkeep(writer, { pass: async () => {} });
  const ownDirectories = [dataDirectory, stateDirectory, runtimeDirectory];
  try {
    return await forgetNow(paths, {
      roots,
      rules: makeRules(context.config, roots, ownDirectories, (text) => say(context, text)),
      index: reader,
      out: { forget: async (gone, named) => void (await writer.apply(forgetOps(gone, named))) },
      upkeep,
    });
  } finally {
    reader.close();
  }
}

function toText(
  { documents, hasNames }: Forgotten,
  paths: readonly Buffer[],
  bytes: { readonly before: number; readonly after: number },
): string {
  const what = paths.map(displayPath).join(', ');
  const found = documents > 0 ? counted(documents, 'file') : 'no file was left of it';
  const names = hasNames ? '; what may not be read is still found by its name' : '';
  const sizes = `${(bytes.before / 1e6).toFixed(1)} MB before, ${(bytes.after / 1e6).toFixed(1)} MB now`;
  return `forgotten: ${what} (${found})${names}; its words are wiped from the index files: ${sizes}`;
}
