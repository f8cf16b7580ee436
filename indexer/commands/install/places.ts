/** Which files of the user make the daemon start, and who starts it. */
import { dirname, join } from 'node:path';
import type { Machine } from './machine.js';
import { AUTOSTART_NAME, UNIT_NAME } from './unit.js';

/** `$XDG_CONFIG_HOME`: the configuration is in a folder of it. */
function configHome({ locations }: Machine): string {
  return dirname(dirname(locations.configFile));
}

export function unitFile(machine: Machine): string {
  return join(configHome(machine), 'systemd/user', UNIT_NAME);
}

export function autostartFile(machine: Machine): string {
  return join(configHome(machine), 'autostart', AUTOSTART_NAME);
}

/** Does a systemd answer that starts programs of this user? */
export function hasUserManager(machine: Machine): boolean {
  return machine.run(['systemctl', '--user', 'show-environment']).isOk;
}

export const STARTERS = ['systemd', 'autostart', 'cron', 'none'] as const;
export type Starter = (typeof STARTERS)[number];
