/** The headers of Node that lie beside it, as its packages bring them. Used by set-up.mjs. */
import { accessSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * With them node-gyp needs no download, which fails where there is no way to nodejs.org.
 * @param program  of Node. @param version  its own, 20.19.2.
 * @returns the folder that node-gyp calls nodedir; undefined: none there, or those of another version
 */
export function headersBeside(program, version) {
  const folder = dirname(dirname(program));
  const headers = join(folder, 'include/node');
  try {
    accessSync(join(headers, 'common.gypi'));
    return versionIn(readFileSync(join(headers, 'node_version.h'), 'utf8')) === version ? folder : undefined;
  } catch {
    return undefined;
  }
}

function versionIn(text) {
  const parts = ['MAJOR', 'MINOR', 'PATCH'].map((part) => new RegExp(`_${part}_VERSION (\\d+)`).exec(text)?.[1]);
  return parts.join('.');
}
