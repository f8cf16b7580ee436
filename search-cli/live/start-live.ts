/** Entry of what is more than a search: `find-text -i`, `--watch`, `--open` and `--preview`. Loaded by main.ts only when it is asked for. */
import { Volumes } from '../../shared/answer/volumes.js';
import { locate } from '../../shared/locations.js';
import { complain } from '../complain.js';
import { EXIT } from '../exit-codes.js';
import type { Flags } from '../flags.js';
import { isReaderGone, isTerminal, type Output } from '../output.js';
import { interact } from './interactive.js';
import { showNthHit } from './nth-hit.js';
import { watch } from './watch.js';

export interface LiveWorld {
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  readonly stdout: Output;
  readonly stderr: Output;
}

/** @returns the exit status, as long as nothing else is said at the end. */
export function start(flags: Flags, world: LiveWorld): number {
  run(flags, world).then(
    (status) => {
      process.exitCode = status;
    },
    (error: unknown) => {
      if (isReaderGone(error)) return;
      complain(world, error);
      process.exitCode = EXIT.error;
    },
  );
  return EXIT.found;
}

async function run(flags: Flags, world: LiveWorld): Promise<number> {
  const volumes = new Volumes();
  const canLook = (path: Uint8Array) => volumes.canLook(path);
  const locations = locate(world.env);
  if (flags.action === 'interactive') return interact(flags.words.join(' '), { ...world, locations });
  const beside = { ...world, dataDirectory: locations.dataDirectory, canLook };
  if (flags.nth > 0) return showNthHit(flags, { ...beside, isTerminal: isTerminal(1) });
  await watch(flags, beside);
  return EXIT.found;
}
