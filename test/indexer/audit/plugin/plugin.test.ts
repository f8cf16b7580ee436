/** The plugin as a function of its input: what a live stream brings late, cut, or without saying what happened. */
import { describe, expect, it } from 'vitest';
import type { WatchedRoot } from '../../../../indexer/audit/plugin/audit-config.js';
import { Plugin } from '../../../../indexer/audit/plugin/plugin.js';
import { auditEvent, type EventSpec, path } from '../../../helpers/audit-lines.js';

const ROOT: WatchedRoot = {
  path: Buffer.from('/w'),
  owner: { uid: 1000, gid: 1000 },
  key: 'k',
  folder: { inode: 7, uid: 1000 },
};
const UNLINK: EventSpec = { call: 'unlink', key: 'k', paths: [path('PARENT', '/w/', 7), path('DELETE', '/w/f', 12)] };

function started(nowMs = 1_900_000_000_000) {
  const gaps: string[] = [];
  const lines: string[] = [];
  const writer = {
    append: (line: string) => lines.push(line),
    gap: (reason: string, sinceMs: number, count: number) => gaps.push(`${reason} ${sinceMs} ${count}`),
  };
  const plugin = new Plugin(
    { roots: [ROOT], leaveOut: { paths: [], actors: [] } },
    new Map([[ROOT, { writer }]]),
    () => nowMs,
  );
  return { plugin, gaps, lines };
}

describe('an event whose end never comes', () => {
  it('is handed on at the second look after its last record, also while other events come', () => {
    const { plugin, lines, gaps } = started();
    plugin.push(auditEvent({ ...UNLINK, serial: 1, end: [] }));
    plugin.tick();
    plugin.push(auditEvent({ ...UNLINK, serial: 2 }));
    expect(lines).toHaveLength(1);
    plugin.tick();
    expect(lines).toHaveLength(2);
    expect(gaps).toEqual([]);
  });

  it('is not handed on between two of its records, however long ago its call began', () => {
    const { plugin, lines, gaps } = started();
    const late = auditEvent({ ...UNLINK, serial: 9, time: 1_690_000_000 });
    const half = late.indexOf('type=PATH');
    plugin.push(auditEvent({ ...UNLINK, serial: 8 }));
    plugin.push(late.subarray(0, half));
    plugin.push(auditEvent({ ...UNLINK, serial: 10 }));
    plugin.tick();
    plugin.push(late.subarray(half));
    expect(lines).toHaveLength(3);
    plugin.end();
    expect(gaps).toEqual([]);
  });

  it('keeps a line of which only half has come until the other half comes', () => {
    const { plugin, lines, gaps } = started();
    const event = auditEvent(UNLINK);
    plugin.push(event.subarray(0, 250));
    plugin.tick();
    plugin.tick();
    plugin.push(event.subarray(250));
    expect(lines).toHaveLength(1);
    expect(gaps).toEqual([]);
  });
});

describe('a kernel that writes no nametype=', () => {
  it('has its changes counted, and each leads to a gap', () => {
    const { plugin, lines, gaps } = started();
    const bare = auditEvent(UNLINK)
      .toString('latin1')
      .replaceAll(/ nametype=\w+/g, '');
    plugin.push(Buffer.from(bare, 'latin1'));
    expect(lines).toEqual([]);
    expect(gaps).toEqual(['unparsable 1700000000000 1']);
    expect(plugin.untoldEvents).toBe(1);
  });
});

describe('how far it has read', () => {
  const at = (serial: number, seconds: number, key = 'k') =>
    auditEvent({ ...UNLINK, serial, time: 1_700_000_000 + seconds, key });

  it('is the time of the newest event, of whichever rule; one that comes late does not set it back', () => {
    const { plugin } = started();
    expect(plugin.readMs).toBe(0);
    plugin.push(at(1, 5));
    plugin.push(at(2, 7, 'of-somebody-else'));
    plugin.push(at(3, 6));
    expect(plugin.readMs).toBe(1_700_000_007_000);
  });

  it('is not a time to come, from before the clock was set back', () => {
    const { plugin } = started(1_700_000_000_500);
    plugin.push(at(1, 3_600));
    plugin.push(at(2, 0));
    expect(plugin.readMs).toBe(1_700_000_000_000);
  });

  it('is none of what auditd says of itself', () => {
    const { plugin } = started();
    plugin.push(Buffer.from('type=DAEMON_START msg=audit(1700000000.000:9): op=start ver=3.0.9 res=success\n'));
    expect(plugin.readMs).toBe(0);
  });
});
