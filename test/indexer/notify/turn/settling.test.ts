/** When a name is quiet, and what is decided together. */
import { describe, expect, it } from 'vitest';
import type { PickedEvent } from '../../../../indexer/notify/net-change.js';
import type { NotifyRule } from '../../../../indexer/notify/rules/rule.js';
import { type Group, Settling } from '../../../../indexer/notify/turn/settling.js';

let sequence = 0;

function quietFor(settleMs: number): Settling {
  const rule = { settleMs } as NotifyRule;
  return new Settling(() => [rule]);
}

/** `write a`, `rename a > b` */
function event(line: string): PickedEvent {
  const [, kind = '', path = '', to] = /^(\w+) (\S+)(?: > (\S+))?$/.exec(line) ?? [];
  const rest = { atMs: 0, origin: 'inotify', doer: null, isWithheld: false } as const;
  sequence++;
  return { sequence, id: String(sequence), kind, path: Buffer.from(path), to: to ? Buffer.from(to) : null, ...rest };
}

const namesOf = (groups: readonly Group[]) => groups.map(({ names }) => [...names].sort().join());

describe('names that settle', () => {
  it('are due when they were quiet for their time', () => {
    const settling = quietFor(100);
    settling.add(event('create /a'), 0);
    settling.add(event('write /a'), 80);
    settling.add(event('write /b'), 90);
    expect(namesOf(settling.takeDue(179, 10))).toEqual([]);
    expect(settling.nextDueMs).toBe(180);
    expect(namesOf(settling.takeDue(180, 10))).toEqual(['/a']);
    expect([settling.size, settling.has('/a'), settling.has('/b')]).toEqual([1, false, true]);
  });

  it('are due after a while when they are never quiet', () => {
    const settling = quietFor(1_000);
    for (let ms = 0; ms <= 4_900; ms += 100) settling.add(event('write /a'), ms);
    expect(namesOf(settling.takeDue(4_999, 10))).toEqual([]);
    expect(namesOf(settling.takeDue(5_000, 10))).toEqual(['/a']);
  });

  it('are decided together where renames connect them', () => {
    const settling = quietFor(100);
    settling.add(event('write /f'), 0);
    settling.add(event('create /t'), 0);
    settling.add(event('write /other'), 0);
    settling.add(event('rename /t > /f'), 50);
    expect(namesOf(settling.takeDue(100, 10))).toEqual(['/other']);
    const [group] = settling.takeDue(150, 10);
    expect(group?.events.map(({ kind }) => kind)).toEqual(['write', 'create', 'rename']);
    expect(settling.size).toBe(0);
  });

  it('of a comparison are decided together, also where it finds very many', () => {
    const settling = quietFor(100);
    settling.add(event('write /other'), 0);
    for (let at = 0; at < 100_000; at++) settling.add({ ...event(`write /${at}`), origin: 'comparison' }, 50);
    expect(namesOf(settling.takeDue(100, 10))).toEqual(['/other']);
    const [group, ...others] = settling.takeDue(150, 10);
    expect([group?.names.size, group?.events.length, others]).toEqual([100_000, 100_000, []]);
    expect([settling.size, settling.has('/7')]).toEqual([0, false]);
  });

  it('are left where they can wait', () => {
    const [counted, told] = [{ settleMs: 0 } as NotifyRule, { settleMs: 0 } as NotifyRule];
    const settling = new Settling((path) => (path.toString() === '/key' ? [counted, told] : [counted]));
    for (const line of ['write /a', 'write /b', 'rename /c > /key']) settling.add(event(line), 0);
    expect(namesOf(settling.takeDue(0, 1, (rules) => rules.includes(told)))).toEqual(['/c,/key']);
    expect(namesOf(settling.takeDue(0, 10))).toEqual(['/a', '/b']);
  });

  it('are taken a bunch at a time, the first first', () => {
    const settling = quietFor(0);
    for (const name of ['/a', '/b', '/c']) settling.add(event(`write ${name}`), 0);
    expect(namesOf(settling.takeDue(1, 2))).toEqual(['/a', '/b']);
    expect(namesOf(settling.takeDue(1, 2))).toEqual(['/c']);
  });

  it('go with a folder that moves, quiet or not', () => {
    const settling = quietFor(1_000);
    for (const name of ['/d/a', '/d/sub/b', '/dx']) settling.add(event(`write ${name}`), 0);
    expect(namesOf(settling.takeBelow([Buffer.from('/d')]))).toEqual(['/d/a', '/d/sub/b']);
    expect(settling.has('/dx')).toBe(true);
  });

  it('tell the oldest event that is not done, and may be put back', () => {
    const settling = quietFor(0);
    const [first, second] = [event('write /a'), event('write /b')];
    settling.add(first, 0);
    settling.add(second, 0);
    const [group] = settling.takeDue(1, 1);
    expect(settling.oldest).toBe(second.sequence);
    settling.restore(group as Group, 1);
    expect(settling.oldest).toBe(first.sequence);
  });
});
