/** For commands that change the index: by the daemon where one runs, else in its place. */
import { fileURLToPath } from 'node:url';
import { FindTextError } from '../../shared/errors.js';
import { eventLimits } from '../../shared/store/events.js';
import { currentIndexFile } from '../../shared/store/generation.js';
import { lockHolder, takeDaemonsPlace } from '../../shared/store/lock.js';
import { SYSTEM_CLOCK } from '../system/clock.js';
import { WriterClient } from '../writer/writer-client.js';
import type { Context } from './context.js';

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
export function requireNoRebuild(dataDirectory: string, command: string): void {
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
