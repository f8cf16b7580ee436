/** Messages as programs write them, and such as nobody's program would write. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_CHILDREN } from '../../../../../indexer/extract/tree-limits.js';
import type { Extraction } from '../../../../../shared/types.js';
import { extractBytes, textOf } from '../../../../helpers/extract-bytes.js';

const HEADER = [
  'From: Ann Bee <ann@example.org>',
  'To: Bob <bob@example.org>, Team: c@d.example;',
  'Date: Wed, 1 May 2024 12:30:05 +0200',
];

function extract(message: string | Buffer | readonly string[], name = 'letter.eml'): Promise<Extraction> {
  return extractBytes(name, Buffer.isBuffer(message) ? message : Buffer.from([message].flat().join('\r\n'), 'latin1'));
}

function letter(subject: string, ...rest: string[]): string[] {
  return [...HEADER, `Subject: ${subject}`, ...rest];
}

function multipart(...parts: readonly (readonly string[])[]): string[] {
  return ['Content-Type: multipart/mixed; boundary=b', '', ...parts.flatMap((part) => ['--b', ...part]), '--b--'];
}

function attached(name: string, type: string, ...lines: string[]): string[] {
  return [`Content-Type: ${type}`, `Content-Disposition: attachment; filename="${name}"`, '', ...lines];
}

function told({ children = [] }: Extraction): string[] {
  return children.map((child) => `${Buffer.from(child.innerPath)}: ${child.extractor} ${textOf(child).trim()}`);
}

describe('a message', () => {
  it('is found by the names of what is attached to it, but not of what a web page is made of', async () => {
    const lines = letter(
      'x',
      ...multipart(['Content-Type: text/plain', '', 'Here.'], attached('floor plan.bin', 'x/y', 'z')),
    );
    const namesIn = async (name: string) => Buffer.from((await extract(lines, name)).markup).toString();
    expect(await namesIn('a.eml')).toBe('floor plan.bin');
    expect(await namesIn('a.mht')).toBe('');
  });

  it('has its subject as title, and says from whom, to whom and when', async () => {
    const found = await extract(letter('=?utf-8?q?Gr=C3=BC=C3=9Fe?= from us', '', 'Seven gulls.'));
    expect(found).toMatchObject({
      extractor: 'mail',
      type: 'message/rfc822',
      title: 'Grüße from us',
      isTruncated: false,
    });
    expect(textOf(found)).toBe(
      'From: Ann Bee <ann@example.org>\nTo: Bob <bob@example.org>, c@d.example\nDate: Wed, 1 May 2024 12:30:05 +0200\n\nSeven gulls.',
    );
    expect(found.properties?.map(({ field, value }) => [field, value])).toEqual([
      ['from', 'Ann Bee <ann@example.org>'],
      ['subject', 'Grüße from us'],
      ['sent', Date.UTC(2024, 4, 1, 10, 30, 5)],
      ['to', 'Bob <bob@example.org>'],
      ['to', 'c@d.example'],
    ]);
  });

  it.each([
    ['utf-8', 'quoted-printable', 'na=C3=AFve', 'naïve'],
    ['windows-1252', 'quoted-printable', '=93caf=E9=94 =80', '“café” €'],
    ['iso-8859-1', '8bit', 'caf\xe9', 'café'],
    ['iso-2022-jp', '7bit', '\x1b$BF|K\\8l\x1b(B', '日本語'],
    ['koi8-r', 'base64', '0NLJ18XU', 'привет'],
  ])('is read in %s, %s', async (charset, encoding, body, expected) => {
    const type = [`Content-Type: text/plain; charset=${charset}`, `Content-Transfer-Encoding: ${encoding}`];
    expect(textOf(await extract(letter('x', ...type, '', body)))).toContain(`\n\n${expected}`);
  });

  it('that is a web page is read as one', async () => {
    const page = '<style>p{}</style><p>Seven <b>gulls</b></p>';
    expect(textOf(await extract(letter('x', 'Content-Type: text/html', '', page)))).toMatch(/\n\nSeven gulls$/);
    const stub = multipart(
      ['', 'see it in a browser'],
      ['Content-Type: text/html', '', `<p>${'Seven gulls. '.repeat(50)}`],
    );
    const both = stub.map((line) => line.replace('mixed', 'alternative'));
    expect(textOf(await extract(letter('x', ...both)))).toContain('Seven gulls. Seven gulls.');
  });

  it('has what is attached to it as documents, each of its kind', async () => {
    const found = await extract(
      letter(
        'x',
        ...multipart(
          ['', 'see there'],
          attached('page.html', 'text/html', '<title>T</title><p>pears'),
          attached('a/b.txt', 'text/plain', 'apples'),
          attached('same.txt', 'text/plain', 'one'),
          attached('same.txt', 'text/plain', 'two'),
          ['Content-Type: image/png', 'Content-Transfer-Encoding: base64', '', 'iVBORw0KGgo='],
        ),
      ),
    );
    expect(told(found)).toEqual([
      'page.html: html pears',
      'a b.txt: text apples',
      'same.txt: text one',
      'same (2).txt: text two',
      expect.stringMatching(/^attachment\.png: /),
    ]);
    expect(textOf(found)).toMatch(/see there$/);
  });

  it('has a message that was passed on as a document, with what is attached to that one', async () => {
    const inner = letter('The offer', ...multipart(['', 'inside'], attached('b.txt', 'text/plain', 'apples'))).map(
      (line) => line.replace('--b', '--i').replace('=b', '=i'),
    );
    const found = await extract(
      letter('Fwd', ...multipart(['', 'see'], ['Content-Type: message/rfc822', '', ...inner])),
    );
    expect(told(found).map((line) => line.split('\n', 1)[0])).toEqual([
      '2024-05-01 10.30.05 The offer.eml: mail From: Ann Bee <ann@example.org>',
      '2024-05-01 10.30.05 The offer.eml/b.txt: text apples',
    ]);
  });

  it.each(['1714566605.M1P2.host:2,S', '1714566605.M1P2.mail.example.org', 'message', '17', 'a.unknown-kind'])(
    'goes by its first lines where the name tells nothing: %s',
    async (name) => {
      const lines = ['Return-Path: <x@example.org>', 'Received: from a', '\tby b', ...letter('Gulls', '', 'seven')];
      expect(await extract(lines, name)).toMatchObject({ extractor: 'mail', title: 'Gulls', type: 'message/rfc822' });
    },
  );

  it.each([
    ['letter.txt', letter('x', '', 'y')],
    ['a.patch', ['From: Ann <ann@example.org>', 'Date: today', 'Subject: [PATCH] x', '', 'diff']],
    ['notes', ['To: do', 'Subject: none']],
    ['notes', ['Date: 1', 'Subject: none', '', 'From: a', 'To: b']],
    ['letter.eml', ['only words']],
  ])('is none when it is another text: %s', async (name, lines) => {
    expect(await extract(lines, name)).toMatchObject({ extractor: 'text', isFileText: true });
  });
});

describe('a message made to harm', () => {
  it('with more levels than a letter has gives its header, and says that there is more', async () => {
    const levels = Array.from({ length: 1000 }, (_, i) => [
      `Content-Type: multipart/mixed; boundary=b${i}`,
      '',
      `--b${i}`,
    ]);
    const found = await extract(letter('Deep', ...levels.flat(), '', 'end'));
    expect(found).toMatchObject({ extractor: 'mail', title: 'Deep', isTruncated: true });
    expect(found.properties?.[0]?.value).toBe('Ann Bee <ann@example.org>');
  });

  it('with a thousand messages in each other ends', async () => {
    let message = letter('inner', '', 'end').join('\n');
    for (let i = 0; i < 300; i++) message = letter(`n${i}`, 'Content-Type: message/rfc822', '', message).join('\n');
    expect((await extract(message)).children?.length).toBeLessThan(20);
  });

  it('with 10,000 parts has as many as the limit', async () => {
    const parts = Array.from({ length: 10_000 }, (_, i) => attached(`${i}.txt`, 'text/plain', 'x'));
    const found = await extract(letter('Many', ...multipart(...parts)));
    expect([found.children?.length, found.isTruncated]).toEqual([MAX_CHILDREN, true]);
  });

  it.each([100_000, 1_000_000, 12_000_000])('with a header of %d bytes has what stands behind it', async (bytes) => {
    const long = ['Received: from a', ...Array<string>(bytes / 50).fill(`\tby ${'x'.repeat(44)}`)];
    const parts = multipart(['', 'seven gulls'], attached('b.txt', 'text/plain', 'apples'));
    const found = await extract([...long, ...letter('Late', ...parts)]);
    expect(found).toMatchObject({ extractor: 'mail', title: 'Late', isTruncated: false });
    expect(found.properties?.[0]?.value).toBe('Ann Bee <ann@example.org>');
    expect(textOf(found)).toMatch(/seven gulls$/);
    expect(told(found)).toEqual(['b.txt: text apples']);
  });

  it('with a line of 5 MB in its header is read', async () => {
    const found = await extract([...HEADER, `X-Long: ${'x'.repeat(5_000_000)}`, 'Subject: Late', '', 'text']);
    expect(found).toMatchObject({ extractor: 'mail', title: 'Late', isTruncated: false });
  });

  it('with 50,000 receivers has the first of them, and says that there are more', async () => {
    const receivers = Array.from({ length: 50_000 }, (_, i) => `p${i}@example.org`);
    for (const cc of [receivers.join(', '), receivers.join(',\r\n\t')]) {
      const found = await extract(letter('x', `Cc: ${cc}`, '', 'y'));
      expect(found).toMatchObject({ extractor: 'mail', title: 'x', isTruncated: true });
      expect(found.properties?.length).toBeLessThanOrEqual(32);
      expect(textOf(found)).toContain('p500@example.org');
    }
  });

  it('with parts or lines beyond number gives its header, and says that there is more', async () => {
    expect(await extract(letter('Long', '', 'a\n'.repeat(1_100_000)))).toMatchObject({
      title: 'Long',
      isTruncated: true,
    });
    const found = await extract(
      letter('Endless', 'Content-Type: multipart/mixed; boundary=b', '', '--b\n'.repeat(1_000_000)),
    );
    expect(found).toMatchObject({ extractor: 'mail', title: 'Endless', isTruncated: true, children: [] });
  });

  it.each(['<a href="', '<', '&', ' \n'])('with a page of nothing but %j is read', async (sign) => {
    const parts = multipart(['Content-Type: text/html', '', sign.repeat(300_000)], ['', 'seven gulls']);
    expect(textOf(await extract(letter('x', ...parts)))).toContain('seven gulls');
  });

  it('with endless receivers is read, and so is its text', async () => {
    const found = await extract(letter('x', `Cc: ${'a:'.repeat(1_000_000)}`, '', 'seven gulls'));
    expect(textOf(found)).toMatch(/seven gulls$/);
  });

  it('names nothing outside itself', async () => {
    const names = ['../../etc/passwd', '/etc/passwd', '..', 'a\u0000b\u001b[31m'];
    const found = await extract(letter('x', ...multipart(...names.map((name) => attached(name, 'text/plain', 'x')))));
    for (const { innerPath } of found.children ?? []) {
      expect(`${Buffer.from(innerPath)}`).not.toMatch(/^\/|(^|\/)\.\.(\/|$)|\p{Cc}/u);
    }
  });

  it('ends, whatever its bytes are', async () => {
    const start = Buffer.from(
      letter('=?utf-8?q?x?=', ...multipart(['', 'see'], attached('a.txt', 'text/plain', 'apples'))).join('\r\n'),
    );
    const changes = fc.array(fc.tuple(fc.nat(start.length - 1), fc.nat(255)), { maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(changes, fc.nat(start.length), async (all, length) => {
        const bytes = Buffer.from(start);
        for (const [at, byte] of all) bytes[at] = byte;
        await extract(bytes.subarray(0, length));
      }),
      { numRuns: 200 },
    );
  });
});
