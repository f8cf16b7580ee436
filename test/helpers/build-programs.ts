/** Before all tests: the end-to-end tests run the real, bundled programs, so they must be those of this tree. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const SET_UP = fileURLToPath(new URL('../../indexer/set-up.mjs', import.meta.url));

export default function buildPrograms(): void {
  execFileSync(process.execPath, [SET_UP], { stdio: 'inherit' });
}
