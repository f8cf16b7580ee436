/** The files of the page, as the build has made them: read once, and served from memory. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface PageFile {
  readonly type: string;
  readonly bytes: Buffer;
}

export type PageFiles = ReadonlyMap<string, PageFile>;

const FILES = [
  ['/', 'page.html', 'text/html; charset=utf-8'],
  ['/page.js', 'page.js', 'text/javascript; charset=utf-8'],
  ['/page.css', 'page.css', 'text/css; charset=utf-8'],
  ['/icon.svg', 'icon.svg', 'image/svg+xml'],
] as const;

/** @throws a system error: the build is not whole */
export function readPageFiles(folder: string): PageFiles {
  return new Map(FILES.map(([url, name, type]) => [url, { type, bytes: readFileSync(join(folder, name)) }]));
}
