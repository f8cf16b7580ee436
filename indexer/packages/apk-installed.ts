/** Reads what apk keeps of all packages: `lib/apk/db/installed`, a letter, a colon and a value a line. Pure. */
import type { PackageDigest } from './package-database.js';

export interface ApkPackage {
  readonly name: string;
  readonly version: string;
  /** Of the package file: one that was built again has another. */
  readonly sum: string;
  /** By path key. A folder has no sum. That of a symlink is the sum of where it leads. */
  readonly files: ReadonlyMap<string, PackageDigest | null>;
}

/** @param text  latin1: names are path keys. */
export function* parseInstalled(text: string): Generator<ApkPackage> {
  for (const stanza of text.split(/\n\n+/)) {
    const found = toPackage(stanza.split('\n'));
    if (found) yield found;
  }
}

function toPackage(lines: readonly string[]): ApkPackage | undefined {
  const [files, head] = [new Map<string, PackageDigest | null>(), new Map<string, string>()];
  let [folder, file] = ['', ''];
  for (const line of lines) {
    const [letter, value] = [line.slice(0, 1), line.slice(2)];
    if (letter === 'F') folder = value === '' ? '' : `/${value}`;
    if (letter === 'F' && folder !== '') files.set(folder, null);
    if (letter === 'R') file = `${folder}/${value}`;
    if (letter === 'R') files.set(file, null);
    else if (letter === 'Z') files.set(file, digestOf(value));
    else if (!head.has(letter)) head.set(letter, value);
  }
  const name = head.get('P');
  return name === undefined ? undefined : { name, version: head.get('V') ?? '', sum: head.get('C') ?? '', files };
}

/** `Q1` and base64: SHA-1. */
function digestOf(value: string): PackageDigest | null {
  if (!value.startsWith('Q1')) return null;
  return { algorithm: 'sha1', hex: Buffer.from(value.slice(2), 'base64').toString('hex') };
}
