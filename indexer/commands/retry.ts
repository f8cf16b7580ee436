/** `find-textd retry [PATH...]`: what has failed is tried again, with or without a daemon. */
import { counted } from '../../shared/counted.js';
import { displayPath } from '../../shared/path-text.js';
import { IndexReader } from '../index-reader.js';
import { type Retried, retry } from '../work/retry.js';
import { askDaemon } from './ask-daemon.js';
import { type Context, say } from './context.js';
import { withNamed, withOwnWriter } from './own-writer.js';

const EVERYTHING = Buffer.from('/');

/** @throws FindTextError FT_STORE_BUSY when it cannot be told now */
export function retryFailed(context: Context, names: readonly string[]): Promise<void> {
  return withNamed(context, { command: 'retry', names }, async ({ named, paths }) => {
    const wanted = paths.length > 0 ? paths : [EVERYTHING];
    const retried = await askDaemon<Retried>(context.locations.dataDirectory, 'retry', wanted);
    const { count } = retried ?? (await retryHere(context, wanted));
    say(context, toText(count, named, retried !== undefined));
  });
}

function retryHere(context: Context, paths: readonly Buffer[]): Promise<Retried> {
  return withOwnWriter(context, 'find-textd retry', async (writer, file) => {
    const index = new IndexReader(file);
    return retry(paths, { index, writer }).finally(() => index.close());
  });
}

function toText(count: number, named: readonly Buffer[], isDaemon: boolean): string {
  const where = named.length > 0 ? ` at and below ${named.map(displayPath).join(', ')}` : '';
  if (count === 0) return `nothing${where} has failed`;
  const when = isDaemon ? 'now' : 'when find-textd runs';
  return `tried again ${when}: ${counted(count, 'file or folder', 'files or folders')}${where}; \`find-textd status\` lists what fails again`;
}
