/**
 * What an answer depends on beside the question and the index: by which clock times are told, which files are seen, and
 * with which rights. Of two processes whose surroundings are the same text, each may answer for the other.
 */
import { lstatSync, readFileSync, readlinkSync, statSync } from 'node:fs';

const RIGHTS = /^(?:Uid|Gid|Groups|CapEff):.*$/gm;

/** @returns undefined where it cannot be told: without /proc. */
export function surroundings(): string | undefined {
  try {
    const { dev, ino } = statSync('/');
    // Node reads UTF-8 in one call, and anything else in five.
    const rights = readFileSync('/proc/self/status', 'utf8').match(RIGHTS) ?? [];
    const views = ['mnt', 'pid'].map((name) => readlinkSync(`/proc/self/ns/${name}`));
    return [process.version, ...timeZone(), dev, ino, ...views, ...rights].join('\n');
  } catch {
    return undefined;
  }
}

/** A process keeps the one that it has begun with. */
function timeZone(): (string | number)[] {
  const { TZ } = process.env;
  if (TZ !== undefined) return ['TZ', TZ];
  const { ino = 0, mtimeMs = 0 } = lstatSync('/etc/localtime', { throwIfNoEntry: false }) ?? {};
  return [ino, mtimeMs];
}
