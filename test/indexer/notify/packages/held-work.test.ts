/** Which changes wait for a package manager to end, and when they go on. */
import { describe, expect, it } from 'vitest';
import { UNKNOWN_DOER } from '../../../../indexer/notify/doers.js';
import type { PickedEvent } from '../../../../indexer/notify/net-change.js';
import { HeldWork } from '../../../../indexer/notify/packages/held-work.js';
import type { Group } from '../../../../indexer/notify/turn/settling.js';
import type { Doer } from '../../../../indexer/notify/words.js';

const NOW_MS = 1_800_000_000_000;
const MINUTE_MS = 60_000;
const MANY = 1_000_000;
const DPKG: Doer = { ...UNKNOWN_DOER, exe: '/usr/bin/dpkg', comm: 'dpkg' };
const VIM: Doer = { ...UNKNOWN_DOER, exe: '/usr/bin/vim', comm: 'vim' };

let sequence = 0;

function event(path: string, parts: Partial<PickedEvent> = {}): PickedEvent {
  sequence++;
  const rest = { id: String(sequence), atMs: NOW_MS, kind: 'write', to: null, isWithheld: false } as const;
  return { sequence, ...rest, path: Buffer.from(path), origin: 'audit', doer: DPKG, ...parts };
}

function groupOf(...events: readonly PickedEvent[]): Group {
  return { names: new Set(events.flatMap(({ path, to }) => [path, ...(to ? [to] : [])].map(String))), events };
}

/** The index keeps all events that are held, but those that are forgotten. */
class World {
  readonly kept = new Map<number, PickedEvent>();
  missing = 0;
  readonly held: HeldWork;

  constructor(maxEvents = MANY) {
    this.held = new HeldWork({
      load: (sequences) => sequences.flatMap((each) => this.kept.get(each) ?? []),
      onMissing: () => this.missing++,
      maxEvents,
    });
  }

  sift(due: readonly Group[], isAtWork: boolean, nowMs = NOW_MS, maxNames = MANY): readonly Group[] {
    for (const { events } of due) for (const each of events) this.kept.set(each.sequence, each);
    return this.held.sift(due, { isAtWork, nowMs }, maxNames);
  }
}

describe('a change', () => {
  it.each<readonly [name: string, events: readonly PickedEvent[], isAtWork: boolean, ageMs: number, waits: boolean]>([
    ['of dpkg, at work', [event('/a')], true, 0, true],
    ['of dpkg, which is not at work', [event('/a')], false, 0, false],
    ['of dpkg and an editor', [event('/a'), event('/a', { doer: VIM })], true, 0, false],
    ['of an editor', [event('/a', { doer: VIM })], true, 0, false],
    ['of nobody who is known', [event('/a', { doer: null })], true, 0, false],
    [
      'of dpkg, found by comparing, too',
      [event('/a'), event('/a', { origin: 'comparison', doer: null })],
      true,
      0,
      true,
    ],
    ['found by comparing', [event('/a', { origin: 'comparison', doer: null })], true, 0, false],
    ['of dpkg, and read by an editor', [event('/a'), event('/a', { kind: 'open', doer: VIM })], true, 0, true],
    ['that dpkg has read', [event('/a', { kind: 'open' })], true, 0, false],
    ['of dpkg, five minutes ago', [event('/a')], true, 5 * MINUTE_MS, true],
    ['of dpkg, longer ago', [event('/a')], true, 5 * MINUTE_MS + 1, false],
    ['of dpkg, before the clock was set back', [event('/a')], true, -6 * MINUTE_MS, false],
  ])('%s', (_, events, isAtWork, ageMs, waits) => {
    const world = new World();
    const group = groupOf(...events);
    expect(world.sift([group], isAtWork, NOW_MS + ageMs)).toEqual(waits ? [] : [group]);
    expect([world.held.size, world.held.has('/a')]).toEqual([waits ? events.length : 0, waits]);
  });
});

describe('what waits', () => {
  it('goes on when the package manager has ended, in portions, the first first', () => {
    const world = new World();
    const groups = ['/a', '/b', '/c'].map((name) =>
      groupOf(event(name), event(`${name}.new`, { to: Buffer.from(name) })),
    );
    expect(world.sift(groups, true)).toEqual([]);
    expect(world.held.oldest).toBe(groups[0]?.events[0]?.sequence);
    expect(world.sift([], true)).toEqual([]);
    expect(world.held.isFreeing).toBe(false);
    expect(world.sift([], false, NOW_MS, 3)).toEqual(groups.slice(0, 2));
    expect(world.held.isFreeing).toBe(true);
    expect(world.held.oldest).toBe(groups[2]?.events[0]?.sequence);
    expect(world.sift([], false)).toEqual(groups.slice(2));
    expect([world.held.size, world.held.oldest, world.held.has('/a')]).toEqual([0, undefined, false]);
  });

  it('goes on after five minutes, though it is still at work', () => {
    const world = new World();
    const [old, young] = [groupOf(event('/a')), groupOf(event('/b', { atMs: NOW_MS + MINUTE_MS }))];
    world.sift([old, young], true);
    expect(world.sift([], true, NOW_MS + 5 * MINUTE_MS + 1)).toEqual([old]);
    expect(world.held.has('/b')).toBe(true);
  });

  it('goes on with an event that has one of its names', () => {
    const world = new World();
    const [one, two] = [groupOf(event('/a')), groupOf(event('/b'))];
    world.sift([one, two, groupOf(event('/c'))], true);
    expect(world.held.takeAt(event('/d', { doer: VIM }))).toEqual([]);
    expect(world.held.takeAt(event('/a', { kind: 'rename', to: Buffer.from('/b') }))).toEqual([one, two]);
    expect([world.held.size, world.held.has('/a'), world.held.has('/c')]).toEqual([1, false, true]);
    // With the event of the other one it does not wait any more.
    const both = groupOf(...one.events, event('/a', { doer: VIM }));
    expect(world.sift([both], true)).toEqual([both]);
  });

  it('has an end: more is decided on at once', () => {
    const world = new World(2);
    const [one, two] = [groupOf(event('/a'), event('/a')), groupOf(event('/b'))];
    expect(world.sift([one, two], true)).toEqual([two]);
  });

  it('may have lost its events', () => {
    const world = new World();
    world.sift([groupOf(event('/a'))], true);
    world.kept.clear();
    expect(world.sift([], false)).toEqual([{ names: new Set(['/a']), events: [] }]);
    expect(world.missing).toBe(1);
  });
});
