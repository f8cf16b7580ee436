/** What every command of find-textd begins with: where things are, the configuration, and where messages go. */
import { accessSync, constants } from 'node:fs';
import { loadConfig } from '../../shared/config/load.js';
import type { Config } from '../../shared/config/options.js';
import { indexFolder, type Locations, locate, runtimeFolder } from '../../shared/locations.js';
import { checkFolder, makeFolder, type OwnFolder } from '../../shared/own-folder.js';
import { ensureIndexDirectory } from '../../shared/store/generation.js';
import { guard } from '../../shared/store/open.js';
import { type Trouble, writeTroubles } from '../../shared/troubles.js';
import { openPauses, type Pauses } from '../budget/pauses.js';
import { requireOpenFiles } from '../system/open-files.js';
import type { Notices } from '../words.js';

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
  requireOpenFiles();
  process.umask(0o077);
  ensureIndexDirectory(dataDirectory);
  guard(`write to the index folder ${dataDirectory}`, () => accessSync(dataDirectory, constants.W_OK));
}

export function say(context: Context, text: string): void {
  context.stderr.write(`find-textd: ${text}\n`);
}

export function noticesTo(context: Context): Notices {
  return { noticed: (text) => say(context, text) };
}

/** @throws FindTextError FT_FOLDER_UNUSABLE */
export function pausesOf({ locations }: Context): Pauses {
  checkFolder(indexFolder(locations.dataDirectory));
  return openPauses(locations.dataDirectory);
}

/** What is wrong now, where it is found also when the index cannot be written: the disk may be full. */
export function tellTroubles(context: Context, troubles: readonly Trouble[], fresh: string | undefined): void {
  if (fresh) say(context, fresh);
  const folder = runtimeFolder(context.locations);
  tellIn(context, folder, () => makeFolder(folder), troubles);
  const index = indexFolder(context.locations.dataDirectory);
  tellIn(context, index, () => checkFolder(index), troubles);
}

function tellIn(context: Context, { path }: OwnFolder, prepare: () => unknown, troubles: readonly Trouble[]): void {
  try {
    prepare();
    writeTroubles(path, troubles);
  } catch (error) {
    say(context, `tell of it in ${path}: ${(error as Error).message}`);
  }
}
