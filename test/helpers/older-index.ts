/** The index of an earlier version, in the world of a test. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { ensureIndexDirectory, makeCurrent, nextIndexFile } from '../../shared/store/generation.js';
import { openPlain } from '../../shared/store/open.js';
import type { TestEnv } from './test-env.js';

/** Written in /home/ann/docs. */
const OLD = fileURLToPath(new URL('../fixtures/index/version-6.db.gz', import.meta.url));

export function olderIndex(env: TestEnv, root = env.tree): void {
  const data = env.dataDirectory;
  ensureIndexDirectory(data);
  const file = nextIndexFile(data);
  writeFileSync(file, gunzipSync(readFileSync(OLD)), { mode: 0o600 });
  const old = openPlain(file, 1000);
  old.prepare("UPDATE dir SET path = CAST(replace(CAST(path AS TEXT), '/home/ann/docs', ?) AS BLOB)").run(root);
  old.close();
  makeCurrent(data, file);
}
