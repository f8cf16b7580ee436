/** Users and groups, from the text of /etc/passwd and /etc/group. */
import type { Owner } from '../log/open-slots.js';

export interface Account extends Owner {
  readonly name: string;
  readonly home: string;
}

export function parsePasswd(text: string): Account[] {
  return text.split('\n').flatMap((line) => {
    const [name = '', , uid, gid, , home = ''] = line.split(':');
    return uid === undefined || gid === undefined ? [] : [{ name, uid: Number(uid), gid: Number(gid), home }];
  });
}

/**
 * An id that nobody has, for the plugin to become: with `nobody` any other program of that id could end it. 65520 to
 * 65533 are used neither by distributions nor by systemd (systemd.io/UIDS-GIDS).
 */
export function freeId(passwd: string, group: string): number | undefined {
  const taken = new Set([passwd, group].flatMap((text) => text.split('\n').map((line) => Number(line.split(':')[2]))));
  for (let id = 65_529; id >= 65_520; id--) if (!taken.has(id)) return id;
  return undefined;
}
