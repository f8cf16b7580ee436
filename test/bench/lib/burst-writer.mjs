/**
 * Writes many small files as fast as it can: `node burst-writer.mjs FOLDER COUNT FILES_PER_FOLDER WORD`. Each file holds WORD, a word of
 * its own and some text. Started several times side by side by the burst section.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { textOf } from './burst-text.mjs';

const [folder, count, perFolder, word] = process.argv.slice(2);
let at = '';
for (let n = 0; n < Number(count); n++) {
  if (n % Number(perFolder) === 0) {
    at = join(folder, `d${Math.floor(n / Number(perFolder))}`);
    mkdirSync(at, { recursive: true });
  }
  writeFileSync(join(at, `f${n}.txt`), textOf(word, n));
}
