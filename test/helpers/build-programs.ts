/** Before all tests: the end-to-end tests run the real, bundled programs, so they must be those of this tree. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export default function buildPrograms(): void {
  execFileSync('node', ['indexer/build.mjs'], {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    stdio: 'inherit',
  });
}
