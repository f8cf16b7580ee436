/** The program as it is started: with the code cache that the build made, with one of another V8, and without. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Script } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { tempFolder } from '../helpers/temp.js';

const TOP = fileURLToPath(new URL('../..', import.meta.url));
const PROGRAM = 'find-text-program.js';
const CACHE = `${PROGRAM}.cache`;

function isAccepted(cache: Buffer): boolean {
  const script = new Script(readFileSync(join(TOP, 'dist', PROGRAM), 'latin1'), { cachedData: cache });
  return script.cachedDataRejected === false;
}

/** A copy of the program with this cache, run once. */
function runWith(cache: Buffer | undefined) {
  const folder = tempFolder();
  symlinkSync(join(TOP, 'node_modules'), join(folder, 'node_modules'));
  for (const name of ['package.json', 'find-text.js', PROGRAM])
    copyFileSync(join(TOP, 'dist', name), join(folder, name));
  if (cache) writeFileSync(join(folder, CACHE), cache);
  return spawnSync(process.execPath, [join(folder, 'find-text.js'), '--version'], { encoding: 'utf8' });
}

describe('the code cache', () => {
  const cache = readFileSync(join(TOP, 'dist', CACHE));
  const ofAnotherV8 = Buffer.from(cache);
  ofAnotherV8.fill(0xff, 4, 8);

  it('is accepted by the V8 that runs', () => {
    expect(isAccepted(cache)).toBe(true);
    expect(isAccepted(ofAnotherV8)).toBe(false);
  });

  it.each([
    ['with it', cache],
    ['with that of another V8', ofAnotherV8],
    ['with an empty one', Buffer.alloc(0)],
    ['without one', undefined],
  ])('find-text runs %s', (_, given) => {
    expect(runWith(given)).toMatchObject({ status: 0, stdout: expect.stringMatching(/^find-text \d/), stderr: '' });
  });
});
