/** What `find-textd why` says of a path, for each reason it knows. The program as a whole: test/e2e/why.test.ts. */
import { randomBytes } from 'node:crypto';
import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { gather } from '../../../../indexer/commands/why/facts.js';
import { ownBytes } from '../../../../indexer/commands/why/file-limits.js';
import { judgePath } from '../../../../indexer/commands/why/judge-path.js';
import { toWhyJson, type WhyJson } from '../../../../indexer/commands/why/why-json.js';
import { whyText } from '../../../../indexer/commands/why/why-text.js';
import type { BytesExtractor } from '../../../../indexer/extract/extractor.js';
import { EXTRACTORS } from '../../../../indexer/extract/registry.js';
import { makeRules } from '../../../../indexer/rules/rules.js';
import type { DaemonFacts } from '../../../../shared/answer/daemon.js';
import { toConfig } from '../../../../shared/config/load.js';
import { encodeFreshness, FRESHNESS_KEY } from '../../../../shared/freshness.js';
import { Meta } from '../../../../shared/store/meta.js';
import { PRIORITY } from '../../../../shared/types.js';
import { pdfBytes } from '../../../helpers/pdf-bytes.js';
import { SteppedPipeline } from '../../../helpers/pipeline.js';
import { tempFolder } from '../../../helpers/temp.js';
import { zipBytes } from '../../../helpers/zip-bytes.js';

const NO_DAEMON: DaemonFacts = { identity: undefined, life: undefined, heldMs: 0, activity: undefined, troubles: [] };
const USERS = new Map([[1000, 'ann']]);

let home: string;
let tree: string;
let pipeline: SteppedPipeline;
let config = toConfig({}, 'none');

const SLOW = { kind: 'failed', code: 'FT_EXTRACT_TIMEOUT', message: 'too slow', isTransient: false } as const;

beforeEach(() => {
  home = tempFolder();
  tree = join(home, 'tree');
  mkdirSync(tree);
  config = toConfig({}, 'none');
});

afterEach(() => pipeline.close());

function write(name: string, text = 'some words\n'): string {
  const path = join(tree, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, text);
  return path;
}

async function index(): Promise<void> {
  pipeline = new SteppedPipeline(Buffer.from(tree), join(home, 'index'), config);
  await pipeline.crawl();
}

async function factsOf(path: string | Buffer, ...query: string[]) {
  const roots = [Buffer.from(tree)];
  const rules = makeRules(config, roots, [], () => {});
  const open = {
    db: pipeline.db,
    dataDirectory: home,
    file: 'index.db',
    identity: '',
    pointer: undefined,
    isDamaged: false,
    daemon: NO_DAEMON,
  };
  return gather(Buffer.from(path), open, { roots, rules, secrecy: undefined, commands: [], limits: config, query });
}

async function why(path: string | Buffer, ...query: string[]): Promise<WhyJson> {
  return toWhyJson(await factsOf(path, ...query), { isRunning: false }, USERS);
}

async function textOf(path: string | Buffer, ...query: string[]): Promise<string> {
  return whyText(await factsOf(path, ...query), { isRunning: false }, USERS).replaceAll(tree, '/r');
}

async function judged(path: string): Promise<[boolean, string, string]> {
  const { isIndexed, state, text } = judgePath(await factsOf(path));
  return [isIndexed, state, text.replaceAll(tree, '/r')];
}

/** As a daemon that has ended in good order. */
function leaveIndex(): void {
  new Meta(pipeline.db).set(FRESHNESS_KEY, encodeFreshness({ keeper: undefined, savedMs: Date.now(), roots: [] }));
}

