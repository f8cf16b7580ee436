/** What the engines share: how a query is written, and how what they print is read. */
import { spawnSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

export const ALL = 1_000_000;

/** `{kind, q}` as most engines take it: phrases in quotes, beginnings with a star. */
export function written({ kind, q }) {
  if (kind === 'phrase') return `"${q.join(' ')}"`;
  return kind === 'prefix' ? `${q[0]}*` : q.join(' ');
}

export function linesOf(text) {
  return text.split('\n').filter(Boolean);
}

/** Paths of lines that hold a `file://` address. */
export function pathsOfUrls(text, decode = (path) => path) {
  return linesOf(text).flatMap((line) => {
    const at = line.indexOf('file://');
    return at < 0 ? [] : [decode(line.slice(at + 'file://'.length).trim())];
  });
}

export function decodePath(path) {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** Bytes of the files below a folder, or of a file. */
export function bytesBelow(path) {
  const facts = statSync(path);
  if (!facts.isDirectory()) return facts.size;
  const entries = readdirSync(path, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return entries.reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}

/** The version that Debian gave a package; undefined where it is not installed. */
export function packageVersion(name) {
  const { stdout } = spawnSync('dpkg-query', ['--status', name], { encoding: 'utf8' });
  return /^Status: install ok installed$/m.test(stdout) ? /^Version: (.*)$/m.exec(stdout)?.[1] : undefined;
}
