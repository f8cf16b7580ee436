/** Reads what pacman keeps of a package: `files`, and `mtree` (see mtree(5)). Pure. Texts are latin1: names are path keys. */
import type { PackageDigest } from './package-database.js';

export interface PacmanEntry {
  readonly digest: PackageDigest | null;
  /** Of a symlink: where it leads. */
  readonly link: string | null;
}

/** The name of its folder: `name-version-release`. */
export function parseFolder(folder: string): { readonly name: string; readonly version: string } | undefined {
  const [, name, version] = /^(.+)-([^-]+-[^-]+)$/.exec(folder) ?? [];
  return name === undefined || version === undefined ? undefined : { name, version };
}

/** A name a line between `%FILES%` and an empty line; folders end in a slash. */
export function parseFiles(text: string): readonly string[] {
  const block = text.split(/\n\n+/).find((each) => each.startsWith('%FILES%\n')) ?? '';
  const names = block.split('\n').slice(1);
  return names.filter((name) => name !== '').map((name) => `/${name.replace(/\/$/, '')}`);
}

/** `./usr/bin/x mode=755 size=5 sha256digest=…` a line. */
export function parseMtree(text: string): ReadonlyMap<string, PacmanEntry> {
  const entries = new Map<string, PacmanEntry>();
  for (const line of text.split('\n')) {
    const [name = '', ...words] = line.trim().split(/ +/);
    if (!name.startsWith('./')) continue;
    const of = new Map(words.map((word) => word.split(/=(.*)/, 2) as [string, string | undefined]));
    const link = of.get('link');
    entries.set(unescaped(name.slice(1)), {
      digest: digestOf(of.get('sha256digest') ?? of.get('sha256'), of.get('md5digest') ?? of.get('md5')),
      link: link === undefined ? null : unescaped(link),
    });
  }
  return entries;
}

function digestOf(sha256: string | undefined, md5: string | undefined): PackageDigest | null {
  if (sha256 !== undefined) return { algorithm: 'sha256', hex: sha256.toLowerCase() };
  return md5 === undefined ? null : { algorithm: 'md5', hex: md5.toLowerCase() };
}

/** A backslash and three octal digits are a byte. */
function unescaped(text: string): string {
  return text.replace(/\\([0-3][0-7]{2})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}
