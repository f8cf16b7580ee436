/**
 * Makes the manual pages and the completions in dist/, from the tables that the programs themselves read. Used by build.mjs.
 * DIST/man/NAME.SECTION, DIST/completions/{bash,zsh,fish}/ under the names that the shells look for.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';

/** The native packages are looked for from here. */
const HERE = "const importMetaUrl = require('node:url').pathToFileURL(__filename).href;";

const WANTED = `
  export { SEARCH_MANUAL } from './search-cli/manual';
  export { DAEMON_MANUAL } from './indexer/manual';
  export { configPage } from './shared/manual/config-page';
  export { manPage } from './shared/manual/man-page';
  export { bashCompletion } from './shared/manual/bash';
  export { zshCompletion } from './shared/manual/zsh';
  export { fishCompletion } from './shared/manual/fish';
`;

/** @param dist  where the programs are built. @param version  of the package. */
export async function buildManual(dist, version) {
  const { SEARCH_MANUAL, DAEMON_MANUAL, configPage, manPage, ...completions } = await load(dist);
  const seconds = process.env.SOURCE_DATE_EPOCH;
  const date = (seconds ? new Date(Number(seconds) * 1000) : new Date()).toISOString().slice(0, 10);
  const write = (folder, name, text) => {
    mkdirSync(join(dist, folder), { recursive: true });
    writeFileSync(join(dist, folder, name), text);
  };
  write('man', 'find-text-config.5', configPage({ version, date }));
  for (const manual of [SEARCH_MANUAL, DAEMON_MANUAL]) {
    write('man', `${manual.name}.1`, manPage(manual, { version, date }));
    write('completions/bash', manual.name, completions.bashCompletion(manual));
    write('completions/zsh', `_${manual.name}`, completions.zshCompletion(manual));
    write('completions/fish', `${manual.name}.fish`, completions.fishCompletion(manual));
  }
}

async function load(dist) {
  const outfile = resolve(dist, 'manual.cjs');
  try {
    await build({
      stdin: { contents: WANTED, resolveDir: process.cwd() },
      outfile,
      bundle: true,
      platform: 'node',
      format: 'cjs',
      external: ['koffi'],
      define: { 'import.meta.url': 'importMetaUrl' },
      banner: { js: HERE },
      logLevel: 'warning',
    });
    return createRequire(import.meta.url)(outfile);
  } finally {
    rmSync(outfile, { force: true });
  }
}
