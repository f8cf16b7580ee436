/** `npm run torture -- --seed N --rounds 200 --source inotify`: exit status 0 when every round ended with equal indexes. */
import { parseArgs } from 'node:util';
import { restoreMachine, undoAtSignals } from './machine.js';
import { preparePrograms } from './prepare.js';
import { torture } from './torture.js';
import { type Source, World } from './world.js';

/** @param top  of the project. @returns the exit status. */
export async function main(top: string, args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seed: { type: 'string', default: String(Date.now() % 100_000) },
      rounds: { type: 'string', default: '200' },
      operations: { type: 'string', default: '150' },
      source: { type: 'string', default: 'inotify' },
    },
  });
  const { seed, rounds, operations, source } = values;
  const say = (line: string) => process.stdout.write(`${line}\n`);
  const world = new World(preparePrograms(top, true), source as Source);
  undoAtSignals((name) => {
    say(`ended by ${name}; logs are kept in ${world.folder}`);
    world.signalDaemon('SIGKILL');
  });
  say(`seed ${seed}, ${rounds} rounds, changes from ${source}, in ${world.folder}`);
  let isEqual = false;
  try {
    isEqual = await torture(world, { seed, rounds: Number(rounds), operations: Number(operations), say });
  } catch (error) {
    say(`seed ${seed}: ${(error as Error).stack}\nlogs are kept in ${world.folder}`);
  } finally {
    await world.endDaemon('SIGKILL');
    await restoreMachine();
  }
  if (isEqual) world.remove();
  return isEqual ? 0 : 1;
}
