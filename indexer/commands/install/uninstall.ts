/** `find-textd uninstall`: the daemon does not start any more; `--purge` removes index and configuration, too. */
import { existsSync, realpathSync, rmdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { cleanText } from '../../../shared/path-text.js';
import { CONFIG_FILE } from '../../audit/plugin/audit-config.js';
import { takeBackDesktop } from './desktop.js';
import type { Machine } from './machine.js';
import { takeBack } from './starters.js';

export async function uninstall({ purge }: { readonly purge?: boolean }, machine: Machine): Promise<void> {
  const { env, locations, stdout } = machine;
  const done = [...(await takeBack(machine)), ...takeBackDesktop(machine)];
  const folders = [
    locations.dataDirectory,
    locations.stateDirectory,
    locations.runtimeDirectory,
    dirname(locations.configFile),
  ];
  const there = folders.filter(
    (folder) => existsSync(folder) && !folders.some((other) => folder.startsWith(`${other}/`)),
  );
  if (purge) for (const folder of there) remove(folder);
  const ofSession = locations.runtimeDirectory;
  if (purge && env.HOME) for (const folder of there) if (folder !== ofSession) removeEmptyAbove(folder, env.HOME);
  const lines = [
    ...done,
    ...there.map((folder) => (purge ? `removed ${folder}` : `kept ${folder}`)),
    ...(existsSync(CONFIG_FILE)
      ? ['auditing stays as it is: `sudo find-textd audit uninstall` takes it back, for all users']
      : []),
    ...(!purge && there.length > 0 ? ['`find-textd uninstall --purge` removes these, too'] : []),
  ];
  stdout.write(`${(lines.length > 0 ? lines : ['nothing is installed for this user']).map(cleanText).join('\n')}\n`);
}

/** Such a folder may be a symlink of the user. */
function remove(folder: string): void {
  rmSync(realpathSync(folder), { recursive: true });
  rmSync(folder, { force: true });
}

/** As `~/.local/state`, which may have been made for it. */
function removeEmptyAbove(folder: string, home: string): void {
  try {
    for (let above = dirname(folder); above.startsWith(`${home}/`); above = dirname(above)) rmdirSync(above);
  } catch {
    // Something else is in it, or it is gone.
  }
}
