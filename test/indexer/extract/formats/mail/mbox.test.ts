/** Mailboxes as mail programs write them. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { messagesOf } from '../../../../../indexer/extract/formats/mail/mbox.js';
import type { Extraction } from '../../../../../shared/types.js';
import { extractBytes } from '../../../../helpers/extract-bytes.js';

const FROM = 'From ann@example.org Wed May  1 12:30:05 2024';

function message(subject: string, body: string, ...more: string[]): string {
  return [
    'From: Ann <ann@example.org>',
    'Date: Wed, 1 May 2024 12:30:05 +0000',
    `Subject: ${subject}`,
    ...more,
    '',
    body,
    '',
  ].join('\n');
}

function mailbox(...messages: string[]): string {
  return messages.map((one) => `${FROM}\n${one}\n`).join('');
}

function extract(text: string | Buffer, name = 'Inbox'): Promise<Extraction> {
  return extractBytes(name, text);
}

function paths({ children = [] }: Extraction): string[] {
  return children.map(({ innerPath }) => `${Buffer.from(innerPath)}`);
}

describe('a mailbox', () => {
  it('gives its messages as documents, named by their time and their subject', async () => {
    const found = await extract(mailbox(message('Apples', 'ripe'), message('Re: a/b', 'green'), message('', 'none')));
    expect(found).toMatchObject({ extractor: 'mbox', type: 'application/mbox', isTruncated: false });
    expect(found.text).toHaveLength(0);
    expect(paths(found)).toEqual([
      '2024-05-01 12.30.05 Apples.eml',
      '2024-05-01 12.30.05 Re: a b.eml',
      '2024-05-01 12.30.05 no subject.eml',
    ]);
    expect(found.children?.[1]).toMatchObject({ extractor: 'mail', title: 'Re: a/b' });
    expect(`${Buffer.from(found.children?.[1]?.text ?? [])}`).toMatch(/\n\ngreen$/);
  });

  it('has a name for each message, which stays when another one comes or goes', async () => {
    const [one, two, three] = ['One', 'Two', 'One'].map((subject) => message(subject, subject));
    const all = paths(await extract(mailbox(one as string, two as string, three as string)));
    expect(new Set(all).size).toBe(3);
    expect(paths(await extract(mailbox(two as string)))).toEqual([all[1]]);
  });

  it('names a message by the time of its first line when it has no other', async () => {
    const found = await extract(mailbox('From: a@b.example\nSubject: Apples\nTo: c\n\nx\n'), 'a.mbox');
    expect(paths(found)).toEqual(['2024-05-01 12.30.05 Apples.eml']);
  });

  it.each([
    'From - Wed May 01 12:30:05 2024',
    'From ann Wed May  1 12:30 2024',
    'From "a b"@c Wed May 1 12:30:05 2024 +0200',
  ])('is known by its first line: %s', async (line) => {
    const found = await extract(
      `${line}\r\n${message('Apples', 'x').replaceAll('\n', '\r\n')}\r\n${line}\r\n${message('Pears', 'x')}`,
    );
    expect(paths(found)).toHaveLength(2);
  });

  it('parts messages at lines that writers put there only', async () => {
    const body = `so\nFrom here on\n\nFrom now on it is 2024\n${FROM} without a blank line before it\n>From x 12:30 2024`;
    expect(paths(await extract(mailbox(message('Apples', body), message('Pears', 'x'))))).toHaveLength(2);
  });

  it('leaves out what is marked as deleted, and what a mail program keeps for itself', async () => {
    const found = await extract(
      mailbox(
        message('Gone', 'x', 'X-Mozilla-Status: 0009'),
        message("DON'T DELETE THIS MESSAGE -- FOLDER INTERNAL DATA", 'x'),
        message('Kept', 'x', 'X-Mozilla-Status: 0001'),
      ),
    );
    expect(paths(found)).toEqual(['2024-05-01 12.30.05 Kept.eml']);
  });

  it.each([
    ['0001-x.patch', `From ${'a'.repeat(40)} Mon Sep 17 00:00:00 2001\n${message('[PATCH]', 'diff')}`],
    ['patch', `From ${'a'.repeat(40)} Mon Sep 17 00:00:00 2001\n${message('[PATCH]', 'diff')}`],
    ['diary.txt', mailbox(message('x', 'y'))],
    ['diary', 'From here to there'],
  ])('is none when it is another text: %s', async (name, text) => {
    expect(await extract(text, name)).toMatchObject({ extractor: 'text' });
  });

  it('that is cut off gives what is there', async () => {
    const text = mailbox(message('Apples', 'ripe'), message('Pears', 'green'));
    expect(paths(await extract(text.slice(0, -20)))).toHaveLength(2);
    expect(paths(await extract(text.slice(0, 80)))).toHaveLength(1);
  });

  it('is parted without a byte lost or taken twice', () => {
    const line = fc.constantFrom(FROM, '', 'x', 'From x', '>From a', '\r');
    fc.assert(
      fc.property(fc.array(line, { maxLength: 30 }), (lines) => {
        const bytes = Buffer.from([FROM, ...lines].join('\n'));
        const starts = [...messagesOf(bytes)].map(({ from }) => from);
        const ends = [...messagesOf(bytes)].map(
          ({ bytes: own, from, fromLine }) => from + fromLine.length + own.length,
        );
        expect(starts[0]).toBe(0);
        for (const [at, end] of ends.entries())
          expect(Math.abs((starts[at + 1] ?? bytes.length) - end)).toBeLessThanOrEqual(1);
      }),
    );
  });
});
