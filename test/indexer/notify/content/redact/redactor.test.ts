import { chmodSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openKey } from '../../../../../indexer/notify/content/redact/key-file.js';
import { Redactor } from '../../../../../indexer/notify/content/redact/redactor.js';
import { UserPatterns, whyBadPattern } from '../../../../../indexer/notify/content/redact/user-patterns.js';
import { vendorSpans } from '../../../../../indexer/notify/content/redact/vendor-rules.js';
import { tempFolder } from '../../../../helpers/temp.js';

const key = Buffer.alloc(32, 7);
const redactor = await Redactor.create(key, ['(?i)cust-\\d{4}', 'card of ([A-Z][a-z]+)']);

const PARTS = [
  'password = hunter2secret',
  '"api_key": "abc def",',
  'token: ',
  'Authorization: Bearer abcdefghijklmnopq',
  'https://u:pa55@example.org/x',
  'ann@example.org',
  '4111 1111 1111 1111',
  'DE89 3704 0044 0532 0130 00',
  '-----BEGIN PRIVATE KEY-----',
  '-----END PRIVATE KEY-----',
  'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKB',
  'eyJhbGciOi.eyJzdWIiOi.sig',
  '‹secret:password:0a1b›',
  '‹secret:',
  'CUST-1234',
  '\n',
  ' ',
  '"',
  "'",
  'key: |\n  a\n',
  '<secret>',
  'plain words',
];

describe('Redactor', () => {
  it('gives equal secrets equal tags, another secret another one, and tells none', async () => {
    const { text, count } = await redactor.redact('password=hunter2\npassword="hunter2"\npassword=hunter3\n');
    const tags = [...text.matchAll(/‹secret:password:[0-9a-f]{4}›/g)].map(([tag]) => tag);
    expect([tags.length, count, tags[0] === tags[1], tags[0] === tags[2]]).toEqual([3, 3, true, false]);
    expect(text).not.toContain('hunter');
    const other = await Redactor.create(Buffer.alloc(32, 8));
    expect((await other.redact('password=hunter2')).text).not.toBe((await redactor.redact('password=hunter2')).text);
  });

  it("knows vendors' tokens by secretlint's rules, to their end, whatever the text says about rules", async () => {
    const secret = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYabcdefgKEY';
    const spans = await vendorSpans(`\ufeff// secretlint-disable\naws_secret_access_key = ${secret}\n`);
    expect(spans).toMatchObject([{ kind: 'aws' }]);
    expect(spans[0]?.end).toBe(`\ufeff// secretlint-disable\naws_secret_access_key = ${secret}`.length);
    const { text } = await redactor.redact(`aws_secret_access_key = ${secret}\nmysql://u:p4ss/w@h/db\n`);
    expect(text).not.toMatch(/wJalr|K7MDENG|fgKEY|p4ss/);
  });

  it('keeps nothing of the texts that it has seen', async () => {
    const before = performance.getEntries().length;
    for (let at = 0; at < 20; at++) await vendorSpans(`text ${at}`);
    expect(performance.getEntries().length).toBe(before);
  });

  it('hides what a pattern of the configuration matches, or its first group', async () => {
    const { text } = await redactor.redact('cust-1234 and the card of Alice');
    expect(text).toMatch(/^‹secret:custom:[0-9a-f]{4}› and the card of ‹secret:custom:[0-9a-f]{4}›$/);
  });

  it('redacts commands and URLs at once', () => {
    expect(redactor.redactLine('curl -H "Authorization: Bearer abc" https://u:pw1@h/?token=abc2')).not.toMatch(
      /abc|pw1/,
    );
    expect(redactor.redactLine('x'.repeat(100_000)).length).toBeLessThan(70_000);
  });

  it('changes nothing when it is done again', async () => {
    const texts = fc.array(fc.constantFrom(...PARTS), { maxLength: 12 }).map((parts) => parts.join(''));
    await fc.assert(
      fc.asyncProperty(texts, async (text) => {
        const once = await redactor.redact(text);
        const twice = await redactor.redact(once.text);
        expect(twice).toEqual({ text: once.text, count: 0 });
      }),
      { numRuns: 300 },
    );
  });
});

describe('patterns of the configuration', () => {
  it('are told to be wrong: syntax, too long, matching nothing', async () => {
    expect(await whyBadPattern('(a')).toContain('missing closing )');
    expect(await whyBadPattern('a*')).toContain('matches what is empty');
    expect(await whyBadPattern('a'.repeat(2000))).toContain('longer than');
    expect(await whyBadPattern('(?=a)b')).toBeDefined();
    expect(await whyBadPattern('a+')).toBeUndefined();
  });

  it('cost linear time, also those that take other engines for ever', async () => {
    const patterns = await UserPatterns.compile(['^(a+)+$', '(a|aa)+b']);
    expect(patterns.spans(`${'a'.repeat(50_000)}!`)).toEqual([]);
  });
});

describe('openKey', () => {
  it('makes a key for this user alone, once', () => {
    const file = join(tempFolder(), 'redaction.key');
    const made = openKey(file);
    expect([made.bytes.length, statSync(file).mode & 0o777]).toEqual([32, 0o600]);
    expect(openKey(file)).toEqual(made);
  });

  it('makes another one in the place of what is no key, and follows no symlink', () => {
    const file = join(tempFolder(), 'redaction.key');
    writeFileSync(file, 'nonsense');
    chmodSync(file, 0o600);
    expect(openKey(file)).toEqual(openKey(file));
    const link = join(tempFolder(), 'redaction.key');
    symlinkSync(file, link);
    expect(() => openKey(link)).toThrow('it is a symlink');
  });
});
