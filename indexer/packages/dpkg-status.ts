/** Reads what dpkg writes of its packages: `status` (and the pieces in `updates/`), and `diversions`. Pure. */

export interface PackageState {
  readonly name: string;
  readonly architecture: string;
  readonly version: string;
  /** `install ok installed`, `install ok unpacked`, … */
  readonly status: string;
  /** Path (path key) → MD5 of the file as the package brought it. */
  readonly conffiles: ReadonlyMap<string, string>;
}

/** A file of all packages but one is somewhere else: `from` → `to`. */
export interface Diversion {
  readonly from: string;
  readonly to: string;
  /** `:` is the administrator. */
  readonly by: string;
}

/** @param text  latin1: names are path keys. */
export function parseStatus(text: string): readonly PackageState[] {
  return text.split(/\n\n+/).flatMap((stanza) => {
    const name = field(stanza, 'Package');
    if (name === undefined) return [];
    return [
      {
        name,
        architecture: field(stanza, 'Architecture') ?? '',
        version: field(stanza, 'Version') ?? '',
        status: field(stanza, 'Status') ?? '',
        conffiles: conffilesOf(stanza),
      },
    ];
  });
}

/** Three lines each. */
export function parseDiversions(text: string): readonly Diversion[] {
  const lines = text.split('\n');
  const found: Diversion[] = [];
  for (let at = 0; at + 2 < lines.length; at += 3) {
    const [from = '', to = '', by = ''] = lines.slice(at, at + 3);
    found.push({ from, to, by });
  }
  return found;
}

/** `623e33…  usr/share/doc/x` a line: path (path key, with its slash) → MD5. */
export function parseMd5sums(text: string): ReadonlyMap<string, string> {
  const sums = new Map<string, string>();
  for (const [, md5 = '', name = ''] of text.matchAll(/^([0-9a-f]{32}) [ *](.+)$/gm)) sums.set(`/${name}`, md5);
  return sums;
}

function field(stanza: string, name: string): string | undefined {
  return new RegExp(`^${name}: (.*)$`, 'm').exec(stanza)?.[1];
}

/** ` /etc/x MD5`, ` /etc/y MD5 obsolete`: a file that is new has `newconffile` there until it is configured. */
function conffilesOf(stanza: string): ReadonlyMap<string, string> {
  const block = /^Conffiles:\n((?: .*\n?)*)/m.exec(stanza)?.[1] ?? '';
  const lines = block.matchAll(/^ (.+?) ([0-9a-f]{32})(?: (?:obsolete|remove-on-upgrade))*$/gm);
  return new Map([...lines].map(([, path = '', md5 = '']) => [path, md5]));
}
