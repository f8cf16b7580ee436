/** Where a name leads whose file or folders may be gone. */
import { realpathSync } from 'node:fs';
import { joinPath, splitPath } from '../../shared/paths.js';

/** Real up to the last folder that is there; the last name is taken as it is: a symlink is a file of its own. */
export function realPlace(path: Buffer): Buffer {
  const { directory, name } = splitPath(path);
  return name.length === 0 ? path : joinPath(realFolder(directory), name);
}

function realFolder(folder: Buffer): Buffer {
  try {
    return realpathSync(folder, { encoding: 'buffer' });
  } catch {
    return realPlace(folder);
  }
}
