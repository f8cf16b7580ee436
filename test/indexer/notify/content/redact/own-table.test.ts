import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { ownSpans } from '../../../../../indexer/notify/content/redact/own-table.js';
import { mergeSpans } from '../../../../../indexer/notify/content/redact/spans.js';
import { bundle } from '../../../../helpers/bundle.js';

/** What is hidden of a text, each with its kind. */
function hidden(text: string): string[] {
  return mergeSpans(text, ownSpans(text)).map(({ start, end, kind }) => `${kind} ${text.slice(start, end)}`);
}

const BODY = 'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKB';

describe('own table of secrets', () => {
  it.each([
    ['password = hunter2', 'password hunter2'],
    ['password = a             b', 'password a             b'],
    ['password: my long phrase', 'password my long phrase'],
    ['DB_PASSWORD=hunter2', 'password hunter2'],
    ['export API_KEY="a b c"', 'api-key a b c'],
    ["$config['db_passwd'] = 'geheim';", 'password geheim'],
    ['{"client_secret": "s3cr3t\\"x", "n": 1}', 'secret s3cr3t\\"x'],
    ['<password>hunter2</password>', 'password hunter2'],
    ['<db password="hunter2"/>', 'password hunter2'],
    ['mount -o user=x,password=hunter2,ro', 'password hunter2'],
    ['tool --password hunter2 --verbose', 'password hunter2'],
    ['tool --auth-token=abc123 x', 'auth abc123'],
    ['private_key: |\n  line one\n  line two\nnext: 1', 'private-key   line one\n  line two'],
    ["define('DB_PASSWORD', 'geheim');", 'password geheim'],
    ["define( 'NONCE_SALT',  'a b!c' );", 'salt a b!c'],
    ['"{\\"password\\": \\"hunter2\\", \\"n\\": 1}"', 'password hunter2'],
    ['<add key="ApiKey" value="abc" />', 'api-key abc'],
    ['- name: DB_PASSWORD\n  value: hunter2\n', 'password hunter2'],
    ['{"name": "DB_PASSWORD", "value": "hunter2"}', 'password hunter2'],
    ['requirepass hunter2\n', 'password hunter2'],
    ['smtp_password   hunter2', 'password hunter2'],
    ['token = """\nab\ncd"""\n', 'token \nab\ncd'],
    ["CREATE USER x IDENTIFIED BY 'hunter2';", 'password hunter2'],
    ['Cookie: sid=abc; b=c', 'cookie sid=abc; b=c'],
    ['redis://x:pa/ss@h/1', 'url-password pa/ss'],
    ['Authorization: Basic dXNlcjpwYXNz', 'authorization Basic dXNlcjpwYXNz'],
    ["-H 'authorization: Bearer abc.def'", 'authorization Bearer abc.def'],
    ['Bearer abcdefghijklmnop1234', 'authorization abcdefghijklmnop1234'],
    ['x eyJhbGciOi.eyJzdWIiOi.s-ig y', 'jwt eyJhbGciOi.eyJzdWIiOi.s-ig'],
    ['postgres://app:s3cret@db/x', 'url-password s3cret'],
    ['root:$6$salt$abcdefgh./:19000', 'hash $6$salt$abcdefgh./'],
    ['root:$y$j9T$abc$defghijk:1', 'hash $y$j9T$abc$defghijk'],
    ['x $argon2id$v=19$m=65536,t=3$c2FsdA$aGFzaA x', 'hash $argon2id$v=19$m=65536,t=3$c2FsdA$aGFzaA'],
    [`sk_live_${'a1'.repeat(12)}`, `stripe-key sk_live_${'a1'.repeat(12)}`],
    [`AIza${'a'.repeat(35)}`, `google-key AIza${'a'.repeat(35)}`],
    ['id AKIAIOSFODNN7EXAMPLE.', 'aws-key AKIAIOSFODNN7EXAMPLE'],
    [`ghp_${'a1'.repeat(18)}`, `github-token ghp_${'a1'.repeat(18)}`],
    ['write to ann.b@mail.example.org now', 'email ann.b@mail.example.org'],
    ['card 4111 1111 1111 1111 ok', 'card 4111 1111 1111 1111'],
    ['card 5500000000000004.', 'card 5500000000000004'],
    ['to DE89 3704 0044 0532 0130 00 AND MORE', 'iban DE89 3704 0044 0532 0130 00'],
    ['GB82WEST12345698765432', 'iban GB82WEST12345698765432'],
    ['ssn 123-45-6789', 'ssn 123-45-6789'],
    ['curl -u ann:hunter2 https://x', 'password hunter2'],
    ['sshpass -p hunter2 ssh host', 'password hunter2'],
    ['mysql -h db -u root -phunter2 shop', 'password hunter2'],
  ])('hides in %j: %j', (text, expected) => {
    expect(hidden(text)).toEqual([expected]);
  });

  it.each([
    ['the author: Ann, the secretary: Bob'],
    ['card 4111 1111 1111 1112'],
    ['DE00 3704 0044 0532 0130 00'],
    ['000-45-6789 666-12-3456 900-12-3456 123-00-4567 123-45-0000'],
    ['2026-11-28 21:55:49 and 1700000000000000000'],
    ['/usr/share/javascript/some-Package1/dist/deeply/nested/module/index/File'],
    ['a line of prose about passwords and tokens, without any value'],
    ['-----BEGIN PUBLIC KEY-----\nshort\n-----END PUBLIC KEY-----'],
    ['d41d8cd98f00b204e9800998ecf8427ed41d8cd98f00b204e9800998ecf8427e'],
    ['"token": {\n  "kind": 1 }'],
    ['http://localhost:3000/@scope/name'],
    ['password = true'],
    ['<a accesskey="n" href="x">'],
    ['# end of pam-auth-update config'],
    ['a Basic Programming-Assistant'],
    ['id="par_id4111111111111111"'],
    [':widths: 36 7 3 2 2 2 2 2 2 2 2 2 2'],
  ])('leaves %j as it is', (text) => {
    expect(hidden(text)).toEqual([]);
  });

  it('hides a key as one, whole, without its end, and without its beginning', () => {
    const [begin, end] = ['-----BEGIN RSA PRIVATE KEY-----', '-----END RSA PRIVATE KEY-----'];
    expect(hidden(`a\n${begin}\n${BODY}\nab==\n${end}\nb`)).toEqual([`private-key ${begin}\n${BODY}\nab==\n${end}`]);
    expect(hidden(`a\n${begin}\n${BODY}\nshort`)).toEqual([`private-key ${begin}\n${BODY}\nshort`]);
    expect(hidden(`a b\n${BODY}\nab==\n${end}\nb`)).toEqual([`private-key ${BODY}\nab==\n${end}`]);
    expect(hidden(`{"k": "${begin}\\n${BODY}\\n${end}\\n"}`)).toEqual([`private-key ${begin}\\n${BODY}\\n${end}`]);
  });

  it('hides lines of base64 with the one that ends them', () => {
    expect(hidden(`x:\n${BODY}\n${BODY}\nab==\ny z`)).toEqual([`base64 ${BODY}\n${BODY}\nab==`]);
  });

  it('costs linear time whatever the text', () => {
    const cases = bundle('test/indexer/notify/content/redact/worst-cases.ts');
    // A megabyte is 20 to 300 ms; what grows with its square takes hours.
    const limited = ['-c', 'ulimit -t 240; exec "$@"', 'sh', process.execPath, cases];
    const { stdout, stderr } = spawnSync('sh', limited, { encoding: 'utf8' });
    expect([stdout.trim().split('\n').at(-1), stderr]).toEqual(['done', '']);
  });
});
