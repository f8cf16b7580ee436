/** Carries out what a plan says, and shows it: used by install and uninstall, which differ in the plan only. */

import { randomBytes } from 'node:crypto';
import { chmodSync, lstatSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { whyUntrusted } from '../plugin/trusted-path.js';
import type { PlannedCommand, PlannedFile } from './plan.js';
import type { RunCommand } from './run-command.js';
import { setupError } from './setup-error.js';

/** @throws FindTextError when a folder on the way is not root's alone. */
export function makeFolder(path: string): void {
  mkdirSync(path, { recursive: true, mode: 0o755 });
  const why = whyUntrusted(path);
  if (why) throw setupError(`use ${path}`, why, 'Give it to root and take away the write permission of others.');
}

/** Replaces the file in one step: auditd may read it at any time. @returns false when it was so already. */
export function writePlanned({ path, mode, content }: PlannedFile): boolean {
  const present = lstatSync(path, { throwIfNoEntry: false });
  const wanted = mode ?? (present ? present.mode & 0o7777 : 0o640);
  const isSame = present?.isFile() && (present.mode & 0o7777) === wanted && readFileSync(path).equals(content);
  if (isSame) return false;
  const temporary = `${path}.${randomBytes(6).toString('hex')}`;
  writeFileSync(temporary, content, { flag: 'wx', mode: wanted });
  chmodSync(temporary, wanted);
  renameSync(temporary, path);
  return true;
}

/** @throws FindTextError when a command fails that must not. */
export function runPlanned({ argv, isOptional }: PlannedCommand, run: RunCommand): void {
  const { isOk, output } = run(argv);
  if (isOk || isOptional) return;
  throw setupError(`run ${argv.join(' ')}`, output || 'it failed', 'Run it by hand to see what is wrong.');
}
