/** For commands that change the index: by the daemon where one runs, else in its place. */
import { fileURLToPath } from 'node:url';
import { FindTextError } from '../../shared/errors.js';
import { eventLimits } from '../../shared/store/events.js';
import { currentIndexFile } from '../../shared/store/generation.js';
import { lockHolder, takeDaemonsPlace, takeLock } from '../../shared/store/lock.js';
import type { HangingVolumes } from '../disk/hanging-volumes.js';
import { clearMailbox } from '../forget/mailbox.js';
import { SYSTEM_CLOCK } from '../system/clock.js';
import { WriterClient } from '../writer/writer-client.js';
import { type Context, prepareIndexDirectory } from './context.js';
import { argumentPaths } from './raw-arguments.js';
import { placeOf } from './real-path.js';
import { watchVolumes } from './watch-volumes.js';

export interface Named {
  /** As they were typed. */
  readonly named: readonly Buffer[];
  /** With their folders as they really are. */
  readonly paths: readonly Buffer[];
  readonly volumes: HangingVolumes;
}

interface Request {
  /** `forget` */
  readonly command: string;
  readonly names: readonly string[];
  /** Where there is no index. */
  readonly hint?: string;
}

/** One such command at a time. @throws FindTextError FT_STORE_MISSING, FT_STORE_BUSY */
export async function withNamed(
  context: Context,
  { command, names, hint }: Request,
  work: (named: Named) => Promise<void>,
): Promise<void> {
  const { dataDirectory } = context.locations;
  requireIndex(dataDirectory, hint);
  prepareIndexDirectory(context);
  const named = argumentPaths(names);
  const volumes = await watchVolumes(named);
  const lock = takeLock(dataDirectory, 'forget', `find-textd ${command}`);
  try {
    requireNoRebuild(dataDirectory, command);
    await work({ named, paths: await Promise.all(named.map(placeOf)), volumes });
  } finally {
    clearMailbox(dataDirectory);
    lock.release();
    volumes.close();
  }
}

/** No daemon starts meanwhile. @param command  for whoever finds the index taken. */
export async function withOwnWriter<Done>(
  context: Context,
  command: string,
  work: (writer: WriterClient, file: string) => Promise<Done>,
): Promise<Done> {
  const { dataDirectory } = context.locations;
  const lock = takeDaemonsPlace(dataDirectory, command);
  const file = requireIndex(dataDirectory);
  const writer = openWriter(context, file);
  try {
    await writer.open();
    return await work(writer, file).finally(() => writer.close());
  } finally {
    await writer.abandon();
    lock.release();
  }
}

/** @throws FindTextError FT_STORE_MISSING */
export function requireIndex(dataDirectory: string, hint = 'start `find-textd run`'): string {
  const file = currentIndexFile(dataDirectory);
  if (file) return file;
  throw new FindTextError('FT_STORE_MISSING', `read the index in ${dataDirectory}: there is none`, { hint });
}

/** It reads all files for an index that is to take the place of this one. @throws FindTextError FT_STORE_BUSY */
function requireNoRebuild(dataDirectory: string, command: string): void {
  const holder = lockHolder(dataDirectory, 'rebuild');
  if (!holder) return;
  throw new FindTextError('FT_STORE_BUSY', `${command}: a rebuild (process ${holder.pid}) is building a new index`, {
    hint: `wait until it is done, or end it, then ${command} again`,
  });
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
