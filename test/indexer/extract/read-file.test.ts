/** Files that are not what they were, or never were files: every kind, through the code that opens them. */
import { execFileSync } from 'node:child_process';
import { appendFileSync, chmodSync, mkdirSync, symlinkSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runJob } from '../../../indexer/extract/job.js';
import { type ReadResult, readBeginning } from '../../../indexer/extract/read-file.js';
import { FORMATS } from '../../../indexer/extract/registry.js';
import { bundle } from '../../helpers/bundle.js';
import { listenAt } from '../../helpers/listen-at.js';
import { pdfBytes, stream } from '../../helpers/pdf-bytes.js';
import { tempFolder } from '../../helpers/temp.js';

const folder = tempFolder();
const MIB = 1 << 20;

function at(name: string): string {
  return join(folder, name);
}

function read(
  path: string | Buffer,
  maxBytes = MIB,
  isWorthReading: (head: Buffer) => boolean = () => true,
): ReadResult {
  return readBeginning(Buffer.from(path), { maxBytes, isWorthReading });
}

function written(name: string, content: string | Buffer = 'text'): string {
  writeFileSync(at(name), content);
  return at(name);
}

describe('readBeginning', () => {
  it('reads a file and says what it was', () => {
    expect(read(written('plain'))).toMatchObject({
      kind: 'read',
      bytes: Buffer.from('text'),
      isTruncated: false,
      isChanging: false,
      stat: { size: 4 },
    });
  });

  it('opens neither a FIFO, nor a socket, a device, a folder or a link', async () => {
    execFileSync('mkfifo', [at('fifo')]);
    mkdirSync(at('folder'));
    symlinkSync(written('target'), at('link'));
    symlinkSync(at('loop'), at('loop'));
    const server = createServer();
    await listenAt(server, at('socket'));
    const kinds = [at('fifo'), at('folder'), at('link'), at('loop'), at('socket'), '/dev/zero'].map(
      (path) => read(path).kind,
    );
    server.close();
    expect(kinds).toEqual(Array(6).fill('special'));
  });

  it('calls gone what is not there, or below something that is no folder', () => {
    expect([read(at('missing')), read(join(written('a-file'), 'below'))]).toEqual([{ kind: 'gone' }, { kind: 'gone' }]);
  });

  it('finds a name that is not UTF-8', () => {
    const path = Buffer.concat([Buffer.from(at('name-')), Buffer.from([0xff, 0xfe])]);
    writeFileSync(path, 'text');
    expect(read(path).kind).toBe('read');
  });

  it('says why a path cannot be read, without control characters', () => {
    const outcome = read(`${at('a\nb')}${'x'.repeat(300)}`);
    expect(outcome).toMatchObject({ kind: 'failed', code: 'FT_READ_FAILED', isTransient: true });
    expect((outcome as { message: string }).message).toMatch(/^read .*a\\x0ab.*: ENAMETOOLONG/);
  });

  it('reads the first part of a file beyond the limit', () => {
    const result = read(written('long', Buffer.alloc(3 * MIB, 'long ')));
    expect(result).toMatchObject({ kind: 'read', isTruncated: true, stat: { size: 3 * MIB } });
    expect((result as { bytes: Buffer }).bytes.length).toBe(MIB);
  });

  it('reads no more than a head that is not worth it', () => {
    const result = read(written('binary', Buffer.alloc(MIB)), MIB, () => false);
    expect((result as { bytes: Buffer }).bytes.length).toBe(65_536);
  });

  it('tells a file that grows, shrinks or is touched while it is read, and keeps the stat from before', () => {
    const path = written('changing', Buffer.alloc(200_000, 'x'));
    const during = (change: () => void) =>
      read(path, MIB, () => {
        change();
        return true;
      });
    expect(during(() => appendFileSync(path, 'more'))).toMatchObject({ isChanging: true, stat: { size: 200_000 } });
    expect(during(() => utimesSync(path, 1, 1))).toMatchObject({ isChanging: true, stat: { size: 200_004 } });
    const shrunk = during(() => truncateSync(path, 70_000));
    expect(shrunk).toMatchObject({ isChanging: true, stat: { size: 200_004, mtimeMs: 1000 } });
    expect((shrunk as { bytes: Buffer }).bytes.length).toBe(70_000);
  });

  it('reads into the given memory if the file fits, else into its own', () => {
    const scratch = Buffer.alloc(100);
    const options = { maxBytes: MIB, isWorthReading: () => true, scratch };
    const small = readBeginning(Buffer.from(written('small', 'x'.repeat(100))), options) as { bytes: Buffer };
    const big = readBeginning(Buffer.from(written('big', 'y'.repeat(101))), options) as { bytes: Buffer };
    expect([small.bytes.buffer === scratch.buffer, big.bytes.buffer === scratch.buffer]).toEqual([true, false]);
    expect(big.bytes.toString()).toBe('y'.repeat(101));
  });

  it('reads whole what is of no use without its end, or only its head', () => {
    const path = written('whole', Buffer.alloc(3 * MIB, 'long '));
    const read = (wholeUpTo: number) =>
      readBeginning(Buffer.from(path), { maxBytes: MIB, isWorthReading: () => true, wholeUpTo: () => wholeUpTo });
    const sizes = [0, 2 * MIB, 3 * MIB].map((limit) => {
      const { bytes, isTruncated } = read(limit) as { bytes: Buffer; isTruncated: boolean };
      return [bytes.length, isTruncated];
    });
    expect(sizes).toEqual([
      [MIB, true],
      [65_536, true],
      [3 * MIB, false],
    ]);
  });
});

