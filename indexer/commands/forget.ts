/**
 * `find-textd forget PATH...`: takes files out of the index and wipes their words from its files now, with or without a
 * daemon.
 */

import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { counted } from '../../shared/counted.js';
import { FindTextError } from '../../shared/errors.js';
import { displayPath } from '../../shared/path-text.js';
import { eventLimits } from '../../shared/store/events.js';
import { currentIndexFile } from '../../shared/store/generation.js';
import { lockHolder, takeDaemonsPlace, takeLock } from '../../shared/store/lock.js';
import { toStoreError } from '../../shared/store/open.js';
import { indexBytes } from '../../shared/store/space.js';
import { type Forgotten, forget as forgetNow, forgetOps } from '../forget/forget.js';
import { clearMailbox, readAnswer, sendRequest, signOfLife } from '../forget/mailbox.js';
import { IndexReader } from '../index-reader.js';
import { makeRules } from '../rules/rules.js';
import { SYSTEM_CLOCK } from '../system/clock.js';
import { Upkeep } from '../writer/upkeep.js';
import { WriterClient } from '../writer/writer-client.js';
import { type Context, prepareIndexDirectory, say } from './context.js';
import { forgetInHistory } from './forget-history.js';
import { argumentPaths } from './raw-arguments.js';
import { placeOf } from './real-path.js';
import { rememberedRoots } from './roots.js';
import { watchVolumes } from './watch-volumes.js';

const POLL_MS = 100;
/** How long a daemon may show no sign of life. */
const PATIENCE_MS = 15_000;

/** @throws FindTextError FT_FORGET_KEPT when it would be indexed again; FT_STORE_BUSY when it cannot be done now */
export async function forget(context: Context, names: readonly string[]): Promise<void> {
  await forgetAll(context, names).catch((error: unknown) => {
    throw withAdvice(error);
  });
}

async function forgetAll(context: Context, names: readonly string[]): Promise<void> {
  const { dataDirectory } = context.locations;
  requireIndex(dataDirectory);
  prepareIndexDirectory(context);
  const named = argumentPaths(names);
  const volumes = await watchVolumes(named);
  const lock = takeLock(dataDirectory, 'forget', 'find-textd forget');
  try {
    requireNoRebuild(dataDirectory);
    const paths = await Promise.all(named.map(placeOf));
    const file = requireIndex(dataDirectory);
    volumes.follow(rememberedRoots(file).map(({ path }) => path));
    const before = indexBytes(file);
    const forgotten = await forgetSomehow(context, paths);
    say(context, toText(forgotten, paths, { before, after: indexBytes(requireIndex(dataDirectory)) }));
    const roots = rememberedRoots(currentIndexFile(dataDirectory)).map(({ path }) => path);
    const history = await forgetInHistory(context, paths, roots);
    if (history !== undefined) say(context, history);
  } finally {
    clearMailbox(dataDirectory);
    lock.release();
    volumes.close();
  }
}

/** It may have read already what is to be forgotten. */
function requireNoRebuild(dataDirectory: string): void {
  const holder = lockHolder(dataDirectory, 'rebuild');
  if (!holder) return;
  throw new FindTextError('FT_STORE_BUSY', `forget: a rebuild (process ${holder.pid}) is building a new index`, {
    hint: 'wait until it is done, or end it, then forget again',
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
  const answered = lockHolder(dataDirectory, 'daemon') && (await askDaemon(dataDirectory, paths));
  const forgotten = answered ?? (await forgetHere(context, paths));
  if (forgotten.isWiped) return forgotten;
  throw new FindTextError('FT_STORE_BUSY', 'wipe the index files: a search still reads what was there before', {
    hint: 'nothing of it is found any more; end the search that hangs and try again, or let the daemon do it within minutes',
  });
}

/** @returns undefined when there is no daemon any more. */
async function askDaemon(dataDirectory: string, paths: readonly Buffer[]): Promise<Forgotten | undefined> {
  const id = `${process.pid} ${performance.timeOrigin}`;
  clearMailbox(dataDirectory);
  sendRequest(dataDirectory, id, paths);
  let lastSign = '';
  for (let seenMs = performance.now(); ; await pause(POLL_MS)) {
    const answer = readAnswer(dataDirectory, id);
    if (answer) return answer;
    const holder = lockHolder(dataDirectory, 'daemon');
    if (!holder) return undefined;
    const sign = signOfLife(dataDirectory);
    if (sign !== lastSign) seenMs = performance.now();
    lastSign = sign;
    if (performance.now() - seenMs > PATIENCE_MS) throw noAnswer(holder.pid);
  }
}

function noAnswer(pid: number): FindTextError {
  const message = `forget: the daemon (process ${pid}) does not answer`;
  return new FindTextError('FT_STORE_BUSY', message, {
    hint: '`find-textd status` says whether it stands still; end it, then forget again',
  });
}

async function forgetHere(context: Context, paths: readonly Buffer[]): Promise<Forgotten> {
  const { dataDirectory } = context.locations;
  const lock = takeDaemonsPlace(dataDirectory, 'find-textd forget');
  const file = requireIndex(dataDirectory);
  const roots = rememberedRoots(file).map(({ path }) => path);
  const writer = openWriter(context, file);
  try {
    await writer.open();
    return await forgetThrough(writer, context, { file, roots, paths }).finally(() => writer.close());
  } finally {
    await writer.abandon();
    lock.release();
  }
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

function openWriter({ config }: Context, file: string): WriterClient {
  return new WriterClient({
    file,
    queue: { settleMs: config['queue.settleMs'], maxWaitMs: config['queue.maxWaitMs'] },
    events: eventLimits(config),
    threadPath: fileURLToPath(new URL('writer-thread.js', import.meta.url)),
    onTrouble: () => {},
    // Somebody waits: a full disk is told, not waited out.
    stopped: AbortSignal.abort(),
    clock: SYSTEM_CLOCK,
  });
}

function requireIndex(dataDirectory: string): string {
  const file = currentIndexFile(dataDirectory);
  if (file) return file;
  throw new FindTextError('FT_STORE_MISSING', `read the index in ${dataDirectory}: there is none`, {
    hint: 'there is nothing to forget',
  });
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
