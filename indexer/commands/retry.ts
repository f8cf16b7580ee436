/** `find-textd retry [PATH...]`: what has failed is tried again, with or without a daemon. */
import { counted } from '../../shared/counted.js';
import { displayPath } from '../../shared/path-text.js';
import { lockHolder, takeLock } from '../../shared/store/lock.js';
import { clearMailbox } from '../forget/mailbox.js';
import { IndexReader } from '../index-reader.js';
import { type Retried, retry } from '../work/retry.js';
import { askDaemon } from './ask-daemon.js';
import { type Context, prepareIndexDirectory, say } from './context.js';
import { requireIndex, requireNoRebuild, withOwnWriter } from './own-writer.js';
import { argumentPaths } from './raw-arguments.js';
import { placeOf } from './real-path.js';
import { watchVolumes } from './watch-volumes.js';

const EVERYTHING = Buffer.from('/');

/** @throws FindTextError FT_STORE_BUSY when it cannot be told now */
export async function retryFailed(context: Context, names: readonly string[]): Promise<void> {
  const { dataDirectory } = context.locations;
  requireIndex(dataDirectory);
  prepareIndexDirectory(context);
  const named = argumentPaths(names);
  const volumes = await watchVolumes(named);
  const lock = takeLock(dataDirectory, 'forget', 'find-textd retry');
  try {
    requireNoRebuild(dataDirectory, 'retry');
    const paths = named.length > 0 ? await Promise.all(named.map(placeOf)) : [EVERYTHING];
    const isDaemon = lockHolder(dataDirectory, 'daemon') !== undefined;
    const retried = (isDaemon && (await askDaemon<Retried>(dataDirectory, 'retry', paths))) || undefined;
    const { count } = retried ?? (await retryHere(context, paths));
    say(context, toText(count, named, retried !== undefined));
  } finally {
    clearMailbox(dataDirectory);
    lock.release();
    volumes.close();
  }
}

function retryHere(context: Context, paths: readonly Buffer[]): Promise<Retried> {
  return withOwnWriter(context, 'find-textd retry', async (writer, file) => {
    const index = new IndexReader(file);
    return retry(paths, { index, write: (ops) => writer.apply(ops) }).finally(() => index.close());
  });
}

function toText(count: number, named: readonly Buffer[], isDaemon: boolean): string {
  const where = named.length > 0 ? ` at and below ${named.map(displayPath).join(', ')}` : '';
  if (count === 0) return `nothing${where} has failed`;
  const when = isDaemon ? 'now' : 'when find-textd runs';
  return `tried again ${when}: ${counted(count, 'file or folder', 'files or folders')}${where}; \`find-textd status\` lists what fails again`;
}
