/** Arguments of this process byte for byte: Node decodes them, and with loss where a name is not UTF-8. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fromPathKey, pathKey, toBytes } from '../../shared/paths.js';

/** @param names  the last arguments of the command line, as Node has them. @returns absolute paths. */
export function argumentPaths(names: readonly string[]): Buffer[] {
  const typed = readFileSync('/proc/self/cmdline', 'latin1').split('\0').slice(0, -1);
  const last = typed.slice(typed.length - names.length);
  const cwd = pathKey(toBytes(process.cwd()));
  return names.map((name, at) => {
    const bytes = fromPathKey(last[at] ?? '');
    const isTheSame = bytes.toString() === name;
    return fromPathKey(resolve(cwd, isTheSame ? pathKey(bytes) : pathKey(toBytes(name))));
  });
}
