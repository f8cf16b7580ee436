/** Around all tests: a temporary folder of their own. What they leave there is named, removed, and makes the run fail. */
import { chmodSync, readdirSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { freshFolder } from './fresh-folder.js';
import { removeFolder } from './remove-folder.js';

/** Node keeps compiled code there, for whoever asks it to. */
const OF_NODE = 'node-compile-cache';

export function cleanTemp(): () => void {
  const folder = realpathSync(freshFolder(tmpdir(), 'find-text-suite'));
  // Tests start programs as other users.
  chmodSync(folder, 0o755);
  const { TMPDIR: before } = process.env;
  process.env.TMPDIR = folder;
  return () => {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
    const left = readdirSync(folder).filter((name) => name !== OF_NODE);
    removeFolder(folder);
    if (left.length === 0) return;
    process.exitCode = 1;
    throw new Error(`tests have left in the temporary folder: ${left.join(', ')}`);
  };
}

export default cleanTemp;
