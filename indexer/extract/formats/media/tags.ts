/** What is told of a piece of music or a film, by plain names whatever its format calls it → an Extracted. Pure. */
import type { Extracted } from '../../extractor.js';
import { tryTime } from '../../times.js';
import { cleanTitle } from '../../title.js';
import { told } from '../../told.js';
import { cameraOf } from '../camera.js';
import { untangle } from './mojibake.js';

export interface MediaTags {
  readonly names: Names;
  readonly durationS?: number | undefined;
  /** When a camera made it. */
  readonly takenMs?: number | undefined;
}

/** 'albumartist' → its values. */
export type Names = ReadonlyMap<string, readonly string[]>;

/** What is found beside the title. */
const TOLD =
  'artist artists albumartist album composer lyricist writer conductor remixer publisher label genre work grouping ' +
  'subtitle discsubtitle tvshow tvnetwork description longdescription comment keywords copyright lyrics';
const DATES = ['date', 'creationdate', 'originaldate', 'year'];
/** A year of 0, or of two digits, is none. */
const FIRST_MUSIC_MS = Date.UTC(1000, 0);
/** Names of one meaning. */
const ALIASES: Readonly<Record<string, string>> = {
  albumtitle: 'album',
  author: 'artist',
  daterecorded: 'date',
  datereleased: 'date',
  summary: 'description',
  synopsis: 'longdescription',
};

/** 'track:ALBUM_ARTIST', 'WM/AlbumArtist', 'com.apple.quicktime.album-artist' → 'albumartist'. */
export function plainName(name: string): string {
  const last = name.replace(/^.*[:/]|^com\.apple\.quicktime\./s, '').toLowerCase();
  const plain = last.replace(/[^a-z]/g, '');
  return ALIASES[plain] ?? plain;
}

/** Adds values to a name; texts, lists of them, and what else is no text: nothing. */
export class NameMap extends Map<string, string[]> {
  put(name: string, values: unknown): void {
    const texts = textsOf(values);
    if (texts.length > 0) this.set(name, [...new Set([...(this.get(name) ?? []), ...texts])]);
  }
}

function textsOf(values: unknown): string[] {
  if (Array.isArray(values)) return values.flatMap(textsOf);
  if (typeof values !== 'string' && typeof values !== 'number') return [];
  const text = untangle(String(values)).replaceAll('\0', ' ').trim();
  return text === '' ? [] : [text];
}

/** Of several readers of one file, the first that knows a name counts. */
export function toExtracted(readers: readonly MediaTags[]): Extracted {
  const of = (name: string) => readers.map(({ names }) => names.get(name) ?? []).find((all) => all.length > 0) ?? [];
  const artists = [...new Set([...firstOf(of('artists'), of('artist')), ...of('albumartist')])];
  const [durationS] = readers.flatMap((one) => one.durationS ?? []);
  const dates = DATES.flatMap((name) => of(name).flatMap((text) => tryTime(text) ?? []));
  const [takenMs] = readers.flatMap((one) => one.takenMs ?? []);
  return {
    title: cleanTitle(of('title')[0] ?? ''),
    text: Buffer.from([...new Set(TOLD.split(' ').flatMap(of))].join('\n')),
    properties: [
      ...told('artist', artists),
      ...told('album', of('album')),
      ...told('author', of('composer')),
      ...told('tag', [...of('genre'), ...of('keywords')]),
      ...told('camera', cameraOf(of('make'), of('model'))),
      ...told('written', dates.filter((ms) => ms > FIRST_MUSIC_MS).slice(0, 1)),
      ...told('taken', takenMs === undefined ? [] : [takenMs]),
      ...told('duration', durationS === undefined ? [] : [Math.round(durationS * 1000) / 1000]),
    ],
  };
}

function firstOf(...lists: readonly (readonly string[])[]): readonly string[] {
  return lists.find((list) => list.length > 0) ?? [];
}
