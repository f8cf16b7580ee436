/** Bundles a program of this folder, which is TypeScript, and runs its `main`. Used by torture.mjs, flip.mjs and notify.mjs. */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

/** Helpers of the tests find their fixtures by where they stand, also from the bundle. */
const placesOfHelpers = {
  name: 'places of helpers',
  setup({ onLoad }) {
    onLoad({ filter: /[/\\]test[/\\]helpers[/\\][^/\\]+\.ts$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href)),
      loader: 'ts',
    }));
  },
};

/** @param name  of the file without its ending. Never returns. */
export async function start(name) {
  const top = fileURLToPath(new URL('../..', import.meta.url));
  const outfile = join(top, `node_modules/.cache/find-text/${name.replace('/', '-')}-${process.pid}.mjs`);
  await build({
    entryPoints: [join(top, `test/torture/${name}.ts`)],
    outfile,
    bundle: true,
    plugins: [placesOfHelpers],
    alias: { vitest: join(top, 'test/torture/undo.ts') },
    packages: 'external',
    platform: 'node',
    format: 'esm',
  });
  const { main } = await import(outfile);
  rmSync(outfile);
  process.exit(await main(top, process.argv.slice(2)));
}
