/** New folders whose names are fixed words and a number: random letters may be a word that a test searches, or its stem. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { systemCode } from '../../shared/errors.js';

let next = 0;

/** What is called so already is stepped over. */
export function freshFolder(parent: string, words: string): string {
  for (;;) {
    const folder = join(parent, `${words}-${number(process.pid, next++)}`);
    if (isMade(folder)) return folder;
  }
}

/** No number that a test searches begins like it. */
function number(pid: number, n: number): string {
  return `0${pid}${String(n).padStart(4, '0')}`;
}

function isMade(folder: string): boolean {
  try {
    mkdirSync(folder, 0o700);
    return true;
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    throw error;
  }
}