describe('find-textd why, of what is indexed', () => {
  it('says what the index has of a file', async () => {
    const path = write('letter.html', '<title>To Ann</title><p>some words');
    await index();
    const { document, file, ...rest } = await why(path);
    expect(rest).toMatchObject({
      isIndexed: true,
      state: 'indexed',
      kind: 'file',
      root: tree,
      rule: null,
      failure: null,
    });
    expect(document).toMatchObject({
      type: 'text/html',
      title: 'To Ann',
      extractor: 'html',
      isPartial: false,
      inner: 0,
    });
    expect(file).toEqual({ size: document?.size, modifiedMs: document?.modifiedMs });
    expect(await textOf(path)).toContain('  indexed     by its name and its text\n');
  });

  it('counts what is in a folder', async () => {
    write('a/one.txt');
    write('a/b/two.txt');
    await index();
    expect(await judged(join(tree, 'a'))).toEqual([true, 'indexed', '2 files in 2 folders']);
    expect((await why(tree)).folder).toEqual({ files: 2, folders: 3 });
  });

  it('says why a file is found by its name only', async () => {
    write('.find-textignore', '*.key\n');
    config = { ...config, 'ignore.excludedNames': 'names' };
    for (const name of ['empty.txt', 'photo.png', 'my.key'])
      write(name, name === 'empty.txt' ? '' : '\0\x01'.repeat(999));
    await index();
    expect(await judged(join(tree, 'empty.txt'))).toEqual([true, 'indexed', 'by its name: it is empty']);
    expect(await judged(join(tree, 'photo.png'))).toEqual([
      true,
      'by name',
      'by its name only: no text is taken from image/png',
    ]);
    expect((await judged(join(tree, 'my.key')))[2]).toBe(
      'by its name only: left out by .find-textignore:1: *.key in /r',
    );
  });

  it('says what failed, with the code', async () => {
    const path = write('broken.txt');
    await index();
    pipeline.whileExtracting = (outcomes) =>
      outcomes.map(
        () => ({ kind: 'failed', code: 'FT_EXTRACT_TIMEOUT', message: 'too slow', isTransient: false }) as const,
      );
    writeFileSync(path, 'other words');
    pipeline.hintAttributes(Buffer.from(path));
    await pipeline.crawl();
    expect(await why(path)).toMatchObject({
      state: 'by name',
      failure: { code: 'FT_EXTRACT_TIMEOUT', message: 'too slow' },
    });
  });

  it('tells that the first part is known only', async () => {
    const path = write('long.log', 'words and more words\n'.repeat(1_000_000));
    await index();
    expect(await why(path)).toMatchObject({ isIndexed: true, document: { isPartial: true } });
    expect(await textOf(path)).toContain('extract.maxFileMiB');
  });

  it('tells what limits hold for a file, and which of them it has met', async () => {
    const limits = async (name: string) => (await why(join(tree, name))).limits;
    config = toConfig({ 'extract.maxFileMiB': 1, 'extract.timeoutSeconds': 7 }, 'none');
    write('long.log', 'words and more words\n'.repeat(100_000));
    write('short.log');
    writeFileSync(write('a.pdf'), pdfBytes(['(gulls)']));
    writeFileSync(
      write('many.zip'),
      zipBytes(...Array.from({ length: 2001 }, (_, i) => ({ name: `${i}`, bytes: '' }))),
    );
    const long = Buffer.from('words and more words\n'.repeat(1_000_000));
    writeFileSync(write('long.txt.gz'), gzipSync(long));
    writeFileSync(write('cut.txt.gz'), gzipSync(randomBytes(1000).toString('hex')).subarray(0, 600));
    writeFileSync(write('box.zip'), zipBytes({ name: 'long.txt', bytes: long }));
    await index();
    pipeline.whileExtracting = (outcomes) => outcomes.map(() => SLOW);
    write('slow.txt');
    await pipeline.crawl();
    expect(await limits('long.log')).toMatchObject({ seconds: 7, memoryMiB: 1024 });
    expect(await limits('short.log')).toMatchObject({ bytes: 1 << 20, pages: null, members: 2000, met: [] });
    expect(await limits('a.pdf')).toMatchObject({ bytes: 128 << 20, pages: 20_000, met: [] });
    expect((await limits('many.zip'))?.met).toEqual(['members']);
    expect((await limits('slow.txt'))?.met).toEqual(['seconds']);
    expect((await limits('long.txt.gz'))?.met).toEqual(['bytes']);
    expect((await limits('box.zip'))?.met).toEqual(['bytes']);
    expect((await limits('cut.txt.gz'))?.met).toEqual([]);
    expect(await textOf(join(tree, 'a.pdf'))).toContain('  limits      128 MiB of the file, 20,000 pages, ');
    expect((await why(join(tree, 'none'))).limits).toBeNull();
  });

  it('knows how much each extractor reads', () => {
    for (const one of EXTRACTORS) {
      const { wholeUpTo, isInHead = false, readsParts = false, cut } = one as Partial<BytesExtractor>;
      const own = readsParts || cut ? null : isInHead ? 65_536 : wholeUpTo;
      expect([one.id, ownBytes(one.id, one.type)]).toEqual([one.id, own]);
    }
  });
});

