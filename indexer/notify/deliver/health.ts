/** How the endpoints do, from the tables alone: `find-textd status` asks while the daemon runs, and when it does not. */
import type { Db } from '../../../shared/store/open.js';

export interface EndpointHealth {
  readonly name: string;
  /** Host, program or file; of one that is removed nothing. */
  readonly place: string;
  /** `removed`: it is not configured any more, and there are messages for it. */
  readonly state: 'works' | 'failing' | 'off' | 'removed';
  readonly waiting: number;
  /** Of the oldest that waits. */
  readonly oldestMs: number | null;
  readonly dead: number;
  readonly delivered: number;
  readonly deliveredMs: number | null;
  /** The last one; it may be over. */
  readonly problem: string | null;
  readonly problemMs: number | null;
  /** When it is tried again. */
  readonly nextMs: number | null;
}

interface Row extends Omit<EndpointHealth, 'state' | 'nextMs'> {
  readonly failures: number;
  readonly isOff: number;
  readonly dueMs: number;
}

/** In the order of their names; those that are removed last. */
export function readHealth(db: Db): EndpointHealth[] {
  return [...readLanes(db), ...readRemoved(db)];
}

function readRemoved(db: Db): EndpointHealth[] {
  const unknown = { place: '', state: 'removed', delivered: 0, deliveredMs: null, nextMs: null } as const;
  const rows = db
    .prepare(`SELECT endpoint AS name, sum(dead_ms IS NULL) AS waiting, count(dead_ms) AS dead,
        min(iif(dead_ms IS NULL, created_ms, NULL)) AS oldestMs, max(dead_why) AS problem, max(dead_ms) AS problemMs
      FROM outbox WHERE endpoint NOT IN (SELECT endpoint FROM lane) GROUP BY endpoint ORDER BY endpoint`)
    .all() as Omit<EndpointHealth, keyof typeof unknown>[];
  return rows.map((row) => ({ ...unknown, ...row }));
}

function readLanes(db: Db): EndpointHealth[] {
  const rows = db
    .prepare(`SELECT endpoint AS name, place, failures, is_off AS isOff, since_ms + wait_ms AS dueMs, delivered,
        delivered_ms AS deliveredMs, problem, problem_ms AS problemMs,
        (SELECT count(*) FROM outbox WHERE endpoint = lane.endpoint AND dead_ms IS NULL) AS waiting,
        (SELECT min(created_ms) FROM outbox WHERE endpoint = lane.endpoint AND dead_ms IS NULL) AS oldestMs,
        (SELECT count(*) FROM outbox WHERE endpoint = lane.endpoint AND dead_ms IS NOT NULL) AS dead
      FROM lane ORDER BY endpoint`)
    .all() as Row[];
  return rows.map(({ failures, isOff, dueMs, ...row }) => {
    const state = isOff ? 'off' : failures > 0 ? 'failing' : 'works';
    return { ...row, state, nextMs: state === 'failing' ? dueMs : null };
  });
}
