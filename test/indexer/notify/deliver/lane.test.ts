/** Lanes with a clock that the test moves, a real outbox, and a receiver that does as it is told. */
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readHealth } from '../../../../indexer/notify/deliver/health.js';
import { Lane, type LaneOptions, type LaneTrouble } from '../../../../indexer/notify/deliver/lane.js';
import {
  enable,
  FULL,
  OUTBOX_SCHEMA,
  Outbox,
  readDeadLetters,
  resend,
} from '../../../../indexer/notify/deliver/outbox.js';
import type { Answer, Failed, Outgoing } from '../../../../indexer/notify/deliver/target.js';
import type { Severity } from '../../../../indexer/notify/rules/rule.js';
import { type Db, openPlain } from '../../../../shared/store/open.js';
import { ManualClock, settle } from '../../../helpers/manual-clock.js';
import { faultsOf } from '../../../helpers/notify-schema.js';
import { tempFolder } from '../../../helpers/temp.js';

const S = 1_000;
const MIN = 60 * S;
const HOUR = 60 * MIN;
const ID = `evt_${'0'.repeat(20)}`;
const OK: Answer = { kind: 'accepted' };
const fails = (how: Failed['how'], more: Partial<Failed> = {}): Failed => ({
  kind: 'failed',
  how,
  code: 'HTTP 500',
  why: 'the receiver has a problem',
  hint: 'look into its log',
  ...more,
});

class World {
  readonly clock = new ManualClock();
  readonly db: Db;
  readonly outbox: Outbox;
  readonly notices: string[] = [];
  readonly troubles: LaneTrouble[] = [];
  /** When which message was sent, in ms since the beginning. */
  readonly sent: (readonly [atMs: number, id: string])[] = [];
  answer: (message: Outgoing) => Answer | Promise<Answer> = () => OK;
  place = 'chat.example';
  identity = 'one';
  lane: Lane;
  #sequence = 0;

  constructor(
    readonly options: Partial<LaneOptions> = {},
    readonly limits = { messages: 1_000, bytes: 1 << 30 },
    file = join(tempFolder(), 'notify.db'),
  ) {
    this.db = openPlain(file, 5_000);
    this.db.pragma('journal_mode = WAL');
    this.db.exec(OUTBOX_SCHEMA);
    onTestFinished(async () => {
      await this.lane.stop();
      this.db.close();
    });
    this.outbox = new Outbox(this.db);
    this.lane = this.makeLane();
  }

  makeLane(): Lane {
    const world = this;
    const target = {
      get place() {
        return world.place;
      },
      identity: () => this.identity,
      send: async (message: Outgoing) => {
        this.sent.push([this.clock.monotonicMs(), message.webhookId]);
        return this.answer(message);
      },
    };
    const rate = () => ({ perSecond: 1_000, burst: 1_000 });
    return new Lane(
      { name: 'ops', target, rate, maxAgeMs: 72 * HOUR, ...this.options },
      {
        outbox: this.outbox,
        clock: this.clock,
        random: () => 0,
        listener: {
          noticed: (text) => this.notices.push(text),
          troubled: (trouble) => this.troubles.push(trouble),
        },
        limits: { attemptMs: 20_000, ...this.limits },
      },
    );
  }

  /** As after a crash: what the old one had in mind is gone. */
  async restart(): Promise<void> {
    await this.lane.stop();
    this.lane = this.makeLane();
    this.lane.start();
    await settle();
  }

  add(count = 1, severity: Severity = 'notice'): void {
    this.db.transaction(() => {
      for (let each = 0; each < count; each += 1) {
        this.#sequence += 1;
        const sequence = this.#sequence;
        const id = `evt_${String(sequence).padStart(20, '0')}`;
        const atMs = this.clock.wallMs();
        this.outbox.add('ops', {
          webhookId: id,
          sequence,
          severity,
          createdMs: atMs,
          payload: payloadOf(id, sequence, atMs),
        });
      }
    })();
    this.lane.wake();
  }

  get health() {
    return readHealth(this.db)[0];
  }

  get sequences(): number[] {
    return this.sent.map(([, id]) => Number(id.slice(4)));
  }

  get times(): number[] {
    return this.sent.map(([atMs]) => atMs);
  }
}

function payloadOf(id: string, sequence: number, atMs: number): string {
  return JSON.stringify({
    type: 'file.modified',
    id,
    timestamp: new Date(atMs).toISOString(),
    event_type: 'modified',
    src_path: `/srv/${sequence % 3}/__proto__`,
    dest_path: '',
    rule: 'pii',
    severity: 'notice',
    host: { name: 'vm', id: 'x' },
    sequence,
    chain: { sequence, hash: 'a'.repeat(64) },
    actor: null,
  });
}

