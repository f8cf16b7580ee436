/** Where a program is, as a shell finds it. */
import { accessSync, constants, statSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';

/** @param path  as in $PATH. @returns an absolute path; undefined: there is none. */
export function findProgram(name: string, path = process.env.PATH ?? ''): string | undefined {
  const places = name.includes('/') ? [name] : path.split(':').map((folder) => join(folder, name));
  return places.find((place) => isAbsolute(place) && isProgram(place));
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
