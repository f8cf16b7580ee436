/** A key that is rotated in a watched file: it shows as changed, and its value is nowhere but in the file. */
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { openPlain } from '../../shared/store/open.js';
import { type Received, Receiver, writeConfig, writeRules } from '../helpers/notify-receiver.js';
import { TestEnv, until } from '../helpers/test-env.js';

const KEYS = ['Zq8vT3nR5xW1', 'Kp2mB7cL9dF4', 'Hw6jS1gY4uN8'] as const;
/** The index keeps words in lower case, and of their beginnings only what differs from the word before. */
const TRACES = new RegExp(KEYS.map((key) => key.slice(4)).join('|'), 'i');
const page = (title: string, body: string) => `<html><title>${title}</title><body><p>${body}</p></body></html>`;
const shop = (key: string) => `# shop ${key.length}\nname: shop\napi_key: ${key}\nport: 8080\n`;

/** Every byte that find-text has written, also what is deflated in its tables. */
function written({ home, tree }: TestEnv): string {
  const files = readdirSync(home, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !file.startsWith(`${tree}/`));
  expect(files.some((file) => file.endsWith('notify.db'))).toBe(true);
  expect(files.some((file) => /index-\d+\.db$/.test(file))).toBe(true);
  return files.map((file) => readFileSync(file, 'latin1') + (file.endsWith('.db') ? inflated(file) : '')).join('\n');
}

function inflated(file: string): string {
  const db = openPlain(file, 5_000, true);
  const all = (table: string, column: string) => {
    const isThere = db.prepare('SELECT 1 FROM sqlite_master WHERE name = ?').get(table) !== undefined;
    return isThere ? (db.prepare(`SELECT ${column} FROM ${table}`).pluck().all() as (Buffer | null)[]) : [];
  };
  const texts = [...all('stored_text', 'deflated'), ...all('shadow', 'text'), ...all('shadow', 'source')];
  db.close();
  return texts.map((text) => (text ? inflateRawSync(text).toString() : '')).join('\n');
}

function diffOf(receiver: Receiver, path: string): string | undefined {
  return receiver.changes.find(({ src_path: each }) => each === path)?.diff?.text;
}

async function untilCompared(receiver: Receiver, times = 1): Promise<void> {
  const isCompared = ({ event_type: kind }: Received) => kind === 'compared';
  await until('it is compared', () => receiver.all.filter(isCompared).length >= times);
}

describe('a watched folder of which changes are shown', () => {
  it('shows the words that changed, and that a key did; its value is nowhere, also after a rebuild', async () => {
    const [env, receiver] = [new TestEnv(), await Receiver.start()];
    writeRules(env, receiver, 'diff = true');
    writeFileSync(env.path('notes.md'), '# Notes\n\nThe *old* words.\n');
    writeFileSync(env.path('page.html'), page('Shop', 'We open at <b>nine</b>.'));
    writeFileSync(env.path('shop.yml'), shop(KEYS[0]));
    writeFileSync(env.path('local.env'), `A=${KEYS[2]}\n`);
    const daemon = await env.startDaemon();
    await untilCompared(receiver);
    writeFileSync(env.path('notes.md'), '# Notes\n\nThe *new* words.\n');
    writeFileSync(env.path('page.html'), page('Shop', 'We open at <b>ten</b>.'));
    writeFileSync(env.path('shop.yml'), shop(KEYS[1]));
    await until('all are told', () => receiver.changes.length >= 3);
    expect(diffOf(receiver, env.path('notes.md'))).toContain('-The *old* words.\n+The *new* words.');
    expect(diffOf(receiver, env.path('page.html'))).toMatch(/-.*We open at nine\.\n\+.*We open at ten\./);
    const tags = /-api_key: (‹secret:api-key:[0-9a-f]{4}›)\n\+api_key: (‹secret:api-key:[0-9a-f]{4}›)\n/;
    const [, before, after] = tags.exec(diffOf(receiver, env.path('shop.yml')) ?? '') ?? [];
    expect(before).toBeDefined();
    expect(after).not.toBe(before);
    await env.untilFound('8080', ['shop.yml']);
    for (const key of KEYS) expect(env.found(key)).toEqual([]);
    const said = () => JSON.stringify(receiver.all) + daemon.stdout() + daemon.stderr() + written(env);
    expect(said()).not.toMatch(TRACES);
    await daemon.end('SIGTERM');
    expect(said()).not.toMatch(TRACES);
    expect(env.run('find-textd', 'rebuild').status).toBe(0);
    expect(env.found('8080')).toEqual(['shop.yml']);
    expect(said()).not.toMatch(TRACES);
  });

  it('has no key that was searchable before: of a rule that is new, of a file that is moved in', async () => {
    const [env, receiver] = [new TestEnv(), await Receiver.start()];
    for (const folder of ['watched', 'plain']) mkdirSync(env.path(folder));
    writeFileSync(env.path('watched/shop.yml'), shop(KEYS[0]));
    for (const [name, key] of [
      ['one.yml', KEYS[1]],
      ['two.yml', KEYS[2]],
    ] as const)
      writeFileSync(env.path('plain', name), shop(key));
    writeFileSync(env.path('watched/people.txt'), 'ann@example.org');
    await env.startDaemon();
    for (const key of KEYS) expect(env.found(key)).toHaveLength(1);
    const rule = ['[[notify]]', 'name = "all"', `webhook = "${receiver.url}"`, 'paths = ["./watched"]', 'diff = true'];
    writeConfig(env, rule.join('\n'));
    await untilCompared(receiver);
    await env.untilFound(KEYS[0], []);
    renameSync(env.path('plain/one.yml'), env.path('watched/one.yml'));
    await env.untilFound('8080', ['plain/two.yml', 'watched/one.yml', 'watched/shop.yml']);
    await env.untilFound(KEYS[1], []);
    expect([env.found(KEYS[2]), env.found('ann@example.org')]).toEqual([['plain/two.yml'], ['watched/people.txt']]);
    renameSync(env.path('plain'), env.path('watched/plain'));
    await env.untilFound(KEYS[2], []);
    writeConfig(env, '');
    for (const key of KEYS)
      await env.untilFound(key, [
        key === KEYS[2] ? 'watched/plain/two.yml' : key === KEYS[1] ? 'watched/one.yml' : 'watched/shop.yml',
      ]);
  });
});
