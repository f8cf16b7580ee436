/**
 * A process shuts itself in, for good and without privileges: it opens no file, reaches no network, starts no program
 * and signals nobody. What it has open stays open. By seccomp for all of its threads, and by Landlock, which also holds
 * where the numbers of system calls are not known. Called by the extractors; ARCHITECTURE.md says what is enforced.
 */
import { filterSteps, machineOf } from './call-filter.js';
import { canFilterCalls, filterCalls, giveUpNewRights, landlockVersion, restrictByLandlock } from './libc.js';

/** What this kernel can enforce. */
export interface Walls {
  /** System calls are filtered (seccomp). */
  readonly seccomp: boolean;
  /** The version of Landlock; 0: none. */
  readonly landlock: number;
}

export function wallsHere(): Walls {
  return { seccomp: machineOf(process.arch) !== undefined && canFilterCalls(), landlock: landlockVersion() };
}

/** As far as the kernel can; see `wallsHere`. */
export function confine(): void {
  attempt(giveUpNewRights);
  attempt(shutFiles);
  attempt(shutCalls);
}

/** A wall that does not stand leaves the others. */
function attempt(build: () => void): void {
  try {
    build();
  } catch (error) {
    process.stderr.write(`find-text: an extractor is not shut in: ${(error as Error).message}\n`);
  }
}

/** Of each version of Landlock: rights on files, rights on the network, and scopes (signals, abstract sockets). */
const FILE_RIGHTS = [0, 13, 14, 15, 15, 16];
const NETWORK_SINCE = 4;
const SCOPES_SINCE = 6;
const TWO_KINDS = 3n;

function shutFiles(): void {
  const version = landlockVersion();
  if (version === 0) return;
  const fileRights = FILE_RIGHTS[Math.min(version, FILE_RIGHTS.length - 1)] as number;
  const handled = [(1n << BigInt(fileRights)) - 1n];
  if (version >= NETWORK_SINCE) handled.push(TWO_KINDS);
  if (version >= SCOPES_SINCE) handled.push(TWO_KINDS);
  restrictByLandlock(Buffer.from(new BigUint64Array(handled).buffer));
}

function shutCalls(): void {
  const machine = machineOf(process.arch);
  if (machine && canFilterCalls()) filterCalls(machine.seccomp, filterSteps(machine, process.pid));
}
