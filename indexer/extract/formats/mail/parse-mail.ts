/** A message in parts, decoded. The one place that knows postal-mime; loaded with the first message. */
import type { Address, Attachment } from 'postal-mime';
import { c1ToLatin } from '../../charset.js';
import { type Headers, headerOf, readHeaders } from './headers.js';

export interface Mail {
  readonly subject: string;
  readonly from: readonly string[];
  /** With those who get a copy. */
  readonly to: readonly string[];
  /** As it stands there. */
  readonly date: string;
  /** What is to be read, one after the other. */
  readonly bodies: readonly Body[];
  readonly attachments: readonly MailAttachment[];
  /** More stands in it: of what cannot be taken apart this is the header, of a long header what counts. */
  readonly isCut: boolean;
}

/** The same twice, if both are there. */
export interface Body {
  readonly text: string;
  readonly html: string;
}

export interface MailAttachment {
  readonly filename: string;
  readonly type: string;
  readonly bytes: Buffer;
}

/** Deeper is no letter; the library would go on to 256. */
const MAX_LEVELS = 64;
const MAX_BOUNDARIES = 50_000;
const MAX_LINES = 1_000_000;
const MAX_HEADER_BYTES = 65_536;

export async function parseMail(bytes: Buffer): Promise<Mail> {
  const short = withShortHeader(bytes);
  const whole = isTooMuch(bytes) ? undefined : await parse(short.bytes).catch(() => undefined);
  if (whole) return { ...whole, isCut: short.isCut };
  const { subject, from, to, date } = await parse(headerOf(readHeaders(bytes)));
  return { subject, from, to, date, bodies: [], attachments: [], isCut: true };
}

/** The library keeps a kilobyte for each part, and 160 bytes for each line. */
function isTooMuch(bytes: Buffer): boolean {
  return hasMore(bytes, '\n--', MAX_BOUNDARIES) || hasMore(bytes, '\n', MAX_LINES);
}

function hasMore(bytes: Buffer, sign: string, most: number): boolean {
  if (bytes.length <= most * sign.length) return false;
  let count = 0;
  for (let at = bytes.indexOf(sign); at >= 0; at = bytes.indexOf(sign, at + 1)) {
    if (++count > most) return true;
  }
  return false;
}

/** The library takes seconds for a megabyte of addresses. */
function withShortHeader(bytes: Buffer): Pick<Headers, 'isCut'> & { readonly bytes: Buffer } {
  const beginning = bytes.subarray(0, MAX_HEADER_BYTES);
  if (['\n\n', '\n\r\n'].some((end) => beginning.includes(end))) return { bytes, isCut: false };
  const headers = readHeaders(bytes);
  const { bodyFrom, isCut } = headers;
  if (bodyFrom <= MAX_HEADER_BYTES) return { bytes, isCut: false };
  return { bytes: Buffer.concat([headerOf(headers), Buffer.from('\n'), bytes.subarray(bodyFrom)]), isCut };
}

/** `=?utf-8?q?=C3=9Cber?=` → 'Über'. */
export async function decodeHeader(value: string): Promise<string> {
  const { decodeWords } = await import('postal-mime');
  return c1ToLatin(decodeWords(value));
}

async function parse(bytes: Buffer): Promise<Omit<Mail, 'isCut'>> {
  const { default: PostalMime } = await import('postal-mime');
  const parser = new PostalMime({ forceRfc822Attachments: true, maxNestingDepth: MAX_LEVELS });
  // It would make a text of each page by patterns, which takes minutes for some.
  const inside = parser as unknown as Inside;
  inside.renderTextContent = () => {};
  const { from, to = [], cc = [], bcc = [], subject = '', attachments, headers } = await parser.parse(bytes);
  return {
    subject: c1ToLatin(subject),
    from: from ? namesOf([from]) : [],
    to: namesOf([...to, ...cc, ...bcc]),
    date: headers.find(({ key }) => key === 'date')?.value ?? '',
    bodies: [...inside.textMap.values()].map(({ plain, html }) => ({ text: joined(plain), html: joined(html) })),
    attachments: attachments.map(toAttachment),
  };
}

/** What of postal-mime's own state is used. */
interface Inside {
  renderTextContent: () => void;
  readonly textMap: ReadonlyMap<
    unknown,
    { readonly [Type in 'plain' | 'html']?: readonly { readonly value: string }[] }
  >;
}

function joined(texts: readonly { readonly value: string }[] = []): string {
  return c1ToLatin(texts.map(({ value }) => value).join('\n'));
}

/** 'Ann Bee <ann@example.org>'; the members of a group one by one. */
function namesOf(addresses: readonly Address[]): string[] {
  return addresses
    .flatMap((one) => one.group ?? [one])
    .map(({ name, address = '' }) => c1ToLatin(name && address ? `${name} <${address}>` : name || address))
    .filter(Boolean);
}

function toAttachment({ filename, mimeType, content }: Attachment): MailAttachment {
  const bytes = typeof content === 'string' ? Buffer.from(content) : Buffer.from(content as ArrayBuffer);
  return { filename: c1ToLatin(filename ?? ''), type: mimeType, bytes };
}
