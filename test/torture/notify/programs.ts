/** A copy of the programs whose deliveries go by a faster clock; nothing else in it is other than what is built. */
import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { copyPrograms } from '../prepare.js';

/** @param top  of the project. @returns the folder, to be removed afterwards. */
export async function fastPrograms(top: string, mustBuild: boolean): Promise<string> {
  const folder = copyPrograms(top, mustBuild);
  await build({
    entryPoints: [join(top, 'indexer/notify/notify-thread.ts')],
    outfile: join(folder, 'notify-thread.js'),
    bundle: true,
    platform: 'node',
    format: 'cjs',
    external: ['koffi'],
    plugins: [fastClock(join(top, 'test/torture/notify/fast-clock.ts'))],
    define: { 'import.meta.url': 'importMetaUrl' },
    banner: { js: "const importMetaUrl = require('node:url').pathToFileURL(__filename).href;" },
    logLevel: 'error',
  });
  return folder;
}

/** @param path  of what stands for the clock of deliveries. */
function fastClock(path: string): Plugin {
  return {
    name: 'fast clock',
    setup({ onResolve }) {
      onResolve({ filter: /[/]delivery-clock\.js$/ }, () => ({ path }));
    },
  };
}
