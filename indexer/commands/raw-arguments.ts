/** Arguments of this process byte for byte: Node decodes them, and with loss where a name is not UTF-8. */
import { readFileSync, readlinkSync } from 'node:fs';
import { resolve } from 'node:path';
import { fromPathKey, pathKey } from '../../shared/path-key.js';
import { toBytes } from '../../shared/paths.js';

/** @param names  arguments of the command line in their order, as Node has them. @returns absolute paths. */
export function argumentPaths(names: readonly string[]): Buffer[] {
  const left = readFileSync('/proc/self/cmdline', 'latin1').split('\0').map(fromPathKey);
  const cwd = pathKey(readlinkSync('/proc/self/cwd', { encoding: 'buffer' }));
  return names.map((name) => {
    const at = left.findIndex((bytes) => bytes.toString() === name);
    const [typed = toBytes(name)] = at < 0 ? [] : left.splice(at, 1);
    return fromPathKey(resolve(cwd, pathKey(typed)));
  });
}
