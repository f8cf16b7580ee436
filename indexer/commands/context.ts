/** What every command of find-textd begins with: where things are, the configuration, and where messages go. */
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { uptime } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '../../shared/config/load.js';
import type { Config } from '../../shared/config/options.js';
import { type Locations, locate } from '../../shared/locations.js';
import { ensureIndexDirectory } from '../../shared/store/generation.js';
import { guard } from '../../shared/store/open.js';
import { Pauses } from '../budget/pauses.js';

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
  guard(`prepare the index folder ${dataDirectory}`, () => chmodSync(dataDirectory, 0o700));
}

export function say(context: Context, text: string): void {
  context.stderr.write(`find-textd: ${text}\n`);
}

export function pausesOf({ locations }: Context): Pauses {
  const bootId = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
  return new Pauses(locations.runtimeDirectory, { bootId, uptimeS: uptime, nowMs: Date.now });
}

/** What is wrong now, where `status` finds it also when the index cannot be written: the disk may be full. */
export function writeTroubles(context: Context, troubles: readonly string[], fresh: string | undefined): void {
  if (fresh) say(context, fresh);
  try {
    mkdirSync(context.locations.runtimeDirectory, { recursive: true, mode: 0o700 });
    writeFileSync(troublesFile(context), JSON.stringify(troubles));
  } catch (error) {
    say(context, `tell of it in ${troublesFile(context)}: ${(error as Error).message}`);
  }
}

export function readTroubles(context: Context): readonly string[] {
  try {
    return JSON.parse(readFileSync(troublesFile(context), 'utf8')) as string[];
  } catch {
    return [];
  }
}

function troublesFile({ locations }: Context): string {
  return join(locations.runtimeDirectory, 'troubles.json');
}
