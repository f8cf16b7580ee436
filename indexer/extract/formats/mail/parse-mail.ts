/** A message in parts, decoded. The one place that knows postal-mime; loaded with the first message. */
import type { Address, Attachment } from 'postal-mime';
import { c1ToLatin } from '../../charset.js';
import { readHeaders } from './headers.js';

export interface Mail {
  readonly subject: string;
  readonly from: readonly string[];
  /** With those who get a copy. */
  readonly to: readonly string[];
  /** As it stands there. */
  readonly date: string;
  readonly text: string;
  readonly html: string;
  readonly attachments: readonly MailAttachment[];
  /** It could not be taken apart: this is its header. */
  readonly isHeaderOnly: boolean;
}

export interface MailAttachment {
  readonly filename: string;
  readonly type: string;
  readonly bytes: Buffer;
}

/** Deeper is no letter; the library would go on to 256. */
const MAX_LEVELS = 64;

export async function parseMail(bytes: Buffer): Promise<Mail> {
  const whole = await parse(bytes).catch(() => undefined);
  if (whole) return { ...whole, isHeaderOnly: false };
  const { values } = readHeaders(bytes);
  const header = ['From', 'To', 'Cc', 'Subject', 'Date'].map(
    (name) => `${name}: ${values.get(name.toLowerCase()) ?? ''}\n`,
  );
  return { ...(await parse(Buffer.from(header.join('')))), isHeaderOnly: true };
}

/** `=?utf-8?q?=C3=9Cber?=` → 'Über'. */
export async function decodeHeader(value: string): Promise<string> {
  const { decodeWords } = await import('postal-mime');
  return c1ToLatin(decodeWords(value));
}

async function parse(bytes: Buffer): Promise<Omit<Mail, 'isHeaderOnly'>> {
  const { default: PostalMime } = await import('postal-mime');
  const {
    from,
    to = [],
    cc = [],
    bcc = [],
    subject = '',
    html = '',
    text = '',
    attachments,
    headers,
  } = await PostalMime.parse(bytes, { forceRfc822Attachments: true, maxNestingDepth: MAX_LEVELS });
  return {
    subject: c1ToLatin(subject),
    from: from ? namesOf([from]) : [],
    to: namesOf([...to, ...cc, ...bcc]),
    date: headers.find(({ key }) => key === 'date')?.value ?? '',
    text: c1ToLatin(text),
    html: c1ToLatin(html),
    attachments: attachments.map(toAttachment),
  };
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
