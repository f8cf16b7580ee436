/** What a user writes as `~/x`, where no shell has read it. */
import { homedir } from 'node:os';

export function expandHome(path: string): string {
  return path === '~' || path.startsWith('~/') ? homedir() + path.slice(1) : path;
}
