import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeText, HEAD_BYTES, isBinary } from '../../../indexer/extract/decode.js';

function text(bytes: Buffer, isCut = false): string | undefined {
  return decodeText(bytes, isCut)?.text.toString('utf8');
}

describe('decodeText', () => {
  it('passes UTF-8 on as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (string) => {
        fc.pre(!/[\0\x1b]/.test(string) && !string.startsWith('\ufeff'));
        const bytes = Buffer.from(string);
        expect(decodeText(bytes, false)).toEqual({ text: bytes, isFileBytes: true });
      }),
    );
  });

  it('keeps the file bytes of a text that the size limit cut within a character', () => {
    const whole = Buffer.from('Möwen und 日本 😀');
    for (let end = 1; end < whole.length; end++) {
      const decoded = decodeText(whole.subarray(0, end), true);
      expect(decoded?.isFileBytes).toBe(true);
      expect(whole.toString('utf8').startsWith(decoded?.text.toString('utf8') as string)).toBe(true);
      expect(end - (decoded?.text.length ?? 0)).toBeLessThan(4);
    }
  });

  it('takes the mark off and says that these are no longer the file bytes', () => {
    expect(decodeText(Buffer.from('\ufeffhello'), false)).toEqual({ text: Buffer.from('hello'), isFileBytes: false });
  });

  it('reads UTF-16 cut in the middle of a unit and of a pair', () => {
    const bytes = Buffer.from('\ufeffGröße 😀', 'utf16le');
    expect(text(bytes.subarray(0, -1), true)).toBe('Größe ');
    expect(text(bytes.subarray(0, -2), true)).toBe('Größe ');
  });

  it.each(['utf16le', 'utf16be'])('reads %s without a mark in any script', (encoding) => {
    for (const sample of [
      'hello',
      'Größe\nMaß',
      'こんにちは、世界。\n',
      '你好，世界\n文字',
      'Привет, мир\n',
      'line\r\nline\r\n',
    ]) {
      const bytes = Buffer.from(sample, 'utf16le');
      expect(text(encoding === 'utf16le' ? bytes : Buffer.from(bytes).swap16())).toBe(sample);
    }
  });

  it('reads the euro and curly quotes of windows-1252', () => {
    expect(text(Buffer.from('\x93caf\xe9\x94 costs 5 \x80, it\x92s \x96 fine', 'latin1'))).toBe(
      '“café” costs 5 €, it’s – fine',
    );
  });

  it('finds the legacy encoding though the first 64 kB are ASCII', () => {
    const cyrillic = Buffer.from('f0cfc9d3cb20d4c5cbd3d4c120cec120d2c1c2cfdec5cd20d3d4cfccc5', 'hex');
    const found = text(Buffer.concat([Buffer.alloc(HEAD_BYTES + 100, 'ascii '), cyrillic]));
    expect(found?.slice(-29)).toBe('Поиск текста на рабочем столе');
  });

  it('believes a declared encoding only if the text can be read so', () => {
    const polish = Buffer.from('charset=iso-8859-2 za\xbf\xf3\xb3\xe6', 'latin1');
    expect(text(polish)).toBe('charset=iso-8859-2 zażółć');
    expect(text(Buffer.from('charset=shift_jis caf\xe9 \xfc\xff', 'latin1'))).toMatch(/^charset=shift_jis caf/);
    expect(text(Buffer.from('charset=no-such-thing d\xe9j\xe0 vu, \xe9t\xe9', 'latin1'))).toBe(
      'charset=no-such-thing déjà vu, été',
    );
  });

  it('takes no encoding for unusual words that has no letters for their bytes', () => {
    const russian = `${'Съешь же ещё этих мягких французских булок да выпей чаю. '.repeat(4)} барсук quokka`;
    const letters = [...'абвгдежзийклмнопрстуфхцчшщъыьэюя'];
    const koi8 = [...'ÁÂ×ÇÄÅÖÚÉÊËÌÍÎÏÐÒÓÔÕÆÈÃÞÛÝßÙØÜÀÑ'];
    const small = russian.toLowerCase().replaceAll('ё', 'е');
    const inKoi8 = Buffer.from(
      small.replace(/[а-я]/g, (letter) => koi8[letters.indexOf(letter)] ?? ''),
      'latin1',
    );
    const in1251 = Buffer.from(
      small.replace(/[а-я]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) - 0x430 + 0xe0)),
      'latin1',
    );
    expect(text(inKoi8)).toContain('барсук');
    expect(text(in1251)).toContain('барсук');
  });

  it('keeps a mostly right UTF-8 text and marks the bad bytes', () => {
    expect(text(Buffer.concat([Buffer.from('Möwen über Türmen, schön. '), Buffer.from([0xff])]))).toBe(
      'Möwen über Türmen, schön. \ufffd',
    );
  });

  it('never throws, and gives valid UTF-8, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.boolean(), (bytes, isCut) => {
        const decoded = decodeText(Buffer.from(bytes), isCut);
        if (decoded !== undefined) expect(Buffer.from(decoded.text.toString('utf8')).equals(decoded.text)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});

describe('isBinary', () => {
  it('holds for noise, pictures, programs and zeros', () => {
    const elf = Buffer.concat([Buffer.from('\x7fELF\x02\x01\x01'), Buffer.alloc(9), randomBytes(500)]);
    const samples = Array.from({ length: 16_000 }, (_, at) => Math.round(3000 * Math.sin(at / 20)) & 0xffff);
    const sound = Buffer.from(Uint16Array.from(samples).buffer);
    for (const bytes of [Buffer.alloc(1000), elf, sound, Buffer.concat([Buffer.alloc(1), randomBytes(5000)])]) {
      expect(isBinary(bytes)).toBe(true);
      expect(decodeText(bytes, false)).toBeUndefined();
    }
  });

  it('holds for noise without a NUL, by its control characters', () => {
    expect(decodeText(Buffer.from(randomBytes(4000).filter((byte) => byte !== 0)), false)).toBeUndefined();
  });

  it('does not hold for text with a NUL far behind its beginning', () => {
    const log = Buffer.concat([Buffer.alloc(HEAD_BYTES + 5, 'a line\n'), Buffer.from('\0\0\0more')]);
    expect(isBinary(log)).toBe(false);
    expect(text(log)?.endsWith('a line\n   more')).toBe(true);
  });
});
