/** What this machine is called in what is told. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import type { Host } from './payload.js';

/** The machine's own id is no one else's business: what is told is made from it. See machine-id(5). */
export function thisHost(): Host {
  return { name: hostname(), id: createHash('sha256').update(`find-text ${machineId()}`).digest('hex').slice(0, 32) };
}

function machineId(): string {
  try {
    return readFileSync('/etc/machine-id', 'latin1').trim();
  } catch {
    return hostname();
  }
}
