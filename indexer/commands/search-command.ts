/**
 * What to type for a program of ours, from any folder: `find-text` when the shell finds this very program under that
 * name, else the path of the program. `npx find-text` would ask the registry for a package of somebody else.
 */
import { existsSync, realpathSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { cleanText } from '../../shared/path-text.js';
import { toBytes } from '../../shared/paths.js';
import { shellWords } from '../backup/shell-word.js';
import { mayHang } from '../disk/looks.js';

type Name = 'find-text' | 'find-textd';
/** What no shell takes for more than itself. */
const PLAIN = /^[\w@%+=:,./-]+$/;

/** A volume that may hang is not asked: the path of the program is a command, too. */
function isIn(folder: string, name: Name): boolean {
  return !mayHang(toBytes(folder)) && existsSync(join(folder, name));
}

/** Where sudo looks, which has a PATH of its own. */
const SYSTEM_FOLDERS = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];

/** What to type behind sudo. @param program  the file that is find-textd. @param node  that it is to run under. */
export function daemonCommandOfRoot(program: string, node: string): string {
  const isFound = SYSTEM_FOLDERS.includes(dirname(node));
  const name = searchCommand(program, SYSTEM_FOLDERS.join(':'), 'find-textd');
  return isFound && name === 'find-textd' ? name : shellWords([node, program]);
}

/** @param program  the file that is find-text, or the named one. @param path  as in $PATH. */
export function searchCommand(program: string, path = '', name: Name = 'find-text'): string {
  const found = path.split(':').find((folder) => isAbsolute(folder) && isIn(folder, name));
  if (found !== undefined && realpathSync(join(found, name)) === realpathSync(program)) return name;
  return cleanText(PLAIN.test(program) ? program : `'${program.replaceAll("'", `'\\''`)}'`);
}
