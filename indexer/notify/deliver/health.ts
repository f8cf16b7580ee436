/** How the endpoints do, from the tables alone: `find-textd status` asks while the daemon runs, and when it does not. */
import type { Db } from '../../../shared/store/open.js';

export interface EndpointHealth {
  readonly name: string;
  /** Host, program or file. */
  readonly place: string;
  readonly state: 'works' | 'failing' | 'off';
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

export function readHealth(db: Db): EndpointHealth[] {
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
