/** What the machine is doing beside us: does it run on battery, how busy is it. */
import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';

/** Asked by rest-wishes.ts. */
export interface Machine {
  readonly processors: number;
  isOnBattery(): boolean;
  /** Of a minute, and of all processors together. */
  load(): number;
}

export const THIS_MACHINE: Machine = {
  processors: availableParallelism(),
  isOnBattery: () => isOnBattery('/sys/class/power_supply'),
  load: () => loadavg()[0] ?? 0,
};

/**
 * @param folder  /sys/class/power_supply.
 * @returns false also for a machine without a battery, and where nothing is known.
 */
export function isOnBattery(folder: string): boolean {
  const supplies = names(folder).map((name) => {
    const read = (what: string) => tryRead(join(folder, name, what)).trim();
    return {
      type: read('type'),
      isOnline: read('online') === '1',
      isOwn: read('scope') !== 'Device',
      status: read('status'),
    };
  });
  if (supplies.some(({ type, isOnline }) => type !== 'Battery' && isOnline)) return false;
  return supplies.some(({ type, isOwn, status }) => type === 'Battery' && isOwn && status === 'Discharging');
}

/** How busy others keep the machine: the load of a minute less our own part in it. Pure. */
export class OthersLoad {
  #own = 0;

  constructor(private readonly processors: number) {}

  /** Averages what we use as the kernel averages the load. */
  used(cpuMs: number, passedMs: number): void {
    if (passedMs <= 0) return;
    const fade = Math.exp(-passedMs / 60_000);
    this.#own = this.#own * fade + (cpuMs / passedMs) * (1 - fade);
  }

  /** @returns for each processor */
  of(load: number): number {
    return Math.max(load - this.#own, 0) / this.processors;
  }
}

function names(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function tryRead(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}
