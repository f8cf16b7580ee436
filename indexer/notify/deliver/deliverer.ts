/**
 * Sends what is in the outbox, a lane for each endpoint: none waits for another one. The notifier adds to the outbox and
 * wakes it.
 */
import { counted } from '../../../shared/counted.js';
import type { Db } from '../../../shared/store/open.js';
import type { Endpoint } from '../rules/rule.js';
import { ATTEMPT_MS, DELIVERY_CLOCK } from './delivery-clock.js';
import { type DeliveryClock, Lane, type LaneLimits, type LaneListener } from './lane.js';
import { Outbox } from './outbox.js';
import { makeTarget } from './targets/targets.js';

export interface DelivererOptions {
  readonly listener: LaneListener;
  readonly clock?: DeliveryClock;
  readonly env?: NodeJS.ProcessEnv;
  readonly limits?: Partial<LaneLimits>;
}

const LIMITS: LaneLimits = { attemptMs: ATTEMPT_MS, messages: 10_000, bytes: 64 << 20 };
const HOUR_MS = 3_600_000;
/** So soon a command that has changed the outbox is heeded. */
const POLL_MS = 2_000;

export class Deliverer {
  readonly outbox: Outbox;
  readonly #lanes: readonly Lane[];
  readonly #stopped = new AbortController();
  readonly #clock: DeliveryClock;

  constructor(
    private readonly db: Db,
    private readonly endpoints: readonly Endpoint[],
    private readonly options: DelivererOptions,
  ) {
    const { clock = DELIVERY_CLOCK, env = process.env, limits } = options;
    this.#clock = clock;
    this.outbox = new Outbox(db);
    const tools = { ...options, outbox: this.outbox, clock, random: Math.random, limits: { ...LIMITS, ...limits } };
    this.#lanes = endpoints.map((endpoint) => {
      const { name, maxAgeHours } = endpoint;
      return new Lane({ name, maxAgeMs: maxAgeHours * HOUR_MS, ...makeTarget(endpoint, { env, clock }) }, tools);
    });
  }

  start(): void {
    const names = this.endpoints.map(({ name }) => name);
    const buried = this.outbox.buryStrangers(names, this.#clock.wallMs());
    if (buried > 0)
      this.options.listener.noticed(
        `${counted(buried, 'message')} for endpoints that are not configured any more: kept, \`find-textd notify dead\` lists them`,
      );
    for (const lane of this.#lanes) lane.start();
    void this.#watchTables();
  }

  /** After a transaction in which something may have been added. */
  wake(): void {
    if (this.outbox.takeNews()) this.#wakeAll();
  }

  /** What is under way is given up. Afterwards the tables are left alone. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    await Promise.all(this.#lanes.map((lane) => lane.stop()));
  }

  #wakeAll(): void {
    for (const lane of this.#lanes) lane.wake();
  }

  async #watchTables(): Promise<void> {
    const version = () => this.db.pragma('data_version', { simple: true });
    for (let seen = version(); ; ) {
      await this.#clock.sleep(POLL_MS, this.#stopped.signal);
      if (this.#stopped.signal.aborted) return;
      if (version() === seen) continue;
      seen = version();
      this.#wakeAll();
    }
  }
}
