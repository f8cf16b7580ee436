/** Runs a TypeScript program of this folder in a process of its own, bundled on the fly. */
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { freshFolder } from '../../../helpers/fresh-folder.js';
import { PATIENCE_MS } from '../../../helpers/test-env.js';

export interface Child {
  readonly outfile: string;
  /** In which it finds packages. */
  readonly env: NodeJS.ProcessEnv;
  /** Command to put in front, as `unshare`; it gets the Node command line as its last arguments. */
  run(args?: readonly string[], prefix?: readonly string[]): { status: number | null; stdout: string; stderr: string };
  remove(): void;
}

/** @param program  file name beside this file */
export function bundleChild(program: string): Child {
  const folder = freshFolder(tmpdir(), 'find-text-child');
  const outfile = join(folder, 'child.cjs');
  const entry = new URL(program, import.meta.url).pathname;
  buildSync({
    entryPoints: [entry],
    bundle: true,
    platform: 'node',
    format: 'cjs',
    packages: 'external',
    outfile,
    define: { 'import.meta.url': 'importMetaUrl' },
    banner: { js: "const importMetaUrl = require('node:url').pathToFileURL(__filename).href;" },
    logLevel: 'error',
  });
  const env = { ...process.env, NODE_PATH: new URL('../../../../node_modules', import.meta.url).pathname };
  return {
    outfile,
    env,
    run(args = [], prefix = []) {
      const [command, ...rest] = [...prefix, process.execPath, outfile, ...args];
      return spawnSync(command as string, rest, { env, encoding: 'utf8', timeout: PATIENCE_MS });
    },
    remove: () => rmSync(folder, { recursive: true }),
  };
}
