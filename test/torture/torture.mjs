/** Bundles the torture run, which is TypeScript, and starts it. See main.ts for what it does. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const top = fileURLToPath(new URL('../..', import.meta.url));
const outfile = join(top, `node_modules/.cache/find-text/torture-main-${process.pid}.mjs`);
await build({
  entryPoints: [join(top, 'test/torture/main.ts')],
  outfile,
  bundle: true,
  alias: { vitest: join(top, 'test/torture/undo.ts') },
  packages: 'external',
  platform: 'node',
  format: 'esm',
});
const { main } = await import(outfile);
rmSync(outfile);
process.exit(await main(top, process.argv.slice(2)));
