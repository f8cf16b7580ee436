/**
 * Pictures by what is told of them (EXIF, IPTC, XMP): title, what is seen, where, by whom, when and with which camera.
 * The one place that knows exifreader. The beginning of the file tells it; pixels are not read.
 */
import exifReader from 'exifreader';
import type { Property } from '../../../shared/types.js';
import type { BytesExtractor, Extracted } from '../extractor.js';
import { tryTime } from '../times.js';
import { cleanTitle } from '../title.js';
import { told, wordsOf } from '../told.js';
import { cameraOf } from './camera.js';
import { listed } from './office/properties.js';

type Tags = Readonly<Record<string, unknown>>;
type Groups = Readonly<Partial<Record<'exif' | 'iptc' | 'xmp' | 'png', Tags>>>;

/** Of PNG, as ImageMagick writes it and as the standard has it. */
const IN_PNG = ['Description', 'Comment', 'comment'] as const;
/** By the first bytes, read as Latin-1. */
const TYPES: readonly (readonly [RegExp, string])[] = [
  [/^\xff\xd8\xff/, 'image/jpeg'],
  [/^\x89PNG\r\n/, 'image/png'],
  [/^(?:II\*\0|MM\0\*)/, 'image/tiff'],
  [/^RIFF[\s\S]{4}WEBP/, 'image/webp'],
  [/^[\s\S]{4}ftypavif/, 'image/avif'],
  [/^[\s\S]{4}ftyp(?:hei[cxs]|mif1)/, 'image/heic'],
];

export const imageExtractor = {
  id: 'image',
  version: 4,
  takes: 'bytes',
  matches: {
    extensions: [],
    head: new RegExp(TYPES.map(([{ source }]) => source).join('|')),
  },
  isInHead: true,
  type: 'image/x-unknown',
  extract({ bytes }) {
    const head = bytes.toString('latin1', 0, 16);
    const type = TYPES.find(([pattern]) => pattern.test(head))?.[1];
    return type === undefined ? undefined : { type, ...finish(tagsOf(bytes)) };
  },
} satisfies BytesExtractor;

/** None of a picture that is broken. */
function tagsOf(bytes: Buffer): Groups {
  try {
    return exifReader.load(bytes, { expanded: true }) as unknown as Groups;
  } catch {
    return {};
  }
}

function finish({ exif, iptc, xmp, png }: Groups): Extracted {
  const all = (...places: readonly (readonly [Tags | undefined, string])[]) => [
    ...new Set(places.flatMap(([tags, name]) => textsOf(tags?.[name]))),
  ];
  const first = (...places: readonly (readonly [Tags | undefined, string])[]) => all(...places).slice(0, 1);
  /** A time, and what follows it elsewhere. */
  const timed = (...places: readonly (readonly [Tags | undefined, string])[]) => [
    places.flatMap((place) => first(place)).join(' '),
  ];
  const places = ['City', 'Province/State', 'Country/Primary Location Name', 'Sub-location'] as const;
  const inXmp = ['Location', 'City', 'State', 'Country'] as const;
  const text = [
    ...all([xmp, 'description'], [iptc, 'Caption/Abstract'], [exif, 'ImageDescription'], [exif, 'UserComment']),
    ...all([iptc, 'Headline'], [xmp, 'Headline'], ...IN_PNG.map((name) => [png, name] as const)),
    ...all(...places.map((name) => [iptc, name] as const), ...inXmp.map((name) => [xmp, name] as const)),
  ];
  const properties: Property[] = [
    ...told(
      'author',
      first([xmp, 'creator'], [iptc, 'By-line'], [exif, 'Artist'], [exif, 'XPAuthor'], [png, 'Author']),
    ),
    ...told('camera', cameraOf(first([exif, 'Make']), first([exif, 'Model']))),
    ...timesOf(
      timed([exif, 'DateTimeOriginal'], [exif, 'OffsetTimeOriginal']),
      first([xmp, 'DateTimeOriginal'], [xmp, 'DateCreated']),
      timed([iptc, 'Date Created'], [iptc, 'Time Created']),
    ),
    ...told('tag', [...all([xmp, 'subject'], [iptc, 'Keywords']), ...listed(all([exif, 'XPKeywords']).join(';'), /;/)]),
  ];
  const [title = ''] = first([xmp, 'title'], [iptc, 'Object Name'], [exif, 'XPTitle'], [png, 'Title']);
  return {
    title: cleanTitle(title),
    text: Buffer.from([...new Set(text)].join('\n')),
    markup: Buffer.from(wordsOf(properties).join('\n')),
    properties,
  };
}

/** '2024:05:17 18:00:00', in the time where it was taken: without a zone that of this machine's is as near. */
function timesOf(...all: readonly (readonly string[])[]): Property[] {
  const times = all.flatMap(
    ([text = '']) => tryTime(text.replace(/^(\d{4}):(\d{2}):(\d{2})/, '$1-$2-$3').trim()) ?? [],
  );
  return told('taken', times.slice(0, 1));
}

/** A tag that stands there often is a list; so is the value of one of XMP. */
function textsOf(tag: unknown): string[] {
  if (Array.isArray(tag)) return tag.flatMap(textsOf);
  if (typeof tag !== 'object' || tag === null) return [];
  const { value, description } = tag as { readonly value?: unknown; readonly description?: unknown };
  if (Array.isArray(value) && typeof value[0] === 'object') return value.flatMap(textsOf);
  const text = typeof description === 'string' ? description.trim() : '';
  return text === '' || text === '[Unicode encoded text]' ? [] : [text];
}
