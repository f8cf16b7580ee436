import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanText, displayPath, jsonPath, jsonPathBytes } from '../../shared/path-text.js';

const anyBytes = fc
  .uint8Array({ minLength: 1, maxLength: 30 })
  .map((bytes) => Buffer.from(bytes.map((byte) => byte || 1)));

describe('displayPath', () => {
  it('shows what a terminal could obey as text', () => {
    expect(displayPath(Buffer.from('/a\u001b[31mb\nc\u202etxt\u007f'))).toBe('/a\\x1b[31mb\\x0ac\\u{202e}txt\\x7f');
  });

  it('shows bytes that are not UTF-8, and keeps question marks', () => {
    expect(displayPath(Buffer.from([0x2f, 0x3f, 0xe9, 0x61, 0xff]))).toBe('/?\\xe9a\\xff');
  });

  it('never lets a control character through, whatever the bytes', () => {
    fc.assert(
      fc.property(anyBytes, (path) => {
        expect(displayPath(path)).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
      }),
    );
  });

  it('leaves other text alone', () => {
    expect(cleanText('grüße 日本 😀 \\')).toBe('grüße 日本 😀 \\');
  });
});

describe('jsonPath', () => {
  it('tells every byte: the text, and the bytes when they are not UTF-8', () => {
    expect(jsonPath('to', Buffer.from('/grün'))).toEqual({ to: '/grün' });
    expect(jsonPath('to', Buffer.from([0x2f, 0xe9]))).toEqual({ to: '/\ufffd', toHex: '2fe9' });
  });

  it('gives the bytes back, whatever they are', () => {
    fc.assert(
      fc.property(anyBytes, (path) => {
        const { to, toHex } = jsonPath('to', path);
        expect(jsonPathBytes(to, toHex)).toEqual(path);
      }),
    );
  });
});
