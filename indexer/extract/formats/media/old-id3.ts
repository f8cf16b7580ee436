/**
 * ID3 before version 2.4: the library takes what stands between slashes for several artists, AC/DC too, and a date without
 * its day. Pure.
 */

export type NativeTags = Readonly<Record<string, readonly { readonly id: string; readonly value: unknown }[]>>;

const VERSIONS = [
  { name: 'ID3v2.3', artist: 'TPE1', band: 'TPE2', year: 'TYER', day: 'TDAT' },
  { name: 'ID3v2.2', artist: 'TP1', band: 'TP2', year: 'TYE', day: 'TDA' },
] as const;
/** Day and month. */
const DAY = /^(\d\d)(\d\d)$/;
/** The library takes theirs. */
const STRONGER = ['APEv2', 'ID3v2.4', 'vorbis'];

export interface OldId3 {
  readonly artists?: string;
  readonly albumartist?: string;
  readonly date?: string;
}

export function oldId3(native: NativeTags): OldId3 {
  const version = VERSIONS.find(({ name }) => native[name] !== undefined);
  if (!version || STRONGER.some((name) => native[name] !== undefined)) return {};
  const of = (id: string) =>
    (native[version.name] ?? []).filter((tag) => tag.id === id).map(({ value }) => String(value));
  const [, day, month] = DAY.exec(of(version.day)[0] ?? '') ?? [];
  const [year] = of(version.year);
  return {
    ...joined('artists', of(version.artist)),
    ...joined('albumartist', of(version.band)),
    ...(year !== undefined && day !== undefined && { date: `${year}-${month}-${day}` }),
  };
}

function joined(name: 'artists' | 'albumartist', values: readonly string[]): OldId3 {
  return values.length > 1 ? { [name]: values.join('/') } : {};
}
