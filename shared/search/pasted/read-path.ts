/** A text that is a path → where the file may be. Pure. */
import { posix } from 'node:path';
import { WITHIN } from '../../path-text.js';
import type { PasteContext, Reading } from './pasted.js';

const DRIVE = /^[A-Za-z]:(?=[\\/])/;
const HOME = /^(?:~|\$HOME|\$\{HOME\})(?=\/)/;

/** From the root, the home folder or the current one. */
export function isRooted(text: string): boolean {
  return /^(?:\/(?!\/)|\.{1,2}\/)/.test(text) || HOME.test(text) || DRIVE.test(text);
}

/** Blanks are part of a path only where it is rooted. */
export function isPath(text: string): boolean {
  if (isRooted(text)) return /[^/\\.~]/.test(text);
  return (!/\s/.test(text) && /[^/\\][/\\]/.test(text)) || /\S › \S/.test(text);
}

/** As it stands here, then as the end of a path anywhere. */
export function toReadings(text: string, { home, cwd }: PasteContext): Reading[] {
  const own = withSlashes(text).replaceAll(WITHIN, '/').replace(DRIVE, '');
  const isHome = HOME.test(own);
  const rest = own.replace(HOME, '');
  const base = isHome ? home : own.startsWith('/') ? '' : cwd;
  const exact: Reading[] = base === undefined ? [] : [{ kind: 'exact', parts: partsOf(`${base}/${rest}`) }];
  const readings: Reading[] = [...exact, { kind: 'end', parts: partsOf(rest) }];
  return readings.filter(({ parts }) => parts.length > 0);
}

export function partsOf(path: string): string[] {
  return posix
    .normalize(`/${path}`)
    .split('/')
    .filter((part) => part !== '');
}

/** Backslashes join the folders where no slash does. */
function withSlashes(text: string): string {
  return DRIVE.test(text) || !text.includes('/') ? text.replaceAll('\\', '/') : text;
}
