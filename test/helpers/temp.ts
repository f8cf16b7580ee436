/** Temporary folders that are removed when the test file is done. */
import { realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterAll } from 'vitest';
import { freshFolder } from './fresh-folder.js';
import { removeFolder } from './remove-folder.js';

const made: string[] = [];

export function tempFolder(): string {
  const folder = realpathSync(freshFolder(tmpdir(), 'find-text-test'));
  made.push(folder);
  return folder;
}

afterAll(() => {
  for (const folder of made.splice(0)) removeFolder(folder);
});