describe('a lane', () => {
  it('sends in order, and forgets what was taken', async () => {
    const world = new World();
    world.add(20);
    world.lane.start();
    await settle();
    await world.clock.advance(S);
    expect(world.sequences).toEqual(Array.from({ length: 20 }, (_, at) => at + 1));
    expect(world.health).toMatchObject({ state: 'works', waiting: 0, delivered: 20 });
    world.add();
    await world.clock.advance(0);
    expect(world.sequences.at(-1)).toBe(21);
  });

  it('tries only the first one after a failure, on the schedule: an outage of a day costs few requests', async () => {
    const world = new World();
    world.answer = () => fails('later');
    world.add(500);
    world.lane.start();
    await world.clock.advance(24 * HOUR);
    expect(new Set(world.sequences)).toEqual(new Set([1]));
    const waits = [5 * S, 5 * MIN, 30 * MIN, 2 * HOUR, 5 * HOUR, 10 * HOUR];
    expect(world.times).toEqual([0, ...waits.map((_, at) => waits.slice(0, at + 1).reduce((sum, ms) => sum + ms, 0))]);
    expect(world.health).toMatchObject({
      state: 'failing',
      waiting: 500,
      problem: 'the receiver has a problem (HTTP 500)',
    });
  });

  it('sends all that waits when the receiver is back, the oldest first', async () => {
    const world = new World();
    world.answer = () => fails('later');
    world.add(3);
    world.lane.start();
    await world.clock.advance(MIN);
    world.answer = () => OK;
    await world.clock.advance(5 * MIN);
    expect(world.sequences).toEqual([1, 1, 1, 2, 3]);
    expect(world.notices.at(-1)).toBe('send to the endpoint "ops" (chat.example): takes messages again');
  });

  it('tells the others once when it fails for a while', async () => {
    const world = new World();
    world.answer = () => fails('later');
    world.add(1);
    world.lane.start();
    await world.clock.advance(4 * MIN);
    expect(world.troubles).toEqual([]);
    await world.clock.advance(48 * HOUR);
    expect(world.troubles).toEqual([
      {
        endpoint: 'ops',
        kind: 'endpoint_failing',
        text: 'the endpoint "ops" (chat.example) fails: the receiver has a problem (HTTP 500)',
      },
    ]);
  });

  it('waits as the receiver says, and sends more slowly', async () => {
    const world = new World({ rate: () => ({ perSecond: 10, burst: 10 }) });
    world.answer = () => (world.sent.length === 1 ? fails('throttled', { retryAfterMs: 7 * S }) : OK);
    world.add(3);
    world.lane.start();
    await world.clock.advance(8 * S);
    expect(world.times.slice(0, 2)).toEqual([0, 7 * S]);
    await world.clock.advance(MIN);
    expect(world.sequences).toEqual([1, 1, 2, 3]);
  });

  it('keeps to its rate', async () => {
    const world = new World({ rate: () => ({ perSecond: 1, burst: 1 }) });
    world.add(5);
    world.lane.start();
    await world.clock.advance(MIN);
    expect(world.times).toEqual([0, S, 2 * S, 3 * S, 4 * S]);
  });

  it('gives up on a message that is not wanted, and goes on', async () => {
    const world = new World();
    world.answer = ({ webhookId }) => (webhookId.endsWith('2') ? fails('rejected', { code: 'HTTP 413' }) : OK);
    world.add(4);
    world.lane.start();
    await world.clock.advance(HOUR);
    expect(world.sequences).toEqual([1, 2, 2, 2, 3, 4]);
    expect(readDeadLetters(world.db)).toMatchObject([
      { endpoint: 'ops', firstSequence: 2, why: 'the receiver has a problem (HTTP 413)' },
    ]);
  });

  it('sends nothing more to what is gone, until the user switches it on', async () => {
    const world = new World();
    world.answer = () => fails('gone', { code: 'HTTP 410' });
    world.add(3);
    world.lane.start();
    await world.clock.advance(1_000 * HOUR);
    await world.restart();
    await world.clock.advance(1_000 * HOUR);
    expect(world.sequences).toEqual([1]);
    expect(world.health).toMatchObject({ state: 'off', waiting: 3 });
    expect(world.troubles.map(({ kind }) => kind)).toEqual(['endpoint_off']);
    world.answer = () => OK;
    expect(enable(world.db, 'ops')).toBe(true);
    expect(enable(world.db, 'other')).toBe(false);
    world.lane.wake();
    await world.clock.advance(S);
    expect(world.sequences).toEqual([1, 1, 2, 3]);
  });

  it('that leads to another receiver than before begins anew', async () => {
    const world = new World();
    world.answer = () => fails('gone');
    world.add(1);
    world.lane.start();
    await world.clock.advance(S);
    world.identity = 'two';
    world.answer = () => OK;
    await world.restart();
    expect(world.sequences).toEqual([1, 1]);
  });

  it('keeps what is too old as dead letters, after it was tried again', async () => {
    const world = new World();
    world.answer = () => fails('later');
    world.add(2);
    world.lane.start();
    await world.clock.advance(75 * HOUR);
    world.add(1);
    await world.clock.advance(30 * HOUR);
    expect(readDeadLetters(world.db)).toMatchObject([
      { firstSequence: 1, why: 'too old; last: the receiver has a problem (HTTP 500)' },
      { firstSequence: 2 },
    ]);
    world.answer = () => OK;
    expect(resend(world.db, 'all')).toBe(2);
    await world.clock.advance(30 * HOUR);
    expect(world.sequences.slice(-3)).toEqual([1, 2, 3]);
    expect(readDeadLetters(world.db)).toEqual([]);
  });

  it('tries what became old while nothing ran before it gives it up', async () => {
    const world = new World();
    world.add(2);
    await world.clock.advance(1_000 * HOUR);
    world.lane.start();
    await world.clock.advance(S);
    expect(world.sequences).toEqual([1, 2]);
  });

  it.each([-10_000 * HOUR, 10_000 * HOUR])('is not stopped by a clock that is set by %i ms', async (ms) => {
    const world = new World();
    world.answer = () => fails('later');
    world.add(2);
    world.lane.start();
    await world.clock.advance(S);
    world.clock.setWall(world.clock.wallMs() + ms);
    world.answer = () => OK;
    await world.clock.advance(5 * S);
    expect(world.sequences).toEqual([1, 1, 2]);
  });

  it('waits no longer than the schedule after a start with a clock that was set back', async () => {
    const world = new World();
    world.answer = () => fails('later');
    world.add(1);
    world.lane.start();
    await world.clock.advance(6 * S);
    world.clock.setWall(0);
    world.answer = () => OK;
    await world.restart();
    expect(world.sequences).toEqual([1, 1]);
    await world.clock.advance(5 * MIN);
    expect(world.sequences).toEqual([1, 1, 1]);
  });

  it('goes on with the wait that is left after a start', async () => {
    const world = new World();
    world.answer = () => fails('later');
    world.add(1);
    world.lane.start();
    await world.clock.advance(2 * MIN);
    await world.restart();
    await world.clock.advance(4 * MIN);
    expect(world.times).toEqual([0, 5 * S, 5 * S + 5 * MIN]);
  });

  it('sends what was under way again after a start, with the same id', async () => {
    const world = new World();
    world.answer = () => new Promise(() => {});
    world.add(1);
    world.lane.start();
    await settle();
    // As after a crash: nobody waits for what is under way.
    world.lane = world.makeLane();
    world.answer = () => OK;
    world.lane.start();
    await settle();
    expect(world.sent.map(([, id]) => id)).toEqual([`evt_${'1'.padStart(20, '0')}`, `evt_${'1'.padStart(20, '0')}`]);
    expect(world.health).toMatchObject({ waiting: 0, delivered: 1 });
  });

  it('does not send again what it could not record, and sends nothing else before', async () => {
    const world = new World();
    world.add(2);
    world.db.exec(`CREATE TEMP TRIGGER full BEFORE DELETE ON outbox BEGIN SELECT raise(ABORT, 'disk is full'); END`);
    world.lane.start();
    await world.clock.advance(MIN);
    expect(world.sequences).toEqual([1]);
    expect(world.notices).toEqual([expect.stringContaining('cannot be recorded: disk is full')]);
    world.db.exec('DROP TRIGGER full');
    await world.clock.advance(6 * S);
    expect(world.sequences).toEqual([1, 2]);
    expect(world.health).toMatchObject({ waiting: 0, delivered: 2 });
  });
});

