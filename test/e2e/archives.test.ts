/** Members of an archive, from the file to the printed hit: found, renamed, replaced and gone with it. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { docx } from '../helpers/office-bytes.js';
import { tarBytes } from '../helpers/tar-bytes.js';
import { TestEnv } from '../helpers/test-env.js';
import { zipBytes } from '../helpers/zip-bytes.js';

function pack(env: TestEnv, archive: string, name: string, text: string): void {
  const folder = join(env.home, 'packed');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  writeFileSync(join(folder, name), text);
  execFileSync('tar', ['-czf', env.path(archive), '-C', folder, name]);
}

it('the members of an archive are found, and follow it', async () => {
  const env = new TestEnv();
  pack(env, 'box.tar.gz', 'letter.md', '---\nauthor: Ann Bee\ntags: [fruit]\n---\nripe apples');
  const daemon = await env.startDaemon();
  await env.untilFound('ripe', ['box.tar.gz']);
  expect(env.run('find-text', 'ripe').stdout).toContain(`${env.path('box.tar.gz')} › letter.md: `);
  expect(JSON.parse(env.run('find-text', '--json', 'author:ann tag:fruit').stdout)).toMatchObject({
    path: env.path('box.tar.gz'),
    inner: 'letter.md',
    author: ['Ann Bee'],
  });
  renameSync(env.path('box.tar.gz'), env.path('crate.tar.gz'));
  await env.untilFound('ripe', ['crate.tar.gz']);
  pack(env, 'crate.tar.gz', 'note.txt', 'a green pear');
  await env.untilFound('green', ['crate.tar.gz']);
  expect(env.found('ripe')).toEqual([]);
  rmSync(env.path('crate.tar.gz'));
  await env.untilFound('green', []);
  await env.untilSettled();
  expect(env.run('find-textd', 'status').status).toBe(0);
  expect(await daemon.end('SIGTERM')).toBe(0);
});

/** A document attached to a letter in a mailbox in a zip archive in a packed tar archive. */
function nested(text: string): Buffer {
  const letter = [
    'From: Ann <ann@example.org>',
    'Date: Wed, 1 May 2024 12:30:05 +0000',
    'Subject: The offer',
    'Content-Type: multipart/mixed; boundary=b',
    '',
    '--b',
    '',
    'see there',
    '--b',
    'Content-Disposition: attachment; filename="offer.docx"',
    'Content-Transfer-Encoding: base64',
    '',
    docx(`<w:p><w:r><w:t>${text}</w:t></w:r></w:p>`).toString('base64'),
    '--b--',
  ];
  const mailbox = `From ann@example.org Wed May  1 12:30:05 2024\n${letter.join('\n')}\n`;
  const tar = tarBytes({ name: 'box.zip', text: zipBytes({ name: 'mail/Inbox', bytes: mailbox }) });
  return gzipSync(tar);
}

it('a document in a letter in a mailbox in a zip in a tar is found with its way, and follows the outermost file', async () => {
  const env = new TestEnv();
  writeFileSync(env.path('old.tar.gz'), nested('ripe apples, seven of them'));
  const daemon = await env.startDaemon();
  await env.untilFound('"ripe apples"', ['old.tar.gz']);
  const inner = 'box.zip/mail/Inbox/2024-05-01 12.30.05 The offer.eml/offer.docx';
  expect(env.run('find-text', '"ripe apples"').stdout).toContain(`${env.path('old.tar.gz')} › ${inner}`);
  expect(env.run('find-text', '--preview', '1', '"ripe apples"').stdout).toContain('ripe apples, seven of them');
  expect(env.run('find-text', '-0', '"ripe apples"').stdout).toBe(`${env.path('old.tar.gz')}\0`);
  renameSync(env.path('old.tar.gz'), env.path('new.tar.gz'));
  await env.untilFound('"ripe apples"', ['new.tar.gz']);
  rmSync(env.path('new.tar.gz'));
  await env.untilFound('ripe', []);
  for (const word of ['apples', 'offer', 'ann', 'inbox']) expect(env.found(word)).toEqual([]);
  expect(await daemon.end('SIGTERM')).toBe(0);
});
