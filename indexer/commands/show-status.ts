/**
 * `find-textd status`: what is known is shown, also where the configuration is wrong or there is no index. What is wrong
 * is a line of it, and the exit status says so.
 */
import { loadConfig, loadToml, toConfig } from '../../shared/config/load.js';
import type { Config } from '../../shared/config/options.js';
import { FindTextError } from '../../shared/errors.js';
import { locate } from '../../shared/locations.js';
import { toBytes } from '../../shared/paths.js';
import { currentIndexFile } from '../../shared/store/generation.js';
import { toNotify } from '../notify/rules/parse-notify.js';
import { PLACES } from '../rules/rules.js';
import type { Context } from './context.js';
import { rememberedRoots } from './roots.js';
import { readStatus, statusText } from './status.js';
import { readWatches, watchLines } from './watch-status.js';

/** @returns the exit status. @throws FindTextError FT_STORE_… when there is no index, or it cannot be read */
export function showStatus({ json = false }: { readonly json?: boolean | undefined }, io: StatusIo): 0 | 2 {
  const { stdout, stderr } = io;
  const locations = locate();
  const { config, problem } = readConfiguration(locations);
  try {
    const status = readStatus({ locations, config, stdout, stderr }, problem);
    stdout.write(json ? `${JSON.stringify(status)}\n` : statusText(status));
  } catch (error) {
    const lines = watchLines(readWatches(locations.dataDirectory));
    if (!json && lines.length > 0) stdout.write(`${lines.join('\n')}\n`);
    throw error;
  }
  return problem === undefined ? 0 : 2;
}

export interface StatusIo {
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
}

interface Read {
  /** The defaults where it is wrong. */
  readonly config: Config;
  readonly problem: string | undefined;
}

function readConfiguration(locations: Context['locations']): Read {
  const { configFile, dataDirectory } = locations;
  let config = toConfig({}, configFile);
  try {
    config = loadConfig(configFile);
    const indexed = rememberedRoots(currentIndexFile(dataDirectory)).map(({ path }) => path);
    const roots = indexed.length > 0 ? indexed : [toBytes('/')];
    toNotify(loadToml(configFile), { roots, places: PLACES });
    return { config, problem: undefined };
  } catch (error) {
    if (!(error instanceof FindTextError)) throw error;
    return { config, problem: error.message };
  }
}
