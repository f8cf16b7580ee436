/** What is said of a file: sizes and times for people, and its path to be pasted elsewhere. Pure. */
import type { PageHit, PagePath } from '../words.js';

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'];

/** `4.1 kB` */
export function sizeText(bytes: number): string {
  const power = Math.min(UNITS.length - 1, bytes < 1000 ? 0 : Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** power;
  return `${value < 10 && power > 0 ? value.toFixed(1) : Math.round(value)} ${UNITS[power]}`;
}

/** Local time; '' for a time that no calendar has. */
export function timeText(when: string | number): string {
  const at = new Date(when);
  return when === '' || Number.isNaN(at.getTime()) ? '' : at.toLocaleString();
}

/** A name that is not UTF-8 is written as bash reads it. */
export function pastedPath({ path, pathHex }: PagePath): string {
  return pathHex === undefined ? path : `$'${pathHex.replace(/../g, '\\x$&')}'`;
}

export function pastedFolder(file: PagePath): string {
  const at = file.path.lastIndexOf('/');
  if (file.pathHex === undefined) return file.path.slice(0, Math.max(1, at));
  const bytes: readonly string[] = file.pathHex.match(/../g) ?? [];
  return pastedPath({ path: '', pathHex: bytes.slice(0, Math.max(1, bytes.lastIndexOf('2f'))).join('') });
}

/** `text/html · 4.1 kB · 1/2/2026, 10:00:00 · line 12` */
export function factsText(hit: PageHit): string {
  const facts = [
    hit.type,
    sizeText(hit.size),
    timeText(hit.modified),
    hit.page === undefined ? '' : `page ${hit.page}`,
    hit.snippet?.line === undefined ? '' : `line ${hit.snippet.line}`,
    hit.stale ? 'changed since it was indexed' : '',
    hit.partial ? 'known in its first part' : '',
    hit.unverified ? 'its volume does not answer' : '',
    hit.missing && hit.missing.length > 0 ? `without: ${hit.missing.join(', ')}` : '',
  ];
  return facts.filter((fact) => fact !== '').join(' · ');
}
