/** A short torture run: three rounds of what `npm run torture` does for as long as one likes. */
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { restoreMachine } from '../torture/machine.js';
import { preparePrograms } from '../torture/prepare.js';
import { torture } from '../torture/torture.js';
import { World } from '../torture/world.js';

const TOP = fileURLToPath(new URL('../..', import.meta.url));
const SEED = '5';

it('an index that is tortured equals a fresh one after each round', async () => {
  const world = new World(preparePrograms(TOP, false), 'inotify');
  onTestFinished(async () => {
    await world.endDaemon('SIGKILL');
    await restoreMachine();
    world.remove();
  });
  const said: string[] = [];
  const isEqual = await torture(world, {
    seed: SEED,
    rounds: 3,
    operations: 150,
    say: (line) => said.push(line),
  });
  expect(isEqual, said.join('\n')).toBe(true);
});
