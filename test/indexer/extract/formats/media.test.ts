/** Music and films: what the golden files do not show, large ones, and broken ones. */
import { closeSync, openSync, readFileSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { untangle } from '../../../../indexer/extract/formats/media/mojibake.js';
import { plainName } from '../../../../indexer/extract/formats/media/tags.js';
import { runJob } from '../../../../indexer/extract/job.js';
import { FORMATS } from '../../../../indexer/extract/registry.js';
import { toBytes } from '../../../../shared/paths.js';
import { extractBytes, propertiesOf, textOf } from '../../../helpers/extract-bytes.js';
import { tempFolder } from '../../../helpers/temp.js';

const ENDINGS = 'mp3 flac ogg opus m4a wav aiff wma mkv webm avi mov'.split(' ');
const GIB = 1024 ** 3;

function fixture(ending: string): Buffer {
  return readFileSync(fileURLToPath(new URL(`../../../fixtures/files/gulls.${ending}`, import.meta.url)));
}

/** In this machine's time zone. */
function dayOf(ms: number): string {
  const date = new Date(ms);
  return [date.getFullYear(), date.getMonth() + 1, date.getDate()].map((one) => String(one).padStart(2, '0')).join('-');
}

/** Without tags. */
const SOUND = fixture('mp3').subarray(fixture('mp3').lastIndexOf(Buffer.from([0xff, 0xe3])));

/** An ID3v2.3 tag, each text in Latin-1. */
function id3(frames: Readonly<Record<string, Buffer>>): Buffer {
  const all = Object.entries(frames).map(([name, value]) => {
    const head = Buffer.alloc(10);
    head.write(name, 'latin1');
    head.writeUInt32BE(value.length, 4);
    return Buffer.concat([head, value]);
  });
  const size = all.reduce((sum, { length }) => sum + length, 0);
  const head = Buffer.from([0x49, 0x44, 0x33, 3, 0, 0, size >> 21, (size >> 14) & 127, (size >> 7) & 127, size & 127]);
  return Buffer.concat([head, ...all]);
}

function latin(bytes: Buffer | string): Buffer {
  return Buffer.concat([Buffer.from([0]), Buffer.from(bytes)]);
}

describe('music and films', () => {
  it.each(ENDINGS)('are known by their content: %s', async (ending) => {
    const named = await extractBytes(`a.${ending}`, fixture(ending));
    for (const name of ['a', 'a.txt', 'a.mp3']) {
      const found = await extractBytes(name, fixture(ending));
      expect([found.extractor, found.type, found.title]).toEqual(['media', named.type, 'Gulls at dusk']);
      expect(propertiesOf(found)).toContain('artist Ann Ørsted');
    }
  });

  it('are videos when there is something to see, else sound', async () => {
    const types = await Promise.all(
      ['mkv', 'webm', 'mov', 'avi', 'm4a', 'ogg'].map((ending) => extractBytes('a', fixture(ending))),
    );
    expect(types.map(({ type }) => type.slice(0, 5))).toEqual(['video', 'video', 'video', 'video', 'audio', 'audio']);
  });

  it.each([
    ['a.ts', `G${'\0'.repeat(187)}`.repeat(4), 'video/mp2t'],
    ['a', '\0\0\x01\xba\x44\0\0\0', 'video/mpeg'],
    ['a', 'FLV\x01\x05\0\0\0\x09', 'video/x-flv'],
  ])('are known as such also when nothing of them is read: %s', async (name, text, type) => {
    const found = await extractBytes(name, Buffer.from(text, 'latin1'));
    expect(found).toMatchObject({ extractor: 'media', type, title: '', isTruncated: false });
  });

  it('give no covers as text, however large', async () => {
    const cover = Buffer.concat([latin('image/png\0\x03cover\0'), Buffer.from('PNG pixels '.repeat(20_000))]);
    const bytes = Buffer.concat([id3({ APIC: cover, TIT2: latin('Gulls'), TPE1: latin('Ann') }), SOUND]);
    const found = await extractBytes('a.mp3', bytes);
    expect([found.title, textOf(found)]).toEqual(['Gulls', 'Ann']);
  });

  it('of which the texts are in UTF-8 against the rule are read as meant', async () => {
    const tag = id3({ TIT2: latin('Möwe am Meer'), TPE1: latin(Buffer.from('Bj\xf6rn', 'latin1')) });
    const found = await extractBytes('a.mp3', Buffer.concat([tag, SOUND]));
    expect([found.title, textOf(found).split('\n')[0]]).toEqual(['Möwe am Meer', 'Björn']);
    expect(['Möwe', 'Bj\xf6rn', '日本', 'plain'].map(untangle)).toEqual(['Möwe', 'Björn', '日本', 'plain']);
  });

  it.each([
    ['TDAT', { TYER: '2024', TDAT: '1705' }, ['written 2024-05-17']],
    ['no day', { TYER: '2024', TDAT: '99' }, ['written 2024-01-01']],
    ['no year', { TYER: '0000' }, []],
  ])('have artists with a slash in their names, and dates in pieces, before ID3 2.4: %s', async (_, dates, written) => {
    const frames = Object.entries({ TPE1: 'AC/DC', TPE2: 'Ann', ...dates }).map(([name, text]) => [name, latin(text)]);
    const found = await extractBytes('a.mp3', Buffer.concat([id3(Object.fromEntries(frames)), SOUND]));
    const local = (found.properties ?? []).map(({ field, value }) =>
      typeof value === 'number' && field === 'written' ? `written ${dayOf(value)}` : `${field} ${value}`,
    );
    expect(local.filter((one) => !one.startsWith('duration'))).toEqual(['artist AC/DC', 'artist Ann', ...written]);
  });

  it('may be text that only has such an ending, or begins so', async () => {
    expect(await extractBytes('list.mp3', 'one song\nanother\n')).toMatchObject({ extractor: 'text' });
    for (const text of ['MAC addresses', 'MP+ is a format', 'FORM 12 AIFF', `G${'o'.repeat(187)}`.repeat(4)])
      expect(await extractBytes('notes.txt', text)).toMatchObject({ extractor: 'text' });
  });

  it('name one thing in many ways', () => {
    const names = [
      'track:ALBUM_ARTIST',
      'WM/AlbumArtist',
      'com.apple.quicktime.album-artist',
      'Author',
      'TXXX:comment',
    ];
    expect(names.map(plainName)).toEqual(['albumartist', 'albumartist', 'albumartist', 'artist', 'comment']);
  });
});

describe('a large file', () => {
  async function read(name: string, bytes: Buffer) {
    const path = join(tempFolder(), name);
    writeFileSync(path, bytes);
    const outcome = await runJob(FORMATS, { path: toBytes(path), maxBytes: 100_000 });
    return outcome.kind === 'extracted' ? outcome.extraction : expect.fail(outcome.kind);
  }

  it('of text that begins like music is read as text', async () => {
    const text = 'MAC addresses and gulls\n'.repeat(4000);
    expect(await read('notes.txt', Buffer.from(text))).toMatchObject({ extractor: 'text', isFileText: true });
    expect(await read('list.mp3', Buffer.from(text))).toMatchObject({ extractor: 'text' });
  });

  it('of silence is music', async () => {
    const wav = Buffer.concat([fixture('wav').subarray(0, 44), Buffer.alloc(200_000)]);
    expect(await read('silence.wav', wav)).toMatchObject({ extractor: 'media', type: 'audio/wav', isTruncated: false });
  });
});

describe('a film of several GB', () => {
  /** Its pictures are a hole in the file; what is told of it stands behind them. */
  function largeFilm(): string {
    const small = fixture('mov');
    const at = small.indexOf('moov') - 4;
    const movie = small.subarray(at, at + small.readUInt32BE(at));
    const path = join(tempFolder(), 'film.mov');
    const head = Buffer.concat([
      Buffer.from('\0\0\0\x14ftypqt  \0\0\x02\0qt  \0\0\0\x01mdat', 'latin1'),
      Buffer.alloc(8),
    ]);
    head.writeBigUInt64BE(BigInt(4 * GIB), 28);
    writeFileSync(path, head);
    truncateSync(path, 20 + 4 * GIB);
    const file = openSync(path, 'r+');
    writeSync(file, movie, 0, movie.length, 20 + 4 * GIB);
    closeSync(file);
    return path;
  }

  it('is read at its beginning and its end', async () => {
    const outcome = await runJob(FORMATS, { path: toBytes(largeFilm()), maxBytes: 1 << 20 });
    if (outcome.kind !== 'extracted') expect.fail(outcome.kind);
    expect(outcome.extraction).toMatchObject({ title: 'Gulls at dusk', type: 'video/quicktime', isTruncated: false });
    expect(propertiesOf(outcome.extraction)).toContain('camera Acme Phone 9');
  });
});

describe('music that is broken', () => {
  it.each(ENDINGS)('or cut off anywhere gives what is left, and ends: %s', async (ending) => {
    const whole = fixture(ending);
    const changes = fc.array(fc.tuple(fc.integer({ min: 16, max: whole.length - 1 }), fc.nat(255)), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(changes, fc.integer({ min: 16, max: whole.length }), async (all, length) => {
        const bytes = Buffer.from(whole);
        for (const [at, byte] of all) bytes[at] = byte;
        const found = await extractBytes('a', bytes.subarray(0, length % 3 === 0 ? length : whole.length));
        expect(Buffer.from(textOf(found)).equals(Buffer.from(found.text))).toBe(true);
      }),
      { numRuns: 100 },
    );
  });
});
