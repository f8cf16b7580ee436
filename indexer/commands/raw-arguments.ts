/** Arguments of this process byte for byte: Node decodes them, and with loss where a name is not UTF-8. */
import { readFileSync, readlinkSync } from 'node:fs';
import { resolve } from 'node:path';
import { FindTextError } from '../../shared/errors.js';
import { fromPathKey, pathKey } from '../../shared/path-key.js';
import { toBytes } from '../../shared/paths.js';

/**
 * @param names  arguments of the command line in their order, as Node has them. @returns absolute paths.
 * @throws FindTextError FT_CONFIG_INVALID for an empty one: most likely a variable that is not set, and not this folder.
 */
export function argumentPaths(names: readonly string[]): Buffer[] {
  const left = readFileSync('/proc/self/cmdline', 'latin1').split('\0').map(fromPathKey);
  const cwd = pathKey(readlinkSync('/proc/self/cwd', { encoding: 'buffer' }));
  return names.map((name) => {
    requireName(name, 'the command line');
    const at = left.findIndex((bytes) => bytes.toString() === name);
    const [typed = toBytes(name)] = at < 0 ? [] : left.splice(at, 1);
    return fromPathKey(resolve(cwd, pathKey(typed)));
  });
}

/** @throws FindTextError FT_CONFIG_INVALID */
export function requireName(name: string, place: string): void {
  if (name !== '') return;
  throw new FindTextError('FT_CONFIG_INVALID', `read ${place}: a file or folder has an empty name`, {
    hint: 'name it, or leave it out',
  });
}
