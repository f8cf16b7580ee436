/**
 * Music and films by their tags: title, artist, album, genre, date, how long they are, comments and lyrics. Sound and
 * pictures are not read, covers neither. What a file is its first bytes tell.
 */
import { isBinary } from '../../decode.js';
import type { BytesExtractor } from '../../extractor.js';
import { extensionOf } from '../../media-type.js';
import type { Source } from '../../source.js';
import { readAvi } from './avi.js';
import { readTags } from './library.js';
import { readMovie } from './movie.js';
import { type MediaTags, toExtracted } from './tags.js';

interface Container {
  /** The first bytes, read as Latin-1. */
  readonly head: RegExp;
  /** Media type of one with sound only. */
  readonly audio: string;
  /** Of one with pictures. */
  readonly video?: string;
  /** What the library calls `audio`; '': it cannot read it. */
  readonly parser?: string;
  /** Reads what the library does not. */
  readonly own?: (source: Source) => MediaTags;
}

const QUICKTIME = { audio: 'video/quicktime', video: 'video/quicktime', own: readMovie };

const CONTAINERS: readonly Container[] = [
  { head: /^(?:ID3[\x02-\x04]|\xff[\xe2\xe3\xf2\xf3\xfa\xfb])/, audio: 'audio/mpeg' },
  { head: /^\xff[\xf0\xf1\xf8\xf9]/, audio: 'audio/aac', parser: 'audio/mpeg' },
  { head: /^fLaC/, audio: 'audio/flac' },
  { head: /^OggS/, audio: 'audio/ogg', video: 'video/ogg' },
  { head: /^[\s\S]{4}ftypqt/, ...QUICKTIME },
  {
    head: /^[\s\S]{4}ftyp(?!avif|hei[cxs]|mif1|msf1)/,
    audio: 'audio/mp4',
    video: 'video/mp4',
    own: readMovie,
  },
  { head: /^[\s\S]{4}(?:moov|mdat|wide|pnot)/, ...QUICKTIME },
  { head: /^\x1a\x45\xdf\xa3[\s\S]{0,40}webm/, audio: 'audio/webm', video: 'video/webm' },
  { head: /^\x1a\x45\xdf\xa3/, audio: 'audio/x-matroska', video: 'video/x-matroska', parser: 'audio/matroska' },
  { head: /^RIFF[\s\S]{4}WAVE/, audio: 'audio/wav' },
  { head: /^RIFF[\s\S]{4}AVI /, audio: 'video/x-msvideo', parser: '', own: readAvi },
  { head: /^FORM[\s\S]{4}AIF[FC]/, audio: 'audio/aiff' },
  {
    head: /^\x30\x26\xb2\x75\x8e\x66\xcf\x11/,
    audio: 'audio/x-ms-wma',
    video: 'video/x-ms-wmv',
    parser: 'audio/ms-wma',
  },
  { head: /^MAC /, audio: 'audio/ape' },
  { head: /^wvpk/, audio: 'audio/wavpack' },
  { head: /^MP(?:CK|\+)/, audio: 'audio/musepack' },
  { head: /^DSD /, audio: 'audio/dsf' },
  // Of these nothing is read but what they are: `.ts` is source code else.
  { head: /^G[\s\S]{187}G[\s\S]{187}G/, audio: 'video/mp2t', parser: '' },
  { head: /^\0\0\x01\xba/, audio: 'video/mpeg', parser: '' },
  { head: /^FLV\x01/, audio: 'video/x-flv', parser: '' },
];
const HEAD_BYTES = 400;
/** Their music may begin anywhere: before it stands the rest of another piece. */
const MPEG: ReadonlySet<string> = new Set(['mp3', 'mp2', 'aac']);

export const mediaExtractor = {
  id: 'media',
  version: 2,
  takes: 'bytes',
  matches: { extensions: [...MPEG], head: new RegExp(CONTAINERS.map(({ head }) => head.source).join('|')) },
  readsParts: true,
  type: 'audio/mpeg',
  async extract({ name, bytes, source }) {
    const container = containerOf(name, bytes);
    if (!container) return undefined;
    const { audio, video, parser = audio, own } = container;
    const known = parser === '' ? undefined : await readTags(source, parser);
    const others = own && readOwn(() => own(source));
    const extracted = toExtracted([known, others].flatMap((one) => one ?? []));
    const isWhole = known?.isWhole ?? (own === undefined || others !== undefined);
    return { ...extracted, type: known?.hasVideo && video ? video : audio, isTruncated: !isWhole };
  },
} satisfies BytesExtractor;

/** A text may begin with `MAC `, too; it has no NULs. */
function containerOf(name: string, bytes: Buffer): Container | undefined {
  if (!bytes.includes(0)) return undefined;
  const head = bytes.toString('latin1', 0, HEAD_BYTES);
  const seen = CONTAINERS.find((one) => one.head.test(head));
  return seen ?? (MPEG.has(extensionOf(name)) && isBinary(bytes) ? CONTAINERS[0] : undefined);
}

/** Nothing of a file that is spread too far. */
function readOwn(read: () => MediaTags): MediaTags | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
