/**
 * A process shuts itself in, for good and without privileges: it opens no file, reaches no network, starts no program
 * and signals nobody. What it has open stays open. By seccomp for all of its threads, and by Landlock, which also holds
 * where the numbers of system calls are not known. Called by the extractors; ARCHITECTURE.md says what is enforced.
 * Before it becomes a command of the user it shuts itself in less: it may read and start programs.
 */
import { commandSteps, filterSteps, machineOf } from './call-filter.js';
import {
  canFilterCalls,
  filterCalls,
  giveUpNewRights,
  type LandlockRule,
  landlockVersion,
  restrictByLandlock,
} from './libc.js';

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

/** @param folder  the only one in which it may write from now on. */
export function confineCommand(folder: string): void {
  attempt(giveUpNewRights);
  attempt(() => shutFilesBut(folder));
  attempt(() => {
    const machine = machineOf(process.arch);
    if (machine && canFilterCalls()) filterCalls(machine.seccomp, commandSteps(machine));
  });
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

/** Of the rights on files: to execute, to read a file or a folder, and to speak to a device. */
const NOT_WRITING = 0b1000_0000_0000_1101n;
/** To write into a file, and to cut it off. */
const OF_ONE_FILE = 0b100_0000_0000_0010n;
/** Programs throw away what they print. */
const NOWHERE = '/dev/null';

function shutFiles(): void {
  const version = landlockVersion();
  if (version > 0) restrictByLandlock(ruleset(version, fileRights(version)));
}

function shutFilesBut(folder: string): void {
  const version = landlockVersion();
  if (version === 0) return;
  const writing = fileRights(version) & ~NOT_WRITING;
  const rules: LandlockRule[] = [
    { path: folder, rights: writing },
    { path: NOWHERE, rights: writing & OF_ONE_FILE },
  ];
  restrictByLandlock(ruleset(version, writing), rules);
}

function fileRights(version: number): bigint {
  return (1n << BigInt(FILE_RIGHTS[Math.min(version, FILE_RIGHTS.length - 1)] as number)) - 1n;
}

/** struct landlock_ruleset_attr, as long as that version has it. */
function ruleset(version: number, files: bigint): Buffer {
  const handled = [files];
  if (version >= NETWORK_SINCE) handled.push(TWO_KINDS);
  if (version >= SCOPES_SINCE) handled.push(TWO_KINDS);
  return Buffer.from(new BigUint64Array(handled).buffer);
}

function shutCalls(): void {
  const machine = machineOf(process.arch);
  if (machine && canFilterCalls()) filterCalls(machine.seccomp, filterSteps(machine, process.pid));
}
