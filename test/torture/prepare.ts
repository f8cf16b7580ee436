/**
 * Makes what a torture run starts as processes: a copy of the programs, so that a build meanwhile changes nothing, and the
 * bundled worker. It stands below node_modules, where bundles find the packages that are left outside of them.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { freshFolder } from '../helpers/fresh-folder.js';

export interface Programs {
  /** To be removed afterwards. */
  readonly folder: string;
  readonly daemon: string;
  readonly plugin: string;
  readonly worker: string;
}

/** @param top  of the project. */
export function preparePrograms(top: string, mustBuild: boolean): Programs {
  const folder = copyPrograms(top, mustBuild);
  const worker = join(folder, 'torture-worker.mjs');
  buildSync({
    entryPoints: [join(top, 'test/torture/worker.ts')],
    outfile: worker,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
  });
  return { folder, daemon: join(folder, 'find-textd.js'), plugin: join(folder, 'find-text-audit.js'), worker };
}

/** @param top  of the project. @returns the folder, to be removed afterwards. */
export function copyPrograms(top: string, mustBuild: boolean): string {
  if (mustBuild) execFileSync(process.execPath, ['indexer/build.mjs'], { cwd: top, stdio: 'inherit' });
  const cache = join(top, 'node_modules/.cache/find-text');
  mkdirSync(cache, { recursive: true });
  const folder = freshFolder(realpathSync(cache), 'torture');
  execFileSync('chmod', ['755', folder]);
  cpSync(join(top, 'dist'), folder, { recursive: true });
  return folder;
}
