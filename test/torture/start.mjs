/** Bundles a program of this folder, which is TypeScript, and runs its `main`. Used by torture.mjs and flip.mjs. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** @param name  of the file without its ending. Never returns. */
export async function start(name) {
  const top = fileURLToPath(new URL('../..', import.meta.url));
  const outfile = join(top, `node_modules/.cache/find-text/${name}-${process.pid}.mjs`);
  await build({
    entryPoints: [join(top, `test/torture/${name}.ts`)],
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
}
