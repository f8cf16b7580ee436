/** The processes of a group, by what the kernel shows of each. */
import { readdir, readFile } from 'node:fs/promises';

export interface GroupUse {
  readonly processes: number;
  readonly residentBytes: number;
}

/** Of the fields behind the name of the program, in `/proc/PID/stat`. */
const [GROUP, RESIDENT_PAGES] = [2, 21];
const PAGE_BYTES = 4096;
const SIDE_BY_SIDE = 64;

/** Looks at all processes, some at a time, in other threads. */
export async function groupUse(group: number): Promise<GroupUse> {
  const ids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
  let use: GroupUse = { processes: 0, residentBytes: 0 };
  for (let from = 0; from < ids.length; from += SIDE_BY_SIDE) {
    const fields = await Promise.all(ids.slice(from, from + SIDE_BY_SIDE).map(statFields));
    for (const each of fields) if (Number(each[GROUP]) === group) use = withProcess(use, each);
  }
  return use;
}

function withProcess({ processes, residentBytes }: GroupUse, fields: readonly string[]): GroupUse {
  return { processes: processes + 1, residentBytes: residentBytes + Number(fields[RESIDENT_PAGES]) * PAGE_BYTES };
}

/** None of one that has ended. */
async function statFields(id: string): Promise<readonly string[]> {
  const text = await readFile(`/proc/${id}/stat`, 'latin1').catch(() => '');
  return text.slice(text.lastIndexOf(')') + 2).split(' ');
}

export function killGroup(group: number): void {
  try {
    process.kill(-group, 'SIGKILL');
  } catch {
    // All of it has ended.
  }
}