describe('find-textd why, of a document within a file, as hits show it', () => {
  function box(name: string): string {
    const path = write(name);
    writeFileSync(
      path,
      zipBytes({ name: 'mail/1.txt', bytes: 'seven gulls' }, { name: 'mail/2.txt', bytes: 'a boat' }),
    );
    return path;
  }

  it('tells of that document, with a query too', async () => {
    const path = box('box.zip');
    await index();
    const place = `${path} › mail/1.txt`;
    expect(await why(place, 'gulls')).toMatchObject({
      path,
      inner: 'mail/1.txt',
      isIndexed: true,
      document: { type: 'text/plain', extractor: 'text', inner: 0 },
      query: { isFound: true, rank: 1 },
    });
    expect((await why(`${path} › mail/2.txt`, 'gulls')).query).toMatchObject({ isFound: false, missing: ['gulls'] });
    expect((await why(path)).inner).toBeNull();
    expect(await textOf(place)).toMatch(/^\/r\/box\.zip › mail\/1\.txt\n {2}indexed {5}by its name and its text\n/);
  });

  it('says that there is no such document', async () => {
    const path = box('box.zip');
    await index();
    const none = [false, 'gone', 'the index has the file, and no such document within it'];
    expect(await judged(`${path} › mail/3.txt`)).toEqual(none);
  });

  it('takes the sign in a name of a file for what it is', async () => {
    box('a.zip');
    const path = box('a.zip › b.zip');
    await index();
    expect(await why(path)).toMatchObject({ path, inner: null, isIndexed: true });
    expect(await why(`${path} › mail/1.txt`)).toMatchObject({ path, inner: 'mail/1.txt', isIndexed: true });
  });
});

describe('find-textd why, of what is left out', () => {
  it.each([
    ['.gitignore', 'a.log', 'ignore.gitignore', 2, '*.log'],
    ['.find-textignore', 'a.log', 'ignore.ignoreFile', 2, '*.log'],
  ])('names the line of a %s', async (list, name, option, line, pattern) => {
    mkdirSync(join(tree, '.git'));
    write(list, '# lists\n*.log\n');
    const path = write(name);
    await index();
    const { rule, ...rest } = await why(path);
    expect(rest).toMatchObject({ isIndexed: false, state: 'left out', document: null });
    expect(rule).toEqual({ text: expect.any(String), folder: null, option, file: join(tree, list), line, pattern });
    expect(await textOf(path)).toContain(`  rule        line 2 of /r/${list}: *.log\n`);
  });

  it('names the folder above that a rule is about', async () => {
    write('.find-textignore', 'in a/\n');
    const path = write('in a/b/c.txt');
    await index();
    expect((await why(path)).rule).toMatchObject({ folder: join(tree, 'in a'), line: 1, pattern: 'in a/' });
    expect((await judged(path))[2]).toBe('left out by .find-textignore:1: in a/ in /r, which leaves out /r/in a');
  });

  it.each([
    ['.git/config', 'ignore.vcs'],
    ['node_modules/a/b.js', 'ignore.nodeModules'],
    ['.cache/a', 'ignore.caches'],
    ['.ssh/id_rsa', 'ignore.secrets'],
    ['quiet/a.txt', 'ignore.markerFiles'],
    ['thumbs/a.txt', 'ignore.cacheDirs'],
    ['.hidden', 'ignore.hidden'],
    ['own.bak', 'ignore.patterns'],
  ])('names the switch for %s: %s', async (name, option) => {
    config = { ...config, 'ignore.hidden': option === 'ignore.hidden', 'ignore.patterns': ['*.tmp', '*.bak'] };
    write('quiet/.nomedia');
    write('thumbs/CACHEDIR.TAG', 'Signature: 8a477f597d28d172789f06886806bc55');
    const path = write(name);
    await index();
    const { rule, state, advice } = await why(path);
    expect({ option: rule?.option, state }).toEqual({ option, state: 'left out' });
    expect(advice).toContain(option);
    if (option === 'ignore.patterns') expect(rule).toMatchObject({ line: 2, pattern: '*.bak', file: null });
  });

  it('tells that the index has it still, when the rule is new', async () => {
    const path = write('a.txt');
    await index();
    write('.find-textignore', 'a.txt\n');
    expect(await judged(path)).toMatchObject([true, 'left out', expect.stringContaining('the index has it still')]);
  });
});

