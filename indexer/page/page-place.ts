/** Where the page of the daemon is: told in the runtime folder, for `find-textd page`. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { readOwnJson, replaceFile } from '../../shared/own-file.js';

export interface PagePlace {
  readonly pid: number;
  readonly port: number;
}

/** @throws a system error */
export function tellPlace(runtimeDirectory: string, port: number): void {
  replaceFile(fileIn(runtimeDirectory), JSON.stringify({ pid: process.pid, port } satisfies PagePlace));
}

export function forgetPlace(runtimeDirectory: string): void {
  if (readPlace(runtimeDirectory)?.pid === process.pid) rmSync(fileIn(runtimeDirectory), { force: true });
}

/** The daemon may have ended since. */
export function readPlace(runtimeDirectory: string): PagePlace | undefined {
  const place = readOwnJson(fileIn(runtimeDirectory)) as PagePlace | undefined;
  return typeof place?.pid === 'number' && typeof place.port === 'number' ? place : undefined;
}

function fileIn(runtimeDirectory: string): string {
  return join(runtimeDirectory, 'page.json');
}
