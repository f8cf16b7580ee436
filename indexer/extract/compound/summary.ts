/** What a document in a compound file says of itself: the stream of its summary. Pure. */
import { decodeCharset } from '../charset.js';
import type { Summary } from '../formats/office/properties.js';
import type { CompoundFile } from './compound-file.js';

const STREAM = '\u0005SummaryInformation';
const PAGE = 1;
const NUMBERS = { title: 2, subject: 3, author: 4, keywords: 5, comments: 6 } as const;
const CREATED = 12;
const TEXT = 30;
const WIDE_TEXT = 31;
const TIME = 64;
const MAX_PROPERTIES = 200;
/** 1 January 1601 as seen from 1970. */
const EPOCH_MS = -11_644_473_600_000;
const UTF8_PAGE = 65001;
const OTHER_PAGES: Readonly<Record<number, string>> = {
  866: 'ibm866',
  874: 'windows-874',
  932: 'shift_jis',
  936: 'gb18030',
  949: 'euc-kr',
  950: 'big5',
  10000: 'macintosh',
};

export function readSummary(file: CompoundFile): Summary {
  const bytes = file.stream(STREAM)?.bytes ?? Buffer.alloc(0);
  const places = placesOf(bytes);
  const page = places.get(PAGE);
  const encoding = page !== undefined && page + 6 <= bytes.length ? encodingOf(bytes.readUInt16LE(page + 4)) : 'utf-8';
  const text = (number: number) => textAt(bytes, places.get(number), encoding);
  return {
    title: text(NUMBERS.title),
    subject: text(NUMBERS.subject),
    author: text(NUMBERS.author),
    keywords: text(NUMBERS.keywords),
    comments: text(NUMBERS.comments),
    createdMs: timeAt(bytes, places.get(CREATED)),
  };
}

/** Number of a property → where its type stands. */
function placesOf(bytes: Buffer): Map<number, number> {
  const places = new Map<number, number>();
  if (bytes.length < 56) return places;
  const set = bytes.readUInt32LE(44);
  if (set + 8 > bytes.length) return places;
  const count = Math.min(bytes.readUInt32LE(set + 4), MAX_PROPERTIES);
  for (let at = set + 8; at < set + 8 + count * 8 && at + 8 <= bytes.length; at += 8)
    places.set(bytes.readUInt32LE(at), set + bytes.readUInt32LE(at + 4));
  return places;
}

function textAt(bytes: Buffer, at: number | undefined, encoding: string): string {
  if (at === undefined || at + 8 > bytes.length) return '';
  const type = bytes.readUInt32LE(at);
  const length = bytes.readUInt32LE(at + 4);
  const value = bytes.subarray(at + 8, at + 8 + length * (type === WIDE_TEXT ? 2 : 1));
  if (type !== TEXT && type !== WIDE_TEXT) return '';
  const text = type === WIDE_TEXT ? value.toString('utf16le') : decodeCharset(value, encoding, true).toString();
  return text.replace(/\0[\s\S]*$/, '').trim();
}

function timeAt(bytes: Buffer, at: number | undefined): number | undefined {
  if (at === undefined || at + 12 > bytes.length || bytes.readUInt32LE(at) !== TIME) return undefined;
  const ticks = bytes.readBigUInt64LE(at + 4);
  return ticks === 0n ? undefined : Number(ticks / 10_000n) + EPOCH_MS;
}

/** 1252 → 'windows-1252'. */
export function encodingOf(page: number): string {
  if (page === UTF8_PAGE) return 'utf-8';
  const other = OTHER_PAGES[page];
  if (other !== undefined) return other;
  return page >= 1250 && page <= 1258 ? `windows-${page}` : 'windows-1252';
}
