/**
 * Messages: the subject as title, what was written as text, attachments as documents. Files of a Maildir have no ending
 * that tells: they go by the fields at their beginning.
 */
import type { Property } from '../../../../shared/types.js';
import type { BytesExtractor, Child } from '../../extractor.js';
import { extensionOf, isKnownByName, nameForType } from '../../media-type.js';
import { told } from '../../told.js';
import { htmlExtractor } from '../html.js';
import { isMessage } from './headers.js';
import { cleanName, dateOf, messageName, UniqueNames } from './message-name.js';
import { type Body, type Mail, type MailAttachment, parseMail } from './parse-mail.js';
import { isTnef, tnefFiles } from './tnef.js';

const EXTENSIONS = ['eml', 'mht', 'mhtml'];
/** A web page with its pictures: those are no documents of their own. */
const PAGES: ReadonlySet<string> = new Set(['mht', 'mhtml']);
const FIRST_FIELD =
  /^(?:return-path|delivered-to|envelope-to|received|from|to|date|subject|message-id|mime-version|sender|reply-to|newsgroups|path|(?:x|arc|dkim|list|authentication)-[\w-]+):/i;
const MESSAGE = 'message/rfc822';
/** By its time, and with flags at its end: '1714566605.M1P2.host:2,S'. */
const MAILDIR_NAME = /^\d{9,11}\.[^.]+\.[^/]+$/;
/** What says only that the message is a web page is so much shorter than that page. */
const STUB_SHARE = 10;
/** Attachments by whose names their message is found. */
const MAX_TOLD = 100;

export const mailExtractor = {
  id: 'mail',
  version: 3,
  takes: 'bytes',
  matches: { extensions: EXTENSIONS, head: FIRST_FIELD },
  type: MESSAGE,
  async extract({ name, bytes }) {
    if (!isMail(name, bytes)) return undefined;
    const parsed = await parseMail(bytes);
    const mail = { ...parsed, attachments: PAGES.has(extensionOf(name)) ? [] : parsed.attachments.flatMap(unpacked) };
    return {
      title: mail.subject,
      text: Buffer.from(`${letterhead(mail)}\n${mail.bodies.map(textOf).join('\n\n')}`),
      markup: Buffer.from(namesOf(mail.attachments.slice(0, MAX_TOLD)).join('\n')),
      properties: propertiesOf(mail),
      isTruncated: mail.isCut,
      children: attachmentsOf(mail),
    };
  },
} satisfies BytesExtractor;

/** What Outlook has packed into one file; if that is none, what is attached itself. */
function unpacked(attachment: MailAttachment): MailAttachment[] {
  const files = isTnef(attachment.bytes) ? tnefFiles(attachment.bytes) : [];
  if (files.length === 0) return [attachment];
  return files.map(({ name, bytes }) => ({ filename: name, type: 'application/octet-stream', bytes }));
}

function isMail(name: string, bytes: Buffer): boolean {
  const isNamed = EXTENSIONS.includes(extensionOf(name));
  return (isNamed || !isKnownByName(name) || MAILDIR_NAME.test(name)) && isMessage(bytes);
}

function letterhead({ from, to, date }: Mail): string {
  const lines = [
    ['From', from.join(', ')],
    ['To', to.join(', ')],
    ['Date', date.trim()],
  ].filter(([, value]) => value);
  return lines.map(([name, value]) => `${name}: ${value}\n`).join('');
}

function namesOf(attachments: readonly MailAttachment[]): string[] {
  return attachments.flatMap(({ filename }) => cleanName(filename) || []);
}

function textOf({ text, html }: Body): string {
  const plain = text.trim();
  if (html.length < plain.length * STUB_SHARE) return plain;
  const page = htmlExtractor.extract({ name: '', bytes: Buffer.from(html) }).text.toString();
  return page.length < plain.length * STUB_SHARE ? plain : page;
}

function propertiesOf({ from, to, subject, date }: Mail): Property[] {
  const sent = dateOf(date);
  return [
    ...told('from', from),
    ...told('subject', subject ? [subject] : []),
    ...told('sent', sent === undefined ? [] : [sent]),
    ...told('to', to),
  ];
}

async function* attachmentsOf({ attachments }: Mail): AsyncGenerator<Child> {
  const names = new UniqueNames();
  for (const attachment of attachments) {
    yield { name: Buffer.from(names.make(await nameOf(attachment))), bytes: attachment.bytes };
  }
}

async function nameOf({ filename, type, bytes }: MailAttachment): Promise<string> {
  const name = cleanName(filename);
  if (name !== '') return name;
  return type === MESSAGE ? messageName(bytes) : nameForType('attachment', type);
}
