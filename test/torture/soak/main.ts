/** `npm run soak -- --days 30`: exit status 0 when nothing has grown since day 2, and no deleted word was left after a day. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { whyNoFakeClock } from '../../helpers/fake-clock.js';
import { isRoot, restoreMachine, undoAtSignals } from '../machine.js';
import { preparePrograms } from '../prepare.js';
import { World } from '../world.js';
import { grown } from './figures.js';
import { soak } from './soak.js';

/** @param top  of the project. @returns the exit status. */
export async function main(top: string, args: readonly string[]): Promise<number> {
  const { values } = parseArgs({ args: [...args], options: { days: { type: 'string', default: '30' } } });
  const say = (line: string) => void process.stdout.write(`${line}\n`);
  if (whyNoFakeClock) return fail(say, whyNoFakeClock);
  if (!isRoot) say('full disks and volumes that go need root: these days are calm');
  const world = new World(preparePrograms(top, true), 'inotify');
  undoAtSignals((name) => {
    say(`ended by ${name}; logs are kept in ${world.folder}`);
    return world.endDaemon('SIGKILL');
  });
  let faults: readonly string[] = ['it was cut off'];
  try {
    configure(world);
    const soaked = await soak(world, Number(values.days), say);
    faults = [...soaked.faults, ...grown(soaked.days)];
  } catch (error) {
    faults = [String((error as Error).stack)];
  } finally {
    await world.endDaemon('SIGKILL');
    await restoreMachine();
  }
  for (const fault of faults) say(`FAULT: ${fault}`);
  if (faults.length > 0) say(`logs are kept in ${world.folder}`);
  else world.remove();
  return faults.length > 0 ? 1 : 0;
}

/** What the index remembers of events has its full size from the second day on. */
function configure({ folder }: World): void {
  const config = join(folder, 'live/config/find-text');
  mkdirSync(config, { recursive: true, mode: 0o755 });
  writeFileSync(join(config, 'config.toml'), '[events]\nkeepDays = 1\n', { mode: 0o644 });
}

function fail(say: (line: string) => void, why: string): number {
  say(`npm run soak: ${why}`);
  return 2;
}
