/** A home directory as people have it: 5,000 files of more than 40 kinds, the same for the same seed. Used by home.mjs. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { noise } from './noise.mjs';
import { randomFrom, writerOf } from './prose.mjs';
import { targets } from './targets.mjs';
import { writers } from './writers.mjs';

/** @returns how many files it has, and of how many endings. */
export function makeHome(folder, { seed, bytes, questions }) {
  const tools = writerOf(randomFrom(seed));
  const write = writers(bytes);
  const files = { ...noise(tools, write, questions), ...targets(write, tools.prose) };
  for (const [path, content] of Object.entries(files)) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
  const paths = Object.keys(files);
  return {
    paths,
    endings: new Set(paths.map((path) => extname(path)).filter((ending) => /^\.[a-z]\w+$|^\.c$|^\.h$/.test(ending))),
  };
}
