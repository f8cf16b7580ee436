/** When all that happened is known to have come, and that nobody waits for ever. */
import { beforeEach, describe, expect, it } from 'vitest';
import { Arrivals } from '../../../../indexer/sources/audit/arrivals.js';
import { Marks } from '../../../../indexer/sources/audit/marks.js';

const START_MS = 1_700_000_000_000;

let ms: number;
let log: { newestMs: number; readMs: number; isDrained: boolean };
let saidMs: number | undefined;
let isBlind: boolean;

beforeEach(() => {
  log = { newestMs: 0, readMs: 0, isDrained: true };
  [ms, saidMs, isBlind] = [0, START_MS, false];
});

/** @returns what it says, and after how long */
async function caughtUp(atMs = START_MS, during: (ms: number) => void = () => {}): Promise<[boolean, number]> {
  ms = 0;
  const pause = async (more: number) => {
    ms += more;
    during(ms);
    if (ms > 70_000) throw new Error('it waits for ever');
  };
  const clock = { wallMs: () => START_MS + ms, monotonicMs: () => ms };
  const plugin = {
    get status() {
      return saidMs === undefined ? undefined : { atMs: saidMs, isRunning: true };
    },
    isOver: () => false,
  };
  const never = () => {
    throw new Error('not without marks');
  };
  const marks = new Marks({ make: never, plugin, clock });
  const blind = () => (isBlind ? [{ root: Buffer.from('/r'), why: 'it is gone' }] : []);
  const deps = { source: { readings: [log], blind, readAll: never }, plugin, marks, clock, pause };
  return [await new Arrivals(deps).until(atMs), ms];
}

describe('of a plugin that does not say how far it has read', () => {
  it('has all when a later one has come', async () => {
    const [isAll, tookMs] = await caughtUp(START_MS, (atMs) => {
      if (atMs === 300) log.newestMs = START_MS + 200;
    });
    expect([isAll, tookMs < 500]).toEqual([true, true]);
  });

  it('has all when the plugin says later that it lives, and nothing comes', async () => {
    const say = (atMs: number) => {
      if (atMs % 1_000 === 0) saidMs = START_MS + atMs;
    };
    const [isAll, tookMs] = await caughtUp(START_MS, say);
    expect([isAll, tookMs >= 1_000, tookMs < 2_500]).toEqual([true, true, true]);
  });

  it('has not all while older ones still come, as of a busy machine', async () => {
    const [isAll, tookMs] = await caughtUp(START_MS, (atMs) => {
      saidMs = START_MS + atMs;
      if (atMs < 8_000) Object.assign(log, { newestMs: START_MS - 8_000 + atMs, readMs: atMs });
    });
    expect([isAll, tookMs > 8_000]).toEqual([true, true]);
  });

  it('knows of what is long past as soon as the log is read to its end', async () => {
    expect(await caughtUp(START_MS - 60_000)).toEqual([true, 0]);
    log.isDrained = false;
    const [isAll, tookMs] = await caughtUp(START_MS - 60_000, (atMs) => {
      log.isDrained = atMs > 2_000;
    });
    expect([isAll, tookMs > 2_000]).toEqual([true, true]);
  });

  it('does not know while audit shows nothing, and gives up when nothing comes for long', async () => {
    isBlind = true;
    expect(await caughtUp()).toEqual([false, 0]);
    isBlind = false;
    saidMs = undefined;
    const [isAll, tookMs] = await caughtUp();
    expect([isAll, tookMs > 10_000, tookMs < 12_000]).toEqual([false, true, true]);
  });

  it('gives up although more comes, when the clock was set back meanwhile', async () => {
    const [isAll] = await caughtUp(START_MS, (atMs) => {
      saidMs = START_MS - 3_600_000 + atMs;
      Object.assign(log, { newestMs: saidMs, readMs: atMs });
    });
    expect(isAll).toBe(false);
  });

  it('does not wait for a time to come, which is from before the clock was set back', async () => {
    const [isAll] = await caughtUp(START_MS + 3_600_000, (atMs) => {
      saidMs = START_MS + atMs;
    });
    expect(isAll).toBe(true);
  });
});

/** A stream in which each event comes so late, with a plugin that says every second how far it has read. */
class Stream {
  ms = 0;
  /** Of the clock of the day, behind the other one. */
  wallMs = START_MS;
  lateMs = 0;
  isHeard = true;
  isAlive = true;
  marks = 0;
  reads = 0;
  status = { atMs: START_MS, isRunning: true, readMs: 0 };
  readonly #underWay: { readonly atMs: number; readonly hereMs: number }[] = [];
  #pluginMs = 0;
  readonly log = { newestMs: 0, readMs: 0, isDrained: true };

  readonly #clock = { wallMs: () => this.now, monotonicMs: () => this.ms };

  readonly arrivals = new Arrivals({
    source: { readings: [this.log], readAll: async () => void this.reads++, blind: () => [] },
    plugin: this,
    marks: new Marks({
      make: () => {
        this.marks++;
        if (this.isHeard) this.happen();
      },
      plugin: this,
      clock: this.#clock,
    }),
    clock: this.#clock,
    pause: async (ms) => this.pass(ms),
  });

  /** Others did something every half second. */
  static behind(lateMs: number): Stream {
    const stream = new Stream();
    stream.lateMs = lateMs;
    for (let ms = -lateMs; ms < 0; ms += 500) stream.#underWay.push({ atMs: START_MS + ms, hereMs: ms + lateMs });
    return stream;
  }

