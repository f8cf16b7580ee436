import { describe, expect, it } from 'vitest';
import { DaemonReport } from '../../indexer/daemon-report.js';
import { Progress } from '../../indexer/flow/progress.js';
import type { HeldFile } from '../../indexer/queue/restless.js';
import { parseState, STATE_KEY } from '../../shared/daemon-state.js';
import { FRESHNESS_KEY, parseFreshness } from '../../shared/freshness.js';

function made() {
  const clock = { wall: 1_000_000, monotonicMs: () => 500, wallMs: () => clock.wall };
  const source = { kind: 'inotify', unwatchedFolders: 3 } as const;
  const progress = new Progress();
  const held: HeldFile[] = [];
  const report = new DaemonReport({ source, progress, restless: { held }, clock });
  let timesBack = 0;
  const root = Buffer.from('/home/me');
  const freshness = {
    isComplete: false,
    comparisons: [{ root, done: 2, toDo: 5 }],
    ledger: [{ root, completeSinceMs: undefined, gaps: [{ reason: 'new', sinceMs: 7, scope: root } as const] }],
    clockWentBack: () => void timesBack++,
  };
  return { clock, progress, held, report, freshness, timesBack: () => timesBack };
}

function told({ report, freshness }: ReturnType<typeof made>) {
  const values = new Map(
    report.opsFor(freshness).map((op) => (op.kind === 'meta' ? [op.key, op.value] : ['', undefined])),
  );
  return { state: parseState(values.get(STATE_KEY)), freshness: parseFreshness(values.get(FRESHNESS_KEY)) };
}

describe('what the daemon tells of itself', () => {
  it('is its state and the ledger, in one write', () => {
    const world = made();
    world.progress.found(4, 100);
    world.held.push({ path: Buffer.from('/home/me/log'), untilMs: 20_500 });
    const { state, freshness } = told(world);
    expect(state).toEqual({
      pid: process.pid,
      source: 'inotify',
      isComplete: false,
      comparisons: [{ root: Buffer.from('/home/me').toString('base64'), done: 2, toDo: 5 }],
      filesFound: 4,
      filesDone: 0,
      bytesFound: 100,
      bytesDone: 0,
      unwatchedFolders: 3,
      held: [{ path: Buffer.from('/home/me/log').toString('base64'), untilMs: 1_020_000 }],
      updatedMs: 1_000_000,
    });
    expect(freshness).toMatchObject({
      keeper: { pid: process.pid },
      savedMs: 1_000_000,
      roots: world.freshness.ledger,
    });
  });

  it('is told again when something of it is another, and when the clock was set back', () => {
    const world = made();
    const { report, freshness, progress, clock } = world;
    expect(report.hasNews(freshness)).toBe(true);
    told(world);
    clock.wall += 60_000;
    expect(report.hasNews(freshness)).toBe(false);
    progress.done(1, 10);
    expect(report.hasNews(freshness)).toBe(true);
    told(world);
    clock.wall -= 3_600_000;
    expect(report.hasNews(freshness)).toBe(true);
    expect(world.timesBack()).toBe(0);
    told(world);
    expect(world.timesBack()).toBe(1);
  });

  it('names no keeper at the end', () => {
    const world = made();
    world.report.end();
    expect(told(world).freshness?.keeper).toBeUndefined();
  });
});
