/** What to type so that a file or folder is indexed no more. */
import { cleanText, displayPath, isUtf8Path, pathText } from '../../shared/path-text.js';
import { splitPath } from '../../shared/paths.js';

const IGNORE_FILE = '.find-textignore';

export function adviceToLeaveOut(path: Buffer, roots: readonly Uint8Array[]): string {
  if (roots.some((root) => path.equals(root))) {
    return 'delete it, or start the daemon with other folders: those that are no longer named leave the index';
  }
  const { directory, name } = splitPath(path);
  const text = pathText(name);
  const isPlain = [directory, name].every(
    (bytes) => isUtf8Path(bytes) && cleanText(pathText(bytes)) === pathText(bytes),
  );
  if (!isPlain)
    return `delete it, or leave it out with a line in ${displayPath(directory)}/${IGNORE_FILE}, then forget it`;
  const file = `${pathText(directory) === '/' ? '' : pathText(directory)}/${IGNORE_FILE}`;
  return `delete it, or leave it out: printf '%s\\n' ${quoted(`/${escaped(text)}`)} >> ${quoted(file)}\n  then forget it`;
}

/** As a pattern that means this very name. */
function escaped(name: string): string {
  return name.replace(/[\\*?[\]]/g, '\\$&').replace(/ $/, '\\ ');
}

/** For a shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
