import { mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { ExtractorPool } from '../../../../indexer/extract/pool.js';
import { type Compared, Content, type ContentChange } from '../../../../indexer/notify/content/content.js';
import type { DiffText } from '../../../../indexer/notify/content/diff/diff-result.js';
import { NeverDiff } from '../../../../indexer/notify/content/never-diff.js';
import { openKey } from '../../../../indexer/notify/content/redact/key-file.js';
import { ThreadRedactor } from '../../../../indexer/notify/content/redact/thread-redactor.js';
import { SHADOW_SCHEMA, Shadow } from '../../../../indexer/notify/content/shadow.js';
import { POOL_MAX_BYTES, poolText } from '../../../../indexer/notify/content/text-of.js';
import { type Db, openPlain } from '../../../../shared/store/open.js';
import { bundle } from '../../../helpers/bundle.js';
import { tempFolder } from '../../../helpers/temp.js';

const pool = new ExtractorPool({
  workerPath: bundle('indexer/extract/worker.ts'),
  workers: 1,
  maxBytes: POOL_MAX_BYTES,
});
const threadPath = bundle('indexer/notify/content/redact/redact-thread.ts');
const own = tempFolder();
const key = openKey(join(own, 'redaction.key'));
const redactor = new ThreadRedactor({ key: key.bytes, patterns: ['CUST-\\d+'], threadPath });
afterAll(() => Promise.all([pool.close(), redactor.close()]));

let db: Db;
let tree: string;
let content: Content;

function newContent(quotaBytes?: number): Content {
  return new Content({
    shadow: new Shadow(db, key.id, quotaBytes),
    neverDiff: new NeverDiff(),
    textOf: poolText(pool),
    redactor,
  });
}

beforeEach(() => {
  const folder = join(own, `case-${readdirSync(own).length}`);
  mkdirSync(folder);
  tree = join(folder, 'tree');
  mkdirSync(tree);
  db = openPlain(join(folder, 'notify.db'), 1000);
  db.exec(SHADOW_SCHEMA);
  content = newContent();
});

const bytes = (path: string) => Buffer.from(path);

async function told(path: Uint8Array, change: Partial<ContentChange> = {}): Promise<Compared['diff']> {
  const compared = await content.compare({ path, existedBefore: true, existsNow: true, rules: ['web'], ...change });
  db.transaction(() => compared.remember())();
  return compared.diff;
}

/** Writes one text, learns it, writes the other. */
async function edited(name: string | Buffer, before: string | Buffer, after: string | Buffer) {
  const path = Buffer.concat([Buffer.from(`${tree}/`), Buffer.from(name)]);
  writeFileSync(path, before);
  const write = await content.learn(path, ['web']);
  db.transaction(write)();
  writeFileSync(path, after);
  return told(path);
}

/** Everything that this test has written beside the tree. */
function ownBytes(): string {
  db.pragma('wal_checkpoint(TRUNCATE)');
  return readFileSync(db.name, 'latin1');
}

describe('Content', () => {
  it('shows the words that changed in a Markdown file', async () => {
    const diff = await edited('a.md', '# Title\n\nThe *old* words.\n', '# Title\n\nThe *new* words.\n');
    expect(diff).toMatchObject({ added: 1, removed: 1, of: 'text', words: [{ before: 'old', after: 'new' }] });
    expect((diff as DiffText).text).toContain('-The *old* words.\n+The *new* words.');
  });

  it('shows the words that a reader of a page sees, and its source when only that changed', async () => {
    const page = (title: string, body: string) => `<html><title>${title}</title><body><p>${body}</p><p>rest</p></html>`;
    const diff = await edited('a.html', page('One', 'The <b>old</b> words'), page('Two', 'The <b>new</b> words'));
    expect((diff as DiffText).text).toMatch(/-One\n(?:-.*\n)?\+Two/);
    expect((diff as DiffText).text).toContain('+The new words');
    expect((diff as DiffText).text).not.toContain('<b>');
    const script = '<script src="https://bad.example/x.js"></script>';
    const injected = await edited('b.html', page('One', 'words'), page('One', `words${script}`));
    expect(injected).toMatchObject({ of: 'source', added: 1, removed: 1 });
    expect((injected as DiffText).text).toContain(script);
  });

  it('shows that a key was changed, and its value nowhere', async () => {
    const [old, now] = ['Zq8vT3nR5xW1', 'Kp2mB7cL9dF4'];
    const text = (secret: string) => `name: shop\napi_key: ${secret}\nport: 80\ncustomer: CUST-${secret.length}77\n`;
    const diff = await edited('shop.yml', text(old), text(now));
    expect((diff as DiffText).text).toMatch(
      /-api_key: ‹secret:api-key:[0-9a-f]{4}›\n\+api_key: ‹secret:api-key:[0-9a-f]{4}›/,
    );
    expect((diff as DiffText).redactions).toBe(3);
    expect(JSON.stringify(diff) + ownBytes()).not.toMatch(/Zq8vT3|Kp2mB7|CUST-/);
    const [file] = db.prepare<[], Buffer>('SELECT path FROM shadow').pluck().all();
    expect(JSON.stringify(new Shadow(db, key.id).get(file as Buffer))).not.toMatch(/Zq8vT3|Kp2mB7|CUST-/);
  });

  it('shows nothing of files that are secrets as a whole, and keeps nothing of them, whatever they are called next', async () => {
    expect(await edited('.env', 'A=1\n', 'A=2\n')).toEqual({ omitted: 'secret-path' });
    const path = bytes(join(tree, 'plain.txt'));
    writeFileSync(path, 'A=2\n');
    expect(await told(path, { from: bytes(join(tree, '.env')) })).toEqual({ omitted: 'secret-path' });
    expect(db.prepare('SELECT count(*) FROM shadow').pluck().get()).toBe(0);
  });

  it('says why it shows nothing', async () => {
    const path = bytes(join(tree, 'a.txt'));
    writeFileSync(path, 'one\n');
    expect(await told(path)).toEqual({ omitted: 'no-previous' });
    expect(await told(path)).toEqual({ omitted: 'none' });
    expect(await edited('b.bin', Buffer.from([0, 1, 2]), Buffer.from([0, 1, 3]))).toEqual({ omitted: 'binary' });
    expect(await edited('c.txt', 'short\n', 'x'.repeat(5_000_000))).toEqual({ omitted: 'too-large' });
    expect(await told(bytes(join(tree, 'gone.txt')))).toEqual({ omitted: 'unreadable' });
    const large = bytes(join(tree, 'large.txt'));
    writeFileSync(large, 'text\n');
    truncateSync(large, 2 ** 31);
    expect(['too-large', 'binary']).toContain(((await told(large)) as { omitted: string }).omitted);
    content = newContent(10);
    expect(await edited('d.txt', 'one\n', 'two\n')).toEqual({ omitted: 'quota' });
  });

  it('shows a new file as added, a removed one as removed, a renamed one as it changed', async () => {
    const [path, to] = [bytes(join(tree, 'a.txt')), bytes(join(tree, 'b.txt'))];
    writeFileSync(path, 'one\ntwo\n');
    expect(await told(path, { existedBefore: false })).toMatchObject({ text: '@@ -0,0 +1,2 @@\n+one\n+two' });
    writeFileSync(to, 'one\nthree\n');
    expect(await told(to, { from: path })).toMatchObject({ text: '@@ -1,2 +1,2 @@\n one\n-two\n+three' });
    expect(await told(to, { existsNow: false })).toMatchObject({ text: '@@ -1,2 +0,0 @@\n-one\n-three' });
    expect(db.prepare('SELECT count(*) FROM shadow').pluck().get()).toBe(0);
  });

  it('takes a name that is not UTF-8 and one with newlines', async () => {
    const names = [Buffer.from('a\xff\xfe.txt', 'latin1'), Buffer.from('a\n@everyone.txt')];
    for (const name of names) expect(await edited(name, 'one\n', 'two\n')).toMatchObject({ added: 1, removed: 1 });
  });

  it('says the same again until it is remembered', async () => {
    const path = bytes(join(tree, 'a.txt'));
    writeFileSync(path, 'one\n');
    db.transaction(await content.learn(path, ['web']))();
    writeFileSync(path, 'two\n');
    const change = { path, existedBefore: true, existsNow: true, rules: ['web'] };
    const first = await content.compare(change);
    expect((await content.compare(change)).diff).toEqual(first.diff);
    first.remember();
    expect((await content.compare(change)).diff).toEqual({ omitted: 'none' });
  });
});

describe('ThreadRedactor', () => {
  it('answers that it cannot when a text takes too long, and goes on with the next', async () => {
    const slow = new ThreadRedactor({ key: key.bytes, patterns: ['(x+x+)+y'], threadPath, timeoutMs: 1 });
    expect(await slow.redact(['x'.repeat(1 << 20)])).toBeUndefined();
    await slow.close();
    expect(await redactor.redact(['password=hunter2'])).toEqual([
      expect.stringMatching(/^password=‹secret:password:[0-9a-f]{4}›$/),
    ]);
  });

  it('answers that it cannot when its program is missing or a pattern is wrong, and ends', async () => {
    const missing = new ThreadRedactor({ key: key.bytes, patterns: [], threadPath: '/nowhere.js' });
    expect(await missing.redact(['a'])).toBeUndefined();
    const wrong = new ThreadRedactor({ key: key.bytes, patterns: ['(a'], threadPath });
    expect(await wrong.redact(['a'])).toBeUndefined();
    await Promise.all([missing.close(), wrong.close()]);
  });

  it('answers again after its thread has rested', async () => {
    const resting = new ThreadRedactor({ key: key.bytes, patterns: [], threadPath, idleMs: 0 });
    for (const round of [1, 2]) expect(await resting.redact([`round ${round}`])).toEqual([`round ${round}`]);
    await resting.close();
  });
});
