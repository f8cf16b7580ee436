/** Programs that start a child under the limits of the system: of util-linux, where it is installed. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const IONICE = '/usr/bin/ionice';
const PRLIMIT = '/usr/bin/prlimit';
const SETPRIV = '/usr/bin/setpriv';
const WITH_PARENT = ['--pdeathsig', 'KILL'];

export interface ChildLimits {
  /** That each process may write to (RLIMIT_DATA). */
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
  const prlimit = [PRLIMIT, `--data=${memoryMb * 1024 * 1024}`, '--core=0', `--fsize=${fileBytes}`, ...cpu];
  return [...ionice, ...prlimit, ...(canDieWithParent() ? [SETPRIV, ...WITH_PARENT] : [])];
}

let answer: boolean | undefined;

/** Asked once. */
function canDieWithParent(): boolean {
  answer ??= spawnSync(SETPRIV, [...WITH_PARENT, PRLIMIT, '--version'], { stdio: 'ignore' }).status === 0;
  return answer;
}
