/**
 * Films in MP4 and QuickTime: what the library leaves out. How long they are, and what telephones write: who made them,
 * with which camera. Boxes in boxes, each as long as it says. Pure.
 */
import type { Source } from '../../source.js';
import { type MediaTags, NameMap, plainName } from './tags.js';

interface Box {
  readonly type: string;
  readonly begin: number;
  readonly end: number;
}

const MAX_BOXES = 1000;
const MAX_KEYS = 200;
const MAX_VALUE_BYTES = 4096;
/** A value that is text in UTF-8. */
const TEXT = 1;

export function readMovie(source: Source): MediaTags {
  const names = new NameMap();
  const movie = boxesOf(source, 0, source.size).find(({ type }) => type === 'moov');
  if (!movie) return { names };
  const inside = boxesOf(source, movie.begin, movie.end);
  const header = inside.find(({ type }) => type === 'mvhd');
  const users = inside.filter(({ type }) => type === 'udta').flatMap(({ begin, end }) => boxesOf(source, begin, end));
  for (const box of [...inside, ...users]) if (box.type === 'meta') readKeys(source, box, names);
  return { names, durationS: header && durationOf(source.read(header.begin, 32)) };
}

function boxesOf(source: Source, from: number, end: number): Box[] {
  const boxes: Box[] = [];
  for (let at = from; at + 8 <= end && boxes.length < MAX_BOXES; at = (boxes.at(-1) as Box).end) {
    const head = source.read(at, 16);
    if (head.length < 8) break;
    const small = head.readUInt32BE(0);
    const isLarge = small === 1 && head.length === 16;
    const bytes = isLarge ? Number(head.readBigUInt64BE(8)) : small === 0 ? end - at : small;
    const headBytes = isLarge ? 16 : 8;
    if (bytes < headBytes) break;
    const type = head.toString('latin1', 4, 8);
    boxes.push({ type, begin: at + headBytes, end: Math.min(at + bytes, end) });
  }
  return boxes;
}

/** In seconds; undefined where it is not told. */
function durationOf(header: Buffer): number | undefined {
  if (header.length < 32) return undefined;
  const isLong = header.readUInt8(0) === 1;
  const scale = header.readUInt32BE(isLong ? 20 : 12);
  const units = isLong ? Number(header.readBigUInt64BE(24)) : header.readUInt32BE(16);
  const isTold = scale > 0 && units > 0 && units !== 0xffffffff;
  return isTold ? units / scale : undefined;
}

/** A list of names, then values by the places of their names in it. */
function readKeys(source: Source, meta: Box, names: NameMap): void {
  // In MP4 its version stands before what is in it.
  const isPlain = source.read(meta.begin + 4, 4).toString('latin1') === 'hdlr';
  const boxes = boxesOf(source, meta.begin + (isPlain ? 0 : 4), meta.end);
  const list = boxes.find(({ type }) => type === 'keys');
  const values = boxes.find(({ type }) => type === 'ilst');
  if (!list || !values) return;
  const keys = boxesOf(source, list.begin + 8, list.end)
    .slice(0, MAX_KEYS)
    .map((key) => textAt(source, key.begin, key.end));
  for (const item of boxesOf(source, values.begin, values.end)) {
    const key = keys[Buffer.from(item.type, 'latin1').readUInt32BE(0) - 1];
    if (key !== undefined) names.put(plainName(key), itemText(source, item));
  }
}

function itemText(source: Source, { begin, end }: Box): string {
  const data = boxesOf(source, begin, end).find(({ type }) => type === 'data');
  const kind = data && source.read(data.begin, 4);
  return data && kind?.length === 4 && kind.readUInt32BE(0) === TEXT ? textAt(source, data.begin + 8, data.end) : '';
}

function textAt(source: Source, begin: number, end: number): string {
  return source.read(begin, Math.min(end - begin, MAX_VALUE_BYTES)).toString();
}
