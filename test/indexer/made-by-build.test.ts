/** The daemon knows the versions of the extractors, and holds none of them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { EXTRACTOR_VERSIONS } from '../../indexer/extract/extractor-versions.js';

const program = (name: string) =>
  readFileSync(join(fileURLToPath(new URL('../../dist', import.meta.url)), name), 'utf8');

it('the daemon holds the table of versions and no parser', () => {
  const table = Object.entries(EXTRACTOR_VERSIONS)
    .map(([id, version]) => `${id}:${version}`)
    .join();
  for (const name of ['find-textd.js', 'extract-worker.js'])
    expect(program(name).replace(/[\s"]/g, '')).toContain(table);
  // Of htmlparser2 and of tar-stream.
  for (const parser of ['onopentagname', 'Unexpected end of data'])
    expect(['extract-worker.js', 'find-textd.js'].map((name) => program(name).includes(parser))).toEqual([true, false]);
});
