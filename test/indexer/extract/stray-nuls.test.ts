import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeText, HEAD_BYTES, isBinary } from '../../../indexer/extract/decode.js';

const NULS = Buffer.alloc(512);
const LOG = 'Jan 1 10:00:00 host app[1]: a pineapple was found\n';

function text(...parts: (string | Buffer)[]): string | undefined {
  return decodeText(Buffer.concat(parts.map((part) => Buffer.from(part as string))), false)?.text.toString();
}

describe('text with stray NULs', () => {
  it.each<[string, (string | Buffer)[]]>([
    ['a log after a power cut', [LOG, NULS, LOG]],
    ['a log that begins with NULs', [NULS, LOG]],
    ['a log whose first blocks are lost', [Buffer.alloc(HEAD_BYTES + 4096), LOG]],
    ['a log that was made longer in advance', [LOG, Buffer.alloc(HEAD_BYTES)]],
    ['a source file with one', ['const a = "x', '\0', '";\n', LOG]],
    ['a list of paths ended by NULs', ['./src/pineapple.ts\0./a\0./README.md\0']],
    ['umlauts and NULs', ['Größe pineapple', NULS, 'Maß 日本 😀']],
    ['Latin-1 and NULs', [Buffer.from('caf\xe9 pineapple d\xe9j\xe0 vu', 'latin1'), NULS, 'tail']],
    ['KOI8-R and NULs', [Buffer.from('f0cfc9d3cb20d4c5cbd3d4c120cec120d2c1c2cfdec5cd20', 'hex'), NULS, 'pineapple']],
    ['terminal colours and NULs', ['\x1b[31mpineapple\x1b[0m\n', NULS, LOG]],
  ])('%s is text, and NULs are blanks', (_, parts) => {
    const found = text(...parts);
    expect(found).toContain('pineapple');
    expect(found).not.toContain('\0');
    expect(isBinary(Buffer.concat(parts.map((part) => Buffer.from(part as string))).subarray(0, HEAD_BYTES))).toBe(
      false,
    );
  });

  it('keeps the place of every other byte', () => {
    expect(text('ab\0cd is a text\0\0!')).toBe('ab cd is a text  !');
  });

  it('is not the text of the file byte for byte', () => {
    expect(decodeText(Buffer.from(`${LOG}\0`), false)?.isFileBytes).toBe(false);
    expect(decodeText(Buffer.from(LOG), false)?.isFileBytes).toBe(true);
  });

  it('holds NULs that come after the first 64 kB', () => {
    expect(text(LOG.repeat(2000), NULS, 'tailword')).toMatch(/found\n {512}tailword$/);
  });

  it('leaves no NUL in UTF-16', () => {
    expect(decodeText(Buffer.from('\ufeffa\0b', 'utf16le'), false)?.text.toString()).toBe('a b');
  });

  it.each<[string, Buffer]>([
    ['nothing but NULs', Buffer.alloc(4000)],
    ['a table of small numbers', Buffer.from(Uint32Array.from({ length: 500 }, (_, index) => index).buffer)],
    ['a record of a login', Buffer.concat([Buffer.from([7, 0, 0, 0, 0x39, 5, 0, 0]), Buffer.from('pts/0'), NULS])],
    [
      'a tar archive',
      Buffer.concat([Buffer.from('notes.txt'.padEnd(257, '\0')), Buffer.from('ustar\0'), Buffer.from(LOG)]),
    ],
    ['a cpio archive', Buffer.concat([Buffer.from('070701000A2F1C'), Buffer.from(LOG), NULS])],
    ['compiled Python', Buffer.concat([Buffer.from('o\r\r\n\0\0\0\0'), Buffer.from(LOG.repeat(100)), NULS])],
    ['UTF-32 without a mark', Buffer.from(Uint32Array.from(LOG, (character) => character.charCodeAt(0)).buffer)],
  ])('%s is binary', (_, bytes) => {
    expect(decodeText(bytes, false)).toBeUndefined();
  });

  it('any text with a few NULs put into it is found word by word', () => {
    const word = fc.stringMatching(/^[a-zäöü]{4,9}$/);
    fc.assert(
      fc.property(fc.array(word, { minLength: 8, maxLength: 200 }), fc.integer({ min: 1, max: 900 }), (words, nuls) => {
        const half = words.length >> 1;
        const found = text(words.slice(0, half).join(' '), Buffer.alloc(nuls), words.slice(half).join('\n'));
        expect(found?.split(/\s+/)).toEqual(words);
      }),
    );
  });
});
