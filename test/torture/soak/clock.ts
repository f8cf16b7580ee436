/** The clocks of the daemon, through libfaketime: when they are set forward hours have passed for it, and each timer is due. */
import { FakeClock } from '../../helpers/fake-clock.js';
import type { World } from '../world.js';

export class SoakClock {
  readonly #clock: FakeClock;
  #hours = 0;

  /** To be made before the daemon is started. */
  constructor(world: World) {
    this.#clock = new FakeClock({ home: world.folder, env: world.env, uid: world.user?.uid }, 'both');
  }

  /** @param hours  negative only while no daemon runs: a clock that counts from the start of the machine never goes back. */
  advance(hours: number): void {
    this.#hours += hours;
    this.#clock.set(this.#hours);
  }
}
