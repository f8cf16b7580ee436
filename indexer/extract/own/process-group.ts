/** The processes of a group, by what the kernel shows of each. */
import { readdir, readFile, stat } from 'node:fs/promises';

export interface GroupUse {
  readonly processes: number;
  readonly residentBytes: number;
  /** Of files that they have open and no folder has: deleted ones, and those in memory. */
  readonly namelessBytes: number;
}

/** Of the fields behind the name of the program, in `/proc/PID/stat`. */
const [GROUP, RESIDENT_PAGES] = [2, 21];
const PAGE_BYTES = 4096;
const BLOCK_BYTES = 512;
const SIDE_BY_SIDE = 64;

/** Looks at all processes, some at a time, in other threads. */
export async function groupUse(group: number): Promise<GroupUse> {
  const ids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
  const nameless = new Map<string, number>();
  let [processes, residentBytes] = [0, 0];
  for (let from = 0; from < ids.length; from += SIDE_BY_SIDE) {
    const some = ids.slice(from, from + SIDE_BY_SIDE);
    const fields = await Promise.all(some.map(statFields));
    for (const [at, each] of fields.entries()) {
      if (Number(each[GROUP]) !== group) continue;
      processes++;
      residentBytes += Number(each[RESIDENT_PAGES]) * PAGE_BYTES;
      await addNameless(nameless, some[at] as string);
    }
  }
  return { processes, residentBytes, namelessBytes: [...nameless.values()].reduce((sum, bytes) => sum + bytes, 0) };
}

/** Each file once, however many have it open. */
async function addNameless(nameless: Map<string, number>, id: string): Promise<void> {
  for (const fd of await readdir(`/proc/${id}/fd`).catch(() => [])) {
    const file = await stat(`/proc/${id}/fd/${fd}`).catch(() => undefined);
    if (file?.isFile() && file.nlink === 0) nameless.set(`${file.dev}:${file.ino}`, file.blocks * BLOCK_BYTES);
  }
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
