/** A hit as one line of JSON: a written contract, see README. */
import { isUtf8Path, pathText, splitPath } from '../../shared/paths.js';
import type { Hit } from '../../shared/search/search.js';

/**
 * `pathHex` is there when the path is not UTF-8, `missingWords`, `stale`, `unverified` and `partial` when they are true.
 * @param searched  the query with its words corrected, when it was.
 */
export function jsonLine(hit: Hit, searched: string | undefined): string {
  const { path, score, title, type, size, modifiedMs, snippet, isWhole, isStale, isUnverified, isPartial } = hit;
  const line = {
    path: pathText(path),
    ...(isUtf8Path(path) ? {} : { pathHex: Buffer.from(path).toString('hex') }),
    score: Math.round(score * 1000) / 1000,
    name: pathText(splitPath(path).name),
    title,
    type,
    size,
    modified: isoTime(modifiedMs),
    snippet,
    ...(isWhole ? {} : { missingWords: true }),
    ...(searched === undefined ? {} : { searched }),
    ...(isStale ? { stale: true } : {}),
    ...(isUnverified ? { unverified: true } : {}),
    ...(isPartial ? { partial: true } : {}),
  };
  return `${JSON.stringify(line)}\n`;
}

/** '' for a time no calendar has: a file may carry any number. */
function isoTime(ms: number): string {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? '' : date.toISOString();
}
