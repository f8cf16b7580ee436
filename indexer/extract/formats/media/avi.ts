/** Films in AVI: how long they are, and the list of what is told of them. Chunks in lists, each as long as it says. Pure. */
import type { Source } from '../../source.js';
import { type MediaTags, NameMap } from './tags.js';

const NAMES: Readonly<Record<string, string>> = {
  INAM: 'title',
  IART: 'artist',
  IPRD: 'album',
  IGNR: 'genre',
  ICRD: 'date',
  ICMT: 'comment',
  ISBJ: 'description',
  IKEY: 'keywords',
  ICOP: 'copyright',
};
const MAX_CHUNKS = 1000;
const MAX_VALUE_BYTES = 4096;

interface Chunk {
  readonly type: string;
  readonly begin: number;
  readonly end: number;
}

export function readAvi(source: Source): MediaTags {
  const names = new NameMap();
  const lists = chunksOf(source, 12, source.size);
  const chunks = lists.flatMap(({ type, begin, end }) =>
    ['hdrl', 'INFO'].includes(type) ? chunksOf(source, begin, end) : [],
  );
  for (const { type, begin, end } of chunks) {
    const name = NAMES[type];
    if (name !== undefined) names.put(name, textAt(source, begin, end));
  }
  const header = chunks.find(({ type }) => type === 'avih');
  return { names, durationS: header && durationOf(source.read(header.begin, 20)) };
}

/** Of a list the type is what it is a list of. */
function chunksOf(source: Source, from: number, end: number): Chunk[] {
  const chunks: Chunk[] = [];
  for (let at = from; at + 8 <= end && chunks.length < MAX_CHUNKS; ) {
    const head = source.read(at, 12);
    if (head.length < 8) break;
    const bytes = head.readUInt32LE(4);
    const isList = head.toString('latin1', 0, 4) === 'LIST' && head.length === 12;
    const type = head.toString('latin1', isList ? 8 : 0, isList ? 12 : 4);
    chunks.push({ type, begin: at + (isList ? 12 : 8), end: Math.min(at + 8 + bytes, end) });
    at += 8 + bytes + (bytes % 2);
  }
  return chunks;
}

/** Millionths of a second for each picture, and how many there are. */
function durationOf(header: Buffer): number | undefined {
  const seconds = header.length < 20 ? 0 : (header.readUInt32LE(0) * header.readUInt32LE(16)) / 1e6;
  return seconds > 0 ? seconds : undefined;
}

function textAt(source: Source, begin: number, end: number): string {
  return source
    .read(begin, Math.min(end - begin, MAX_VALUE_BYTES))
    .toString('latin1')
    .replace(/\0.*$/s, '');
}
