/**
 * Links that open the page: each once, within five minutes. `find-textd page` makes them, the page's thread redeems them.
 * Between both stands a file in the runtime folder, which has the name of the secret's digest.
 */
import { createHash, randomBytes } from 'node:crypto';
import { lstatSync, readdirSync, rmSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { orUndefined } from '../../shared/errors.js';
import { replaceFile } from '../../shared/own-file.js';

const NAME = /^page-link-[0-9a-f]{64}$/;
const SECRET = /^[\w-]{43}$/;
export const VALID_MS = 5 * 60_000;

/** @returns its secret. @throws a system error */
export function makeLink(runtimeDirectory: string): string {
  removeOld(runtimeDirectory);
  const secret = randomBytes(32).toString('base64url');
  replaceFile(fileOf(runtimeDirectory, secret), '');
  return secret;
}

/** Who removes the file has redeemed it: of two only one can. */
export function redeemLink(runtimeDirectory: string, secret: unknown, nowMs = Date.now()): boolean {
  if (typeof secret !== 'string' || !SECRET.test(secret)) return false;
  const file = fileOf(runtimeDirectory, secret);
  return isFresh(file, nowMs) && orUndefined(() => unlinkSync(file) ?? true) === true;
}

function removeOld(runtimeDirectory: string): void {
  const nowMs = Date.now();
  for (const name of orUndefined(() => readdirSync(runtimeDirectory)) ?? []) {
    const file = join(runtimeDirectory, name);
    if (NAME.test(name) && !isFresh(file, nowMs)) rmSync(file, { force: true });
  }
}

function isFresh(file: string, nowMs: number): boolean {
  const stat = lstatSync(file, { throwIfNoEntry: false });
  return stat?.isFile() === true && Math.abs(nowMs - stat.mtimeMs) < VALID_MS;
}

function fileOf(runtimeDirectory: string, secret: string): string {
  return join(runtimeDirectory, `page-link-${createHash('sha256').update(secret).digest('hex')}`);
}
