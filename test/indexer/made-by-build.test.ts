/** What the build makes of the programs: ASCII, and a daemon that knows the versions of the extractors and holds none of them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { EXTRACTOR_VERSIONS } from '../../indexer/extract/extractor-versions.js';

const DIST = fileURLToPath(new URL('../../dist', import.meta.url));
const program = (name: string) => readFileSync(join(DIST, name), 'latin1');

it('the programs are ASCII: start.ts reads them as Latin-1, and the others take half the memory', () => {
  const names = readdirSync(DIST).filter((name) => name.endsWith('.js'));
  expect(names).toContain('find-text-program.js');
  expect(names.filter((name) => /[^\0-\x7f]/.test(program(name)))).toEqual([]);
});

it('the daemon holds the table of versions and no parser', () => {
  const table = Object.entries(EXTRACTOR_VERSIONS)
    .map(([id, version]) => `${id}:${version}`)
    .join();
  for (const name of ['find-textd-program.js', 'extract-worker.js'])
    expect(program(name).replace(/[\s"]/g, '')).toContain(table);
  // Of htmlparser2 and of tar-stream.
  for (const parser of ['onopentagname', 'Unexpected end of data'])
    expect(['extract-worker.js', 'find-textd-program.js'].map((name) => program(name).includes(parser))).toEqual([
      true,
      false,
    ]);
});