describe('too much that waits', () => {
  it('becomes one digest of the oldest that are not critical; counts add up, and it fits the schema', async () => {
    const world = new World({}, { messages: 100, bytes: 1 << 30 });
    world.answer = () => fails('later');
    world.add(1);
    world.lane.start();
    await world.clock.advance(S);
    for (let round = 0; round < 40; round += 1) {
      world.add(24);
      world.add(1, 'critical');
      await world.clock.advance(0);
    }
    const { waiting = 0 } = world.health ?? {};
    expect(waiting).toBeLessThanOrEqual(150);
    const payloads: Record<string, unknown>[] = [];
    world.answer = ({ json }) => {
      payloads.push(JSON.parse(json));
      return OK;
    };
    await world.clock.advance(10 * MIN);
    const digests = payloads.filter(({ type }) => type === 'digest') as {
      count: number;
      first_sequence: number;
      counts: object;
    }[];
    expect(digests.flatMap(faultsOf)).toEqual([]);
    const told = payloads.length - digests.length + digests.reduce((sum, { count }) => sum + count, 0);
    expect(told).toBe(1_001);
    // Never one that was tried, and none that is critical.
    expect(payloads[0]).toMatchObject({ sequence: 1 });
    expect(
      payloads.filter(({ sequence }) => Number(sequence) > 1 && (Number(sequence) - 1) % 25 === 0).length,
    ).toBeGreaterThanOrEqual(40);
    const last = payloads.map(({ sequence }) => Number(sequence));
    expect(last).toEqual(last.toSorted((one, other) => one - other));
    for (const { counts } of digests)
      for (const each of Object.values(counts) as Record<string, number>[])
        expect(Object.values(each).reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(1_001);
  });
});

describe('too much that is critical', () => {
  it.each([
    ['messages', { messages: 10, bytes: 1 << 30 }],
    ['bytes', { messages: 1_000, bytes: 10 * payloadOf(ID, 100, 0).length }],
  ])('is given up, the oldest first, and that is told: %s', async (_what, limits) => {
    const world = new World({}, limits);
    world.answer = () => fails('later');
    world.lane.start();
    for (let round = 0; round < 10; round += 1) {
      world.add(10, 'critical');
      await world.clock.advance(0);
    }
    const dead = readDeadLetters(world.db);
    const { waiting = 0 } = world.health ?? {};
    expect([dead.length + waiting, waiting <= 11, new Set(dead.map(({ why }) => why))]).toEqual([
      100,
      true,
      new Set([FULL]),
    ]);
    expect(world.troubles[0]).toMatchObject({
      ...{ endpoint: 'ops', kind: 'endpoint_failing' },
      text: expect.stringMatching(/^\d+ messages for the endpoint "ops" .* were given up: more waits than is kept; /),
    });
    world.answer = () => OK;
    await world.clock.advance(10 * MIN);
    const arrived = world.sequences.slice(-waiting);
    expect(arrived).toEqual(Array.from({ length: waiting }, (_, at) => 101 - waiting + at));
    expect(resend(world.db, 'all')).toBe(dead.length);
    world.lane.wake();
    await world.clock.advance(MIN);
    expect(world.health?.waiting).toBe(0);
  });
});

describe('an endpoint whose address is replaced while it waits', () => {
  it('is shown with the new one, and tried at once at the rate of the new one', async () => {
    let rate = { perSecond: 1_000, burst: 1_000 };
    const world = new World({ rate: () => rate });
    world.answer = () => fails('later');
    world.add(3);
    world.lane.start();
    await world.clock.advance(10 * MIN);
    expect(world.health).toMatchObject({ place: 'chat.example', state: 'failing', waiting: 3 });
    const before = world.sent.length;
    world.place = 'other.example';
    world.identity = 'two';
    rate = { perSecond: 1, burst: 1 };
    world.answer = () => OK;
    await world.clock.advance(2 * MIN);
    expect(world.health).toMatchObject({ place: 'other.example', state: 'works', waiting: 0 });
    const [one = 0, two = 0, three = 0] = world.times.slice(before);
    expect([two - one, three - two]).toEqual([S, S]);
  });
});

describe('the outbox', () => {
  it('forgets what the transaction of its caller takes back', () => {
    const world = new World();
    const failing = world.db.transaction(() => {
      world.add(5);
      throw new Error('no');
    });
    expect(failing).toThrow('no');
    expect(world.outbox.head('ops')).toBeUndefined();
  });

  it('keeps what waits for an endpoint that is not configured any more as dead letters', () => {
    const world = new World();
    world.add(2);
    expect(world.outbox.buryStrangers(['other'], 0)).toBe(2);
    expect(readDeadLetters(world.db)).toMatchObject([{ why: 'no such endpoint is configured any more' }, {}]);
  });
});
