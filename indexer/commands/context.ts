/** What every command of find-textd begins with: where things are, the configuration, and where messages go. */
import { accessSync, constants, readFileSync } from 'node:fs';
import { uptime } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '../../shared/config/load.js';
import type { Config } from '../../shared/config/options.js';
import { indexFolder, type Locations, locate, runtimeFolder } from '../../shared/locations.js';
import { readOwnJson, replaceFile } from '../../shared/own-file.js';
import { checkFolder, makeFolder } from '../../shared/own-folder.js';
import { ensureIndexDirectory } from '../../shared/store/generation.js';
import { daemonRuntimeDirectory } from '../../shared/store/lock.js';
import { guard } from '../../shared/store/open.js';
import { Pauses } from '../budget/pauses.js';

const TROUBLES = 'troubles.json';

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

/** For commands that write the index: nobody else may read what they make. @throws FindTextError FT_STORE_… */
export function prepareIndexDirectory({ locations: { dataDirectory } }: Context): void {
  process.umask(0o077);
  ensureIndexDirectory(dataDirectory);
  guard(`write to the index folder ${dataDirectory}`, () => accessSync(dataDirectory, constants.W_OK));
}

export function say(context: Context, text: string): void {
  context.stderr.write(`find-textd: ${text}\n`);
}

/** @throws FindTextError FT_FOLDER_UNUSABLE */
export function pausesOf({ locations }: Context): Pauses {
  checkFolder(indexFolder(locations.dataDirectory));
  const bootId = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
  return new Pauses(locations.dataDirectory, { bootId, uptimeS: uptime, nowMs: Date.now });
}

/** What is wrong now, where `status` finds it also when the index cannot be written: the disk may be full. */
export function writeTroubles(context: Context, troubles: readonly string[], fresh: string | undefined): void {
  if (fresh) say(context, fresh);
  try {
    const folder = runtimeFolder(context.locations);
    makeFolder(folder);
    replaceFile(join(folder.path, TROUBLES), JSON.stringify(troubles));
  } catch (error) {
    say(context, `tell of it in ${context.locations.runtimeDirectory}: ${(error as Error).message}`);
  }
}

/** What the daemon of this index has told. */
export function readTroubles({ locations: { dataDirectory } }: Context): readonly string[] {
  const folder = daemonRuntimeDirectory(dataDirectory);
  const troubles = folder && readOwnJson(join(folder, TROUBLES));
  return Array.isArray(troubles) ? troubles.map(String) : [];
}