describe('runJob', () => {
  const run = (path: string, maxBytes = 16 * MIB) => runJob(FORMATS, { path: Buffer.from(path), maxBytes });

  it('reads the beginning of a 10 GB file that has almost no blocks', async () => {
    const text = written('sparse.txt', Buffer.alloc(17 * MIB, 'words '));
    truncateSync(text, 10 * 1024 * MIB);
    const outcome = await run(text);
    expect(outcome).toMatchObject({
      kind: 'extracted',
      extraction: { isTruncated: true, isFileText: true, extractor: 'text' },
    });
    expect(outcome.kind === 'extracted' && outcome.extraction.text.length).toBe(16 * MIB);
  });

  it('reads a PDF whole, whatever the limit, and says of one that is too large that it was not read', async () => {
    const pages = pdfBytes(['(first page)', stream('%'.repeat(100_000)), '(last page)']);
    expect(await run(written('longer.pdf', pages), 70_000)).toMatchObject({
      extraction: { isTruncated: false, text: Buffer.from('first page\f\flast page') },
    });
    const path = written('sparse.pdf', pages);
    truncateSync(path, 200 * MIB);
    expect(await run(path)).toMatchObject({
      kind: 'failed',
      code: 'FT_EXTRACT_FAILED',
      message: expect.stringContaining('at most 128 MiB'),
    });
  });

  it('takes a 10 GB file of zeros for binary after its first 64 kB', async () => {
    truncateSync(written('zeros.iso', ''), 10 * 1024 * MIB);
    expect(await run(at('zeros.iso'))).toMatchObject({
      extraction: { extractor: 'none', type: 'application/x-iso9660-image' },
    });
  });

  it('keeps whole characters when the limit cuts one', async () => {
    const outcome = await run(written('umlauts.txt', 'ü'.repeat(1000)), 999);
    expect(outcome).toMatchObject({ extraction: { isTruncated: true, isFileText: true } });
    expect(outcome.kind === 'extracted' && outcome.extraction.text.length).toBe(998);
  });

  it('reads an empty file, and nothing of a file when the limit is 0', async () => {
    expect(await run(written('empty', ''))).toMatchObject({ extraction: { isTruncated: false, extractor: 'text' } });
    expect(await run(written('some', 'text'), 0)).toMatchObject({
      extraction: { isTruncated: true, text: Buffer.alloc(0) },
    });
  });

  it('records an extractor that throws, with file and reason', async () => {
    const outcome = await run(
      written('bad\x1b.gz', Buffer.from('1f8b08000000000000 03ffffffffff'.replace(' ', ''), 'hex')),
    );
    expect(outcome).toMatchObject({
      kind: 'failed',
      code: 'FT_EXTRACT_FAILED',
      isTransient: false,
      stat: { size: 15 },
    });
    expect((outcome as { message: string }).message).toBe(
      `extract ${folder}/bad\\x1b.gz: the gzip data is damaged from its beginning on`,
    );
  });
});

describe('without permission', () => {
  /** As root every file can be read, so the process becomes nobody first. */
  it('a file or folder is denied, not transient', () => {
    const open = tempFolder();
    chmodSync(open, 0o755);
    mkdirSync(join(open, 'closed'));
    for (const path of [join(open, 'secret'), join(open, 'closed', 'inner')])
      writeFileSync(path, 'text', { mode: 0o600 });
    chmodSync(join(open, 'closed'), 0o700);
    const isRoot = process.getuid?.() === 0;
    if (!isRoot) for (const path of [join(open, 'secret'), join(open, 'closed')]) chmodSync(path, 0);
    const script = bundle('test/indexer/extract/read-as-nobody.ts');
    chmodSync(join(script, '..'), 0o755);
    const output = execFileSync(process.execPath, [script, join(open, 'secret'), join(open, 'closed', 'inner')], {
      encoding: 'utf8',
    });
    if (!isRoot) chmodSync(join(open, 'closed'), 0o700);
    expect(JSON.parse(output)).toEqual(
      ['secret', 'closed/inner'].map((name) => ({
        kind: 'failed',
        code: 'FT_READ_DENIED',
        message: `read ${open}/${name}: permission denied`,
        isTransient: false,
      })),
    );
  });
});
