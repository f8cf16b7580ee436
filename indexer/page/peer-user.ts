/**
 * Which user is at the other end of a connection from 127.0.0.1 to 127.0.0.1, by the kernel's table of connections. A
 * link may be seen in a list of processes: who is not its user cannot use it.
 */
import { readFileSync } from 'node:fs';
import { endianness } from 'node:os';
import { orUndefined } from '../../shared/errors.js';

const TABLE = '/proc/net/tcp';
/** The kernel prints the four bytes as one number. */
const LOOPBACK = endianness() === 'LE' ? '0100007F' : '7F000001';

export interface Ports {
  readonly ours: number;
  readonly theirs: number;
}

/** @returns undefined: there is no such connection any more; 'unknown': this machine does not tell. */
export function peerUser(ports: Ports): number | undefined | 'unknown' {
  const table = orUndefined(() => readFileSync(TABLE, 'latin1'));
  return table === undefined ? 'unknown' : userIn(table, ports);
}

/** @param table  as in /proc/net/tcp */
export function userIn(table: string, { ours, theirs }: Ports): number | undefined {
  const [local, remote] = [addressOf(theirs), addressOf(ours)];
  for (const line of table.split('\n')) {
    const [, from, to, , , , , uid] = line.trim().split(/\s+/);
    if (from === local && to === remote) return Number(uid);
  }
  return undefined;
}

function addressOf(port: number): string {
  return `${LOOPBACK}:${port.toString(16).toUpperCase().padStart(4, '0')}`;
}
