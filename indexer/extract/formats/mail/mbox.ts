/** Mailboxes of one file: no text of their own, each message a document. Messages that are marked as deleted are none. */
import type { BytesExtractor, Child, Cut } from '../../extractor.js';
import { extensionOf, isKnownByName } from '../../media-type.js';
import { readHeaders } from './headers.js';
import { messageName, UniqueNames } from './message-name.js';

const EXTENSIONS = ['mbox', 'mbx'];
/** 'From ann@example.org Wed May  1 12:30:05 2024', as writers of mailboxes put it before each message. */
const FROM_LINE = /^From [^\n]{0,200}?\b\d{1,2}:\d{2}\b[^\n]{0,40}\b\d{4}\b/;
/** Git writes patches so. */
const PATCH_LINE = /^From [0-9a-f]{40} /;
const FROM = Buffer.from('\nFrom ');
const MAX_LINE = 300;
/** With what is attached to them most stay below the limit on documents in a file. */
const MAX_PER_PIECE = 500;
const NO_TEXT = Buffer.alloc(0);
/** Of Thunderbird: deleted, and still there until it compacts the folder. */
const MOZILLA_DELETED = 0x0008;

export interface BoxedMessage {
  /** Where its `From ` line begins. */
  readonly from: number;
  readonly fromLine: string;
  readonly bytes: Buffer;
}

export const mboxExtractor = {
  id: 'mbox',
  version: 2,
  takes: 'bytes',
  matches: { extensions: EXTENSIONS, head: FROM_LINE },
  type: 'application/mbox',
  extract({ name, bytes }) {
    if (!isMailbox(name, bytes)) return undefined;
    return { title: '', text: NO_TEXT, children: documentsOf(messagesOf(bytes)) };
  },
  cut: cutMessages,
} satisfies BytesExtractor;

function isMailbox(name: string, bytes: Buffer): boolean {
  if (!isFromLine(bytes, 0)) return false;
  return EXTENSIONS.includes(extensionOf(name)) || !(isKnownByName(name) || PATCH_LINE.test(lineAt(bytes, 0)));
}

/** In their order. A line in a message that looks like the beginning of one has no blank line before it. */
export function* messagesOf(bytes: Buffer): Generator<BoxedMessage> {
  for (let from = 0; from < bytes.length; ) {
    const next = nextMessage(bytes, from);
    const fromLine = lineAt(bytes, from);
    const lineEnd = bytes.indexOf(0x0a, from);
    const begin = lineEnd < 0 ? bytes.length : Math.min(lineEnd + 1, next);
    yield { from, fromLine, bytes: bytes.subarray(begin, next) };
    from = next;
  }
}

/** A message that is larger than all these bytes is taken as far as they go. */
function cutMessages(bytes: Buffer, isEnd: boolean, most = MAX_PER_PIECE): Cut {
  const begin = isFromLine(bytes, 0) ? 0 : nextMessage(bytes, 0);
  let lastBegin = begin;
  for (let count = 1; lastBegin < bytes.length; count++) {
    const next = nextMessage(bytes, lastBegin);
    if (next === bytes.length) break;
    if (count === most) return { begin, end: next, lastBegin };
    lastBegin = next;
  }
  // The line that begins the next one may lie across the end.
  const end = Math.max(lastBegin, bytes.length - MAX_LINE);
  if (isEnd) return { begin, end: hasHeader(bytes, lastBegin) ? bytes.length : lastBegin, lastBegin };
  return { begin, end: lastBegin > begin ? lastBegin : end, lastBegin };
}

/** Whole: what a message is called does not change any more. */
function hasHeader(bytes: Buffer, from: number): boolean {
  return ['\n\n', '\n\r\n'].some((end) => bytes.includes(end, from));
}

/** Under names that tell them apart. */
export async function* documentsOf(messages: Iterable<BoxedMessage>): AsyncGenerator<Child> {
  const names = new UniqueNames();
  for (const { bytes, fromLine } of messages) {
    if (isNoLetter(bytes)) continue;
    yield { name: Buffer.from(names.make(await messageName(bytes, fromLine.replace(/^From \S+/, '')))), bytes };
  }
}

function nextMessage(bytes: Buffer, after: number): number {
  for (let at = bytes.indexOf(FROM, after); at >= 0; at = bytes.indexOf(FROM, at + 1)) {
    if (isBlankLineAt(bytes, at) && isFromLine(bytes, at + 1)) return at + 1;
  }
  return bytes.length;
}

/** Does a blank line end with the line feed there? */
function isBlankLineAt(bytes: Buffer, at: number): boolean {
  return bytes[at - 1] === 0x0a || (bytes[at - 1] === 0x0d && bytes[at - 2] === 0x0a);
}

function isFromLine(bytes: Buffer, at: number): boolean {
  return FROM_LINE.test(lineAt(bytes, at));
}

function lineAt(bytes: Buffer, at: number): string {
  return bytes.toString('latin1', at, Math.min(at + MAX_LINE, bytes.length)).split('\n', 1)[0] as string;
}

/** Deleted, what a mail program keeps for itself, or a line that only looks like the beginning of one. */
function isNoLetter(bytes: Buffer): boolean {
  const { values } = readHeaders(bytes);
  if (values.size === 0) return true;
  const status = Number.parseInt(values.get('x-mozilla-status') ?? '0', 16);
  return (status & MOZILLA_DELETED) !== 0 || /FOLDER INTERNAL DATA$/.test(values.get('subject') ?? '');
}
