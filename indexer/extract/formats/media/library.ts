/**
 * Tags as music-metadata reads them; the one place that knows it. Covers are skipped. The parser seeks in the file, within
 * the bounds of its source: of one that is damaged, or would have to be read as a whole, what was found until then counts.
 */
import type { IAudioMetadata, IOptions } from 'music-metadata';
import type { Source } from '../../source.js';
import { oldId3 } from './old-id3.js';
import { type MediaTags, NameMap, plainName } from './tags.js';

type Found = Pick<IAudioMetadata, 'common' | 'format' | 'native'>;

export interface LibraryTags extends MediaTags {
  readonly hasVideo: boolean;
  readonly isWhole: boolean;
}

/** Programs without a clock write a time before there were such files. */
const FIRST_FILM_MS = Date.UTC(1990, 0);

export async function readTags(source: Source, mimeType: string): Promise<LibraryTags> {
  const { parseBlob } = await import('music-metadata');
  let found: Found | undefined;
  const observer: IOptions['observer'] = ({ metadata }) => {
    found = metadata as unknown as Found;
  };
  const options = { observer, skipCovers: true, duration: false, mkvUseIndex: true };
  try {
    return toTags(await parseBlob(blobOf(source, mimeType), options), true);
  } catch {
    return toTags(found, false);
  }
}

/** As much of a Blob as the library uses. */
function blobOf(source: Source, type: string): Blob {
  const slice = (from: number, end: number) => ({
    async arrayBuffer() {
      const bytes = source.read(from, end - from);
      return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
    },
  });
  return { size: source.size, type, slice } as unknown as Blob;
}

function toTags(found: Found | undefined, isWhole: boolean): LibraryTags {
  if (!found) return { names: new NameMap(), hasVideo: false, isWhole };
  const { duration = 0, creationTime, hasVideo = false } = found.format;
  const takenMs = hasVideo ? creationTime?.getTime() : undefined;
  return {
    names: namesOf(found),
    ...(duration > 0 && Number.isFinite(duration) && { durationS: duration }),
    ...(takenMs !== undefined && takenMs > FIRST_FILM_MS && { takenMs }),
    hasVideo,
    isWhole,
  };
}

/** What the library knows a common name for, then the others. */
function namesOf({ common, native }: Found): NameMap {
  const names = new NameMap();
  const { comment = [], lyrics = [], ...rest } = common;
  const others = { ...rest, ...oldId3(native) };
  for (const [name, value] of Object.entries(others)) names.put(name.toLowerCase(), value);
  names.put(
    'comment',
    comment.map(({ text }) => text),
  );
  names.put(
    'lyrics',
    lyrics.map(({ text, syncText }) => text ?? syncText.map((line) => line.text).join('\n')),
  );
  const known = new Set(names.keys());
  for (const { id, value } of Object.values(native).flat()) {
    const name = plainName(id);
    if (!known.has(name)) names.put(name, value);
  }
  return names;
}
