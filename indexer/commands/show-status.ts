/**
 * `find-textd status`: what is known is shown, also where the configuration is wrong or there is no index. What is wrong
 * is a line of it, and the exit status says so.
 */
import { type Locations, locate } from '../../shared/locations.js';
import { readConfiguration } from './read-configuration.js';
import { readStatus, type Status, statusText } from './status.js';
import { readWatches, watchLines } from './watch-status.js';

/** @returns the exit status. @throws FindTextError FT_STORE_… when there is no index, or it cannot be read */
export function showStatus({ json = false }: { readonly json?: boolean | undefined }, io: StatusIo): 0 | 2 {
  const { stdout, stderr } = io;
  const locations = locate();
  const { config, problem } = readConfiguration(locations);
  try {
    const status = readStatus({ locations, config, stdout, stderr }, problem?.message);
    stdout.write(json ? `${JSON.stringify(status)}\n` : statusText(status));
  } catch (error) {
    const lines = watchLines(readWatches(locations.dataDirectory));
    if (!json && lines.length > 0) stdout.write(`${lines.join('\n')}\n`);
    throw error;
  }
  return problem === undefined ? 0 : 2;
}

/** For who shows it elsewhere. @throws FindTextError FT_STORE_… when there is no index, or it cannot be read */
export function toldStatus(locations: Locations): Status & { readonly text: string } {
  const { config, problem } = readConfiguration(locations);
  const { stdout, stderr } = process;
  const status = readStatus({ locations, config, stdout, stderr }, problem?.message);
  return { ...status, text: statusText(status) };
}

export interface StatusIo {
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
}