describe('find-textd why, of what is no file to read', () => {
  it('says that a path is outside, and what is inside', async () => {
    await index();
    expect(await judged('/elsewhere')).toEqual([false, 'outside', 'it is in none of the folders that are indexed: /r']);
  });

  it('tells what is gone, and what happened to it', async () => {
    const path = write('a.txt');
    await index();
    renameSync(path, join(tree, 'b.txt'));
    const to = Buffer.from(join(tree, 'b.txt'));
    pipeline.tell({ kind: 'rename', path: Buffer.from(path), to, atMs: 1, origin: 'inotify' });
    await pipeline.drain();
    expect(await why(path)).toMatchObject({
      isIndexed: false,
      state: 'gone',
      kind: null,
      lastEvent: { kind: 'rename', to: to.toString() },
    });
    expect(await judged(to.toString())).toMatchObject([true, 'indexed', expect.any(String)]);
  });

  it('does not call found what is gone while the index has it still', async () => {
    const path = write('a.txt');
    await index();
    rmSync(path);
    expect(await judged(path)).toEqual([
      false,
      'gone',
      'nothing is there; the index has it still, and no search shows it',
    ]);
  });

  it('tells symlinks from files', async () => {
    const path = join(tree, 'link');
    symlinkSync(write('a.txt'), path);
    await index();
    expect(await why(path)).toMatchObject({ isIndexed: false, state: 'no file', kind: 'other' });
  });

  it('takes a path of any bytes, and lets none of them reach a terminal', async () => {
    const path = Buffer.concat([Buffer.from(`${tree}/`), Buffer.from([0xff, 0x1b, 0x5b])]);
    writeFileSync(path, 'some words');
    await index();
    expect(await why(path)).toMatchObject({ isIndexed: true, pathHex: path.toString('hex') });
    expect(await textOf(path)).toContain('/r/\\xff\\x1b[\n');
  });
});

describe('find-textd why, of what has changed', () => {
  it('says that nobody is at work', async () => {
    await index();
    leaveIndex();
    const path = write('new.txt');
    expect(await judged(path)).toEqual([false, 'waiting', 'not yet: no find-textd is at work']);
    expect((await why(path)).advice).toBe('start `find-textd run`');
  });

  it('says what waits: the file itself, or its folder', async () => {
    await index();
    const path = write('sub/new.txt');
    expect((await judged(path))[2]).toBe(
      'not yet: find-textd has not been told of it, and finds it when it compares the folder',
    );
    await pipeline.apply([
      { kind: 'enqueue', hint: { path: Buffer.from(tree), scope: 'tree', priority: PRIORITY.reconcile } },
    ]);
    expect((await judged(path))[2]).toBe('not yet: its folder /r waits in the queue');
    await pipeline.apply([
      { kind: 'enqueue', hint: { path: Buffer.from(path), scope: 'path', priority: PRIORITY.interactive } },
    ]);
    expect(await why(path)).toMatchObject({ state: 'waiting', queue: { path, isRunning: false, attempts: 0 } });
  });

  it('says that the index has it as it was before', async () => {
    const path = write('a.txt');
    await index();
    writeFileSync(path, 'other and more words');
    expect(await judged(path)).toMatchObject([true, 'changed', expect.stringContaining('it has changed since')]);
  });
});

