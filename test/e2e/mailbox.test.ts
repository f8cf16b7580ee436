/** A mailbox that is larger than what is read of a file, from the file to the printed hit: whole, and as it grows. */
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { TestEnv } from '../helpers/test-env.js';

const FROM = 'From ann@example.org Wed May  1 12:30:05 2024\n';

function message(subject: string, body: string): string {
  return `${FROM}From: Ann Bee <ann@example.org>\nDate: Wed, 1 May 2024 12:30:05 +0000\nSubject: ${subject}\n\n${body}\n\n`;
}

it('a large mailbox is found to its last message, and so is what comes', async () => {
  const env = new TestEnv();
  mkdirSync(join(env.home, 'config/find-text'), { recursive: true });
  writeFileSync(join(env.home, 'config/find-text/config.toml'), '[extract]\nmaxFileMiB = 1\n');
  const filler = Array.from({ length: 100 }, (_, i) => message(`Filler ${i}`, 'more words of it\n'.repeat(700)));
  writeFileSync(env.path('Inbox'), filler.join('') + message('The offer', 'ripe apples'));
  const daemon = await env.startDaemon();
  await env.untilFound('ripe', ['Inbox']);
  expect(env.run('find-text', 'ripe from:ann').stdout).toContain(
    `${env.path('Inbox')} › 2024-05-01 12.30.05 The offer.eml: `,
  );
  appendFileSync(env.path('Inbox'), message('Another', 'green pears'));
  await env.untilFound('pears', ['Inbox']);
  await env.untilSettled();
  expect(env.status().partial.count).toBe(0);
  expect(JSON.parse(env.run('find-text', '--json', 'subject:"filler 99"').stdout)).toMatchObject({
    inner: '2024-05-01 12.30.05 Filler 99.eml',
  });
  expect(await daemon.end('SIGTERM')).toBe(0);
});
