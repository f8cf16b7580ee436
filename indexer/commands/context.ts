/** What every command of find-textd begins with: where things are, the configuration, and where messages go. */
import { chmodSync } from 'node:fs';
import { loadConfig } from '../../shared/config/load.js';
import type { Config } from '../../shared/config/options.js';
import { type Locations, locate } from '../../shared/locations.js';
import { ensureIndexDirectory } from '../../shared/store/generation.js';

export interface Context {
  readonly locations: Locations;
  readonly config: Config;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
}

/** @throws FindTextError FT_CONFIG_INVALID */
export function makeContext(): Context {
  const locations = locate();
  return { locations, config: loadConfig(locations.configFile), stdout: process.stdout, stderr: process.stderr };
}

/** For commands that write the index: nobody else may read what they make. */
export function prepareIndexDirectory({ locations }: Context): void {
  process.umask(0o077);
  ensureIndexDirectory(locations.dataDirectory);
  chmodSync(locations.dataDirectory, 0o700);
}

export function say(context: Context, text: string): void {
  context.stderr.write(`find-textd: ${text}\n`);
}
