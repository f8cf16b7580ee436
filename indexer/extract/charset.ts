/**
 * Legacy 8-bit and multi-byte encodings: which one, and reading it. The one place that knows chardet.
 * TextDecoder reads them all but one: in Node 20.18 and later windows-1252 gives C1 controls for the euro and the curly
 * quotes (nodejs/node#56542), so its 32 characters stand here.
 */
import { analyse } from 'chardet';
import { decodeDos, isDosCharset } from './dos-charsets.js';

const WINDOWS_1252 = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009dž\u009f';
/** What the web calls Latin-1 is windows-1252; so is what nobody can tell. */
const LATIN = /^(?:windows-1252|cp1252|iso-?8859-1|latin-?1|l1|ascii|us-ascii)$/i;
const DECLARED = /(?:charset|encoding|coding)\s*[:=]\s*["']?([\w.:-]{2,30})/i;
/** Matches whose confidence is this near to the best are compared by what they read. */
const NEAR = 0.8;
/** Of a match that is less sure bytes without a letter tell that it is wrong. */
const UNSURE = 20;
const PIECE_BYTES = 65_536;

/**
 * The label of the encoding: what the text says of itself if it can be read so, else a guess by frequencies.
 * @param head    the beginning of the file, where `<meta charset>`, `<?xml encoding>` and `-*- coding -*-` stand.
 * @param sample  at most 64 kB from the first byte above 127 on.
 */
export function detectCharset(head: Buffer, sample: Buffer): string {
  const declared = DECLARED.exec(head.toString('latin1', 0, Math.min(head.length, 2048)))?.[1];
  if (declared !== undefined && !/^utf/i.test(declared) && canRead(sample, declared)) return declared;
  return guessCharset(sample);
}

export function decodeCharset(bytes: Buffer, label: string, isCut: boolean): Buffer {
  if (LATIN.test(label)) return decodeLatin(bytes);
  if (isDosCharset(label)) return Buffer.from(decodeDos(bytes, label));
  return Buffer.from(new TextDecoder(label).decode(bytes, { stream: isCut }));
}

/** In pieces: a pattern over 16 MB at once needs 250 MB. */
function decodeLatin(bytes: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
    const piece = bytes.toString('latin1', at, Math.min(at + PIECE_BYTES, bytes.length));
    parts.push(Buffer.from(c1ToLatin(piece)));
  }
  return Buffer.concat(parts);
}

/** What a decoder gave for bytes of windows-1252 that it knows no letter for. */
export function c1ToLatin(text: string): string {
  return text.replace(/[\x80-\x9f]/g, (char) => WINDOWS_1252[char.charCodeAt(0) - 0x80] as string);
}

function canRead(sample: Buffer, label: string): boolean {
  if (LATIN.test(label)) return true;
  try {
    new TextDecoder(label, { fatal: true }).decode(sample, { stream: true });
    return true;
  } catch {
    return false;
  }
}

/** All bytes have letters, and not those of half width that hardly anybody writes. */
function isLikely(sample: Buffer, label: string): boolean {
  if (!canRead(sample, label)) return false;
  const text = decodeCharset(sample, label, true).toString();
  const narrow = text.match(/[\uff61-\uff9f]/g)?.length ?? 0;
  return narrow * 2 <= (text.match(/[^\x00-\x7f]/gu)?.length ?? 0);
}

/**
 * chardet's best match. Between near ones the reading with more lower case wins: KOI8-R has its small letters where
 * Greek has capitals, and nobody writes whole files in capitals.
 */
function guessCharset(sample: Buffer): string {
  const known = analyse(sample).filter((match) => match.confidence > 0 && canDecode(match.name));
  const isUnsure = (known[0]?.confidence ?? 0) < UNSURE;
  const readable = isUnsure ? known.filter((match) => isLikely(sample, match.name)) : known;
  const matches = readable.length > 0 ? readable : known;
  const best = matches[0];
  if (best === undefined) return 'windows-1252';
  const near = matches.filter((match) => match.confidence >= best.confidence * NEAR);
  if (near.length === 1) return best.name;
  const scored = near.map((match) => ({ name: match.name, score: lowerCaseCount(sample, match.name) }));
  return scored.reduce((a, b) => (b.score > a.score ? b : a)).name;
}

function canDecode(label: string): boolean {
  try {
    return LATIN.test(label) || new TextDecoder(label).encoding !== '';
  } catch {
    return false;
  }
}

function lowerCaseCount(sample: Buffer, label: string): number {
  const text = decodeCharset(sample.subarray(0, 4096), label, true).toString();
  return text.match(/\p{Ll}/gu)?.length ?? 0;
}
