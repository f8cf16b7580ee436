/** A clock of their own for the programs of a test, through libfaketime: it can be set while they run. The kernel's clock, and so the times of files, stay as they are. */
import { existsSync, lstatSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

const LIBRARY = findLibrary();

/** Why there is no such clock, for the name of a skipped test; undefined: there is. */
export const whyNoFakeClock = LIBRARY ? undefined : 'needs libfaketime: package faketime';

const HOUR_MS = 3_600_000;

interface ClockedPrograms {
  readonly home: string;
  readonly env: NodeJS.ProcessEnv;
  readonly uid?: number | undefined;
}

export class FakeClock {
  readonly #file: string;
  #aheadHours = 0;

  /**
   * To be made before the programs are started.
   * @param env  a folder for the clock, the environment of the programs, and who they run as where that is somebody else.
   * @param clocks  `both`: that for durations is set, too, so that all timers are due. It must never be set back.
   */
  constructor(env: ClockedPrograms, clocks: 'wall' | 'both' = 'wall') {
    const madeMs = Date.now();
    const uid = env.uid ?? process.getuid?.();
    onTestFinished(() => removeRemains(uid, madeMs));
    this.#file = join(env.home, 'clock');
    this.set(0);
    Object.assign(env.env, {
      LD_PRELOAD: LIBRARY,
      FAKETIME_TIMESTAMP_FILE: this.#file,
      FAKETIME_NO_CACHE: '1',
      ...(clocks === 'wall' && { FAKETIME_DONT_FAKE_MONOTONIC: '1' }),
      NO_FAKE_STAT: '1',
    });
  }

  /** @param aheadHours  of the kernel's clock; negative: behind. */
  set(aheadHours: number): void {
    this.#aheadHours = aheadHours;
    writeFileSync(this.#file, `${aheadHours < 0 ? '-' : '+'}${Math.abs(aheadHours)}h\n`);
  }

  now(): number {
    return Date.now() + this.#aheadHours * HOUR_MS;
  }
}

const SHARED_MEMORY = '/dev/shm';

/** What libfaketime leaves of processes that were killed: of that user, since then. */
function removeRemains(uid: number | undefined, sinceMs: number): void {
  for (const name of existsSync(SHARED_MEMORY) ? readdirSync(SHARED_MEMORY) : []) {
    const pid = /^(?:sem\.faketime_sem|faketime_shm)_(\d+)$/.exec(name)?.[1];
    if (pid === undefined || existsSync(`/proc/${pid}`)) continue;
    const file = join(SHARED_MEMORY, name);
    const stat = lstatSync(file, { throwIfNoEntry: false });
    if (stat && stat.uid === uid && stat.ctimeMs >= sinceMs) rmSync(file, { force: true });
  }
}

function findLibrary(): string | undefined {
  const folders = ['/usr/lib', '/usr/lib64'].filter((folder) => existsSync(folder));
  return folders
    .flatMap((folder) => ['', ...readdirSync(folder)].map((name) => join(folder, name, 'faketime/libfaketimeMT.so.1')))
    .find((file) => existsSync(file));
}
