/**
 * The files of the burst section, in an archive for tar. They are in folders of four kinds, from many small ones as in
 * a package up to a huge one. Each file holds some 700 bytes: the word of its kind, a word of its own and some text.
 * None of that text is asked for by queries.json: what slows those queries down is the burst, not that they find more.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export const FILES_EACH = 25_000;
/** The word of a kind of folders → files in one folder. */
const PER_FOLDER = { burstone: 8, bursttwo: 60, burstthree: 1000, burstfour: FILES_EACH };
export const KINDS = Object.keys(PER_FOLDER);
const WORDS =
  `module export value string number import package version license object array promise path file folder index
  result option default build test run install update`.split(/\s+/);

export const ownWord = (word, n) => `${word}${n.toString(26).replace(/\d/g, (digit) => 'qrstuvwxyz'[digit])}q`;

/** Where the archive has it. */
export const placeOf = (word, n) => join(word, `d${Math.floor(n / PER_FOLDER[word])}`, `f${n}.txt`);

/** `scratch` is used for the files themselves, which are gone again afterwards. */
export function makeArchive(archive, scratch) {
  for (const word of KINDS) {
    for (let n = 0; n < FILES_EACH; n++) {
      const file = join(scratch, placeOf(word, n));
      if (n % PER_FOLDER[word] === 0) mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, textOf(word, n));
    }
  }
  execFileSync('tar', ['-cf', archive, '-C', scratch, ...KINDS]);
  rmSync(scratch, { recursive: true });
}

function textOf(word, n) {
  const some = Array.from({ length: 100 }, (_, at) => WORDS[(n * 7 + at * (1 + (n % 5))) % WORDS.length]);
  return `${word} ${ownWord(word, n)}\n${some.join(' ')}\n`;
}
