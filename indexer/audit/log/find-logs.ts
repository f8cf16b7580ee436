/** Which change logs a user has: the folders of `<log directory>/<uid>-...` that hold at least one slot of his. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { trustedUids, withSlots } from './log-slots.js';

export interface FoundLog {
  readonly directory: string;
  /** The watched folder, as the log itself says. */
  readonly root: Buffer;
  /** Whose it is, if it is not the reader's own. */
  readonly uid?: number;
}

/** Empty when there is none, or auditing was never installed. */
export function findLogs(logDirectory: string, uid: number = process.geteuid?.() ?? 0): FoundLog[] {
  return namesIn(logDirectory)
    .filter((name) => name.startsWith(`${uid}-`))
    .flatMap((name) => {
      const directory = join(logDirectory, name);
      const root = withSlots(directory, [...trustedUids(), uid], (slots) => slots.at(-1)?.root);
      return root ? [{ directory, root }] : [];
    });
}

/** Those of all users; only root can read them. */
export function findAllLogs(logDirectory: string): FoundLog[] {
  const uids = new Set(namesIn(logDirectory).flatMap((name) => /^(\d{1,10})-/.exec(name)?.[1] ?? []));
  return [...uids].flatMap((uid) => findLogs(logDirectory, Number(uid)).map((log) => ({ ...log, uid: Number(uid) })));
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}