  isOver(): boolean {
    return false;
  }

  get now(): number {
    return this.wallMs + this.ms;
  }

  /** Something that the kernel tells of; of another log. */
  happen(): void {
    this.#underWay.push({ atMs: this.now - 4, hereMs: this.ms + this.lateMs });
  }

  pass(ms: number): void {
    this.ms += ms;
    if (this.ms > 200_000) throw new Error('it waits for ever');
    while (this.#underWay[0] && this.#underWay[0].hereMs <= this.ms) this.#read(this.#underWay.shift()?.atMs ?? 0);
    if (this.isAlive && this.ms % 1_000 === 0)
      this.status = { atMs: this.now, isRunning: true, readMs: this.#pluginMs };
  }

  /** As the plugin does. */
  #read(atMs: number): void {
    if (atMs > this.#pluginMs || this.#pluginMs > this.now) this.#pluginMs = atMs;
  }

  /** @returns what it says, and after how long */
  async caughtUp(atMs = this.now): Promise<[boolean, number]> {
    const beganMs = this.ms;
    return [await this.arrivals.until(atMs), this.ms - beganMs];
  }
}

describe('with marks', () => {
  it('has all when a mark of later has been read, and what is in the logs then is', async () => {
    const stream = new Stream();
    const [isAll, tookMs] = await stream.caughtUp();
    expect([isAll, tookMs >= 1_000, tookMs <= 2_100, stream.reads]).toEqual([true, true, true, 1]);
    expect(await stream.caughtUp(START_MS - 5_000)).toEqual([true, 0]);
    expect(stream.marks).toBe(1);
  });

  it.each([3_000, 12_000, 40_000])('waits as long as events are late: %i ms', async (lateMs) => {
    const stream = Stream.behind(lateMs);
    const [isAll, tookMs] = await stream.caughtUp();
    expect([isAll, tookMs >= lateMs + 1_000, tookMs <= lateMs + 2_100]).toEqual([true, true, true]);
  });

  it('waits for no more than a minute, and says meanwhile that audit is late', async () => {
    const stream = Stream.behind(90_000);
    const waiting = stream.caughtUp();
    expect(stream.arrivals.isLate).toBe(false);
    const [isAll, tookMs] = await waiting;
    expect([isAll, tookMs > 60_000, tookMs < 61_000]).toEqual([false, true, true]);
    expect(stream.arrivals.isLate).toBe(true);
    while (stream.arrivals.isLate) stream.pass(50);
    expect(stream.ms > 100_000).toBe(true);
  });

  it('does not take the silence of a stream that is behind for its end, though the plugin lives', async () => {
    const stream = new Stream();
    stream.lateMs = 25_000;
    const [isAll, tookMs] = await stream.caughtUp(START_MS - 15_000);
    expect([isAll, tookMs >= 25_000]).toEqual([true, true]);
  });

  it('does not wait any longer when the daemon ends', async () => {
    const stream = Stream.behind(40_000);
    const waiting = stream.caughtUp();
    stream.arrivals.close();
    expect((await waiting)[0]).toBe(false);
    expect(stream.ms).toBeLessThan(1_000);
  });

  it('needs one mark for many that wait at the same time', async () => {
    const stream = new Stream();
    const waiting = Array.from({ length: 20 }, () => stream.arrivals.until(START_MS));
    expect(new Set(await Promise.all(waiting))).toEqual(new Set([true]));
    expect(stream.marks).toBe(1);
  });

  it('makes another one when the kernel has dropped it', async () => {
    const stream = new Stream();
    stream.isHeard = false;
    const waiting = stream.caughtUp();
    stream.arrivals.begin();
    const original = stream.pass.bind(stream);
    stream.pass = (ms) => {
      if (stream.ms > 2_000) stream.isHeard = true;
      original(ms);
    };
    const [isAll, tookMs] = await waiting;
    expect([isAll, tookMs > 5_000, tookMs < 9_000]).toEqual([true, true, true]);
  });

  it('finds out once that nothing is told of its own process, and listens to the plugin alone then', async () => {
    const stream = new Stream();
    stream.isHeard = false;
    const [isAll, tookMs] = await stream.caughtUp();
    expect([isAll, tookMs > 30_000, tookMs < 33_000]).toEqual([true, true, true]);
    const [isAllThen, thenMs] = await stream.caughtUp();
    expect([isAllThen, thenMs < 2_500, stream.arrivals.isLate]).toEqual([true, true, false]);
  });

  it('has all by what others do where nothing is told of its own process', async () => {
    const stream = new Stream();
    stream.isHeard = false;
    const original = stream.pass.bind(stream);
    stream.pass = (ms) => {
      if (stream.ms % 3_000 === 0) stream.happen();
      original(ms);
    };
    const [isAll, tookMs] = await stream.caughtUp();
    expect([isAll, tookMs < 6_000]).toEqual([true, true]);
  });

  it('does not take a plugin that is silent for proof that nothing comes', async () => {
    const stream = new Stream();
    Object.assign(stream, { isHeard: false, isAlive: false });
    const [isAll, tookMs] = await stream.caughtUp();
    expect([isAll, tookMs > 60_000]).toEqual([false, true]);
  });

  it('goes on when the clock is set back', async () => {
    const stream = new Stream();
    await stream.caughtUp();
    stream.wallMs -= 3_600_000;
    const [isAll, tookMs] = await stream.caughtUp();
    expect([isAll, tookMs <= 2_100]).toEqual([true, true]);
  });
});
