/** The address of a copy, where a web page shows backups. */
import { toBytes } from '../../shared/paths.js';

/** Fills `{snapshot}` and `{path}` in, byte for byte; slashes of the path stay. */
export function linkTo(template: string, snapshot: string, path: Uint8Array): string {
  const names = { snapshot: percent(toBytes(snapshot), /[\w.~-]/), path: percent(path.subarray(1), /[\w.~/-]/) };
  return template.replace(/\{(snapshot|path)\}/g, (_, name: 'snapshot' | 'path') => names[name]);
}

function percent(bytes: Uint8Array, plain: RegExp): string {
  return Array.from(bytes, (byte) => {
    const character = String.fromCharCode(byte);
    return plain.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }).join('');
}
