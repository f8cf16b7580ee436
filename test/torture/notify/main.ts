/**
 * `node test/torture/notify.mjs --seed S --changes 10000 --kills 20 --telling all`: exit status 0 when everything was told,
 * in order, and arrived.
 */
import { rmSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { restoreMachine, undoAtSignals } from '../machine.js';
import { fastPrograms } from './programs.js';
import { torture } from './torture.js';
import type { Telling, World } from './world.js';

const MAX_SHOWN = 40;

/** @param top  of the project. @returns the exit status. */
export async function main(top: string, args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seed: { type: 'string', default: String(Date.now() % 100_000) },
      changes: { type: 'string', default: '10000' },
      kills: { type: 'string', default: '20' },
      telling: { type: 'string', default: 'all' },
    },
  });
  const { seed, telling } = values;
  const [changes, kills] = [Number(values.changes), Number(values.kills)];
  const say = (line: string) => void process.stdout.write(`${line}\n`);
  say(`seed ${seed}, ${changes} changes, ${kills} kills, telling ${telling}`);
  const programs = await fastPrograms(top, true);
  const how = { files: 100, between: telling === 'all' ? 60 : 3, telling: telling as Telling };
  const beganMs = performance.now();
  const removePrograms = () => rmSync(programs, { recursive: true, force: true });
  const onOpen = (world: World) =>
    undoAtSignals(() => {
      world.kill(Number.POSITIVE_INFINITY);
      removePrograms();
    });
  const faults = await torture(programs, { seed, changes, kills, ...how, say, onOpen });
  for (const fault of faults.slice(0, MAX_SHOWN)) say(fault);
  say(`${faults.length} faults, ${Math.round((performance.now() - beganMs) / 1_000)} s`);
  await restoreMachine();
  removePrograms();
  return faults.length === 0 ? 0 : 1;
}
