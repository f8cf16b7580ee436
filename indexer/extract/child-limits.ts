/** Programs that start a child under the limits of the system: of util-linux, where it is installed. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

const IONICE = '/usr/bin/ionice';
const PRLIMIT = '/usr/bin/prlimit';
const SETPRIV = '/usr/bin/setpriv';
const WITH_PARENT = ['--pdeathsig', 'KILL'];

export interface ChildLimits {
  /** That each process may write to (RLIMIT_DATA), beside what V8 keeps for machine code. */
  readonly memoryMb: number;
  /** Of each file that it writes. */
  readonly fileBytes: number;
  /** Processor time of each process. */
  readonly cpuSeconds?: number;
}

/**
 * What comes before the program on the command line: ionice for reading only when nobody else wants the disk; prlimit
 * for memory, which V8 does not count outside the JavaScript heap, and neither files nor core dumps; setpriv for the end
 * of a child in an endless loop when this process is killed. Without them the limits of V8 and on time remain.
 */
export function childLimits({ memoryMb, fileBytes, cpuSeconds }: ChildLimits): readonly string[] {
  const ionice = existsSync(IONICE) ? [IONICE, '--ignore', '--class', 'idle'] : [];
  if (!existsSync(PRLIMIT)) return ionice;
  const cpu = cpuSeconds === undefined ? [] : [`--cpu=${cpuSeconds}`];
  const dataBytes = memoryMb * 1024 * 1024 + codeRangeBytes();
  const prlimit = [PRLIMIT, `--data=${dataBytes}`, '--core=0', `--fsize=${fileBytes}`, ...cpu];
  return [...ionice, ...prlimit, ...(canDieWithParent() ? [SETPRIV, ...WITH_PARENT] : [])];
}

let codeRange: number | undefined;

/** What V8 keeps for machine code. Since Node 24 it is writable from the start, 510 MiB, and RLIMIT_DATA counts it, used or not. */
export function codeRangeBytes(): number {
  if (codeRange === undefined) {
    const ranges = readFileSync('/proc/self/maps', 'latin1').matchAll(/^([0-9a-f]+)-([0-9a-f]+) rwxp/gm);
    codeRange = [...ranges].reduce((sum, [, from = '', to = '']) => sum + Number(`0x${to}`) - Number(`0x${from}`), 0);
  }
  return codeRange;
}

let answer: boolean | undefined;

/** Asked once. */
function canDieWithParent(): boolean {
  answer ??= spawnSync(SETPRIV, [...WITH_PARENT, PRLIMIT, '--version'], { stdio: 'ignore' }).status === 0;
  return answer;
}
