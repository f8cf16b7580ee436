/** The budget of `find-textd run`, wired to the configuration, the runtime folder and the machine. */
import { restText, writeActivity } from '../../shared/activity.js';
import { runtimeFolder } from '../../shared/locations.js';
import { identifyProcess } from '../../shared/process-identity.js';
import { Budget } from '../budget/budget.js';
import { RestWishes } from '../budget/rest-wishes.js';
import { THIS_MACHINE } from '../budget/surroundings.js';
import { SYSTEM_CLOCK } from '../system/clock.js';
import { type Context, pausesOf, say } from './context.js';

export function makeBudget(context: Context): Budget {
  const { config, locations } = context;
  const daemon = identifyProcess(process.pid) ?? { pid: process.pid, startTicks: 0 };
  return new Budget({
    cpuShare: config['budget.cpuPercent'] / 100,
    memoryBytes: config['budget.memoryMiB'] * 2 ** 20,
    wishes: new RestWishes({
      pauses: pausesOf(context),
      machine: THIS_MACHINE,
      mindsBattery: config['budget.pauseOnBattery'],
      maxLoad: config['budget.pauseAboveLoad'] || undefined,
    }),
    listener: {
      reported: untilItFails(context, (activity) => writeActivity(runtimeFolder(locations), { daemon, ...activity })),
      rested: (rest) => say(context, rest ? `paused ${restText(rest, Date.now())}` : 'the pause has ended'),
    },
    clock: SYSTEM_CLOCK,
  });
}

/** What cannot be told to others must not end the work; that is said once. */
function untilItFails<T>(context: Context, tell: (what: T) => void): (what: T) => void {
  let hasFailed = false;
  return (what) => {
    try {
      tell(what);
      hasFailed = false;
    } catch (error) {
      if (!hasFailed)
        say(context, `tell of pauses in ${context.locations.runtimeDirectory}: ${(error as Error).message}`);
      hasFailed = true;
    }
  };
}
