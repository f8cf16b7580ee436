/** Bundles the check that flips bytes, which is TypeScript, and starts it. See flip-main.ts for what it does. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const top = fileURLToPath(new URL('../..', import.meta.url));
const outfile = join(top, `node_modules/.cache/find-text/flip-main-${process.pid}.mjs`);
await build({
  entryPoints: [join(top, 'test/torture/flip-main.ts')],
  outfile,
  bundle: true,
  packages: 'external',
  platform: 'node',
  format: 'esm',
});
const { main } = await import(outfile);
rmSync(outfile);
process.exit(await main(top, process.argv.slice(2)));