describe('find-textd why, of a query', () => {
  it('says at which place it finds the file, and what the score is made of', async () => {
    write('wait-queue.txt', 'nothing of it');
    const path = write('notes.txt', 'the wait queue of the kernel');
    await index();
    const { query } = await why(path, 'wait', 'queue');
    expect(query).toMatchObject({ text: 'wait queue', isFound: true, rank: 2, total: 2, missing: [], searched: null });
    const sum = Object.values(query?.parts ?? {}).reduce((all, part) => all + part, 0);
    expect(sum).toBeCloseTo(query?.score ?? -1, 1);
    expect(query?.parts?.phrase).toBeGreaterThan(0);
    expect(await textOf(path, 'wait queue')).toMatch(
      /^ {2}query {7}wait queue: finds it at place 2 of 2; score \d+\.\d: phrase /m,
    );
  });

  it.each([
    ['kernel zebra', { missing: ['zebra'] }, 'it does not have zebra'],
    ['"kernel the"', { missing: ['"kernel the"'] }, 'it does not have "kernel the"'],
    ['name:zebra kernel', { missing: ['name:zebra'] }, 'it does not have name:zebra'],
    ['(zebra OR yak) kernel', { missing: ['zebra or yak'] }, 'it does not have zebra or yak'],
    ['kernel -queue', { unwanted: ['queue'] }, 'it has queue, which is not wanted'],
    ['kernel ext:md', { unmet: ['ext:md'] }, 'it is not so: ext:md'],
    ['kernel size:>1M', { unmet: ['size:1048577..'] }, 'it is not so: size:1048577..'],
    ['kernel size:1..5', { unmet: ['size:1..5'] }, 'it is not so: size:1..5'],
    [
      'kernel modified:2020',
      { unmet: ['modified:2020-01-01 00:00:00..2020-12-31 23:59:59'] },
      'it is not so: modified:2020-01-01 00:00:00..2020-12-31 23:59:59',
    ],
    ['kernel in:/elsewhere', { unmet: ['in:/elsewhere'] }, 'it is not so: in:/elsewhere'],
  ])('says why %s does not find it', async (text, lacking, told) => {
    write('other.txt', 'kernel zebra yak');
    const path = write('notes.txt', 'the wait queue of the kernel');
    await index();
    const { query, isIndexed } = await why(path, text);
    expect({ isIndexed, query }).toMatchObject({
      isIndexed: true,
      query: { missing: [], unwanted: [], unmet: [], ...lacking },
    });
    expect(await textOf(path, text)).toContain(told);
  });

  it('says of a word in the middle of its name that it finds it', async () => {
    const path = write('2023-report.txt');
    await index();
    expect((await why(path, 'port')).query).toMatchObject({ isFound: true, rank: 1, total: 1, missing: [] });
    expect(await textOf(path, 'port')).toContain('finds it at place 1 of 1');
  });

  it('tells a hit that has only some of the words', async () => {
    const path = write('notes.txt', 'the wait queue of the kernel');
    await index();
    expect(await textOf(path, 'kernel zebra')).toContain(
      'at place 1, with only some of the words: it does not have zebra;',
    );
  });

  it('says so when the index does not have the file', async () => {
    await index();
    const path = write('new.txt');
    expect((await why(path, 'some')).query).toMatchObject({ isFound: false, rank: null, total: 0 });
    expect(await textOf(path, 'some')).toContain('does not find it: the index does not have it');
  });
});
