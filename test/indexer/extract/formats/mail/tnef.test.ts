/** `winmail.dat` as Outlook writes it, and damaged. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tnefFiles } from '../../../../../indexer/extract/formats/mail/tnef.js';
import { extractBytes, textOf } from '../../../../helpers/extract-bytes.js';

const HEAD = Buffer.from('789f3e220100', 'hex');
const [OF_MESSAGE, OF_FILE] = [1, 2];

function attribute(level: number, name: number, data: string | Buffer): Buffer {
  const bytes = Buffer.from(data as string, 'latin1');
  const head = Buffer.alloc(9);
  head.writeUInt8(level);
  head.writeUInt16LE(name, 1);
  head.writeUInt16LE(6, 3);
  head.writeUInt32LE(bytes.length, 5);
  return Buffer.concat([head, bytes, Buffer.alloc(2)]);
}

function numbers(...all: readonly number[]): Buffer {
  return Buffer.from(Uint32Array.from(all).buffer);
}

function property(kind: number, id: number, data: Buffer): Buffer {
  const padded = Buffer.concat([data, Buffer.alloc((4 - (data.length % 4)) % 4)]);
  return Buffer.concat([numbers(kind | (id << 16), 1, data.length), padded]);
}

function file(name: string, content: string, ...properties: readonly Buffer[]): Buffer {
  return Buffer.concat([
    attribute(OF_FILE, 0x9002, Buffer.alloc(14)),
    attribute(OF_FILE, 0x8010, `${name}\0`),
    attribute(OF_FILE, 0x800f, content),
    attribute(OF_FILE, 0x9005, Buffer.concat([numbers(properties.length), ...properties])),
  ]);
}

const WHOLE = Buffer.concat([
  HEAD,
  attribute(OF_MESSAGE, 0x8004, 'subject\0'),
  file(
    'NOTES~1.TXT',
    'seven gulls',
    numbers(0x0e200003, 11),
    property(0x1f, 0x3707, Buffer.from('Möwen.txt\0', 'utf16le')),
  ),
  file('caf\xe9.html', '<p>a <b>tern</b></p>'),
]);

function letter(attached: Buffer): string {
  return [
    'From: a@b.c\nTo: d@e.f\nSubject: x\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n',
    '--b\nContent-Type: text/plain\n\nsee the files',
    '--b\nContent-Type: application/ms-tnef; name=winmail.dat\nContent-Transfer-Encoding: base64\n',
    `${attached.toString('base64')}\n--b--\n`,
  ].join('\n');
}

describe('winmail.dat', () => {
  it('is the files in it, under their whole names', async () => {
    const { children = [], markup } = await extractBytes('a.eml', letter(WHOLE));
    expect(children.map((child) => [Buffer.from(child.innerPath).toString(), textOf(child)])).toEqual([
      ['Möwen.txt', 'seven gulls'],
      ['café.html', 'a tern'],
    ]);
    expect(Buffer.from(markup).toString()).toBe('Möwen.txt\ncafé.html');
  });

  it('without files is found by its name', async () => {
    const { children = [] } = await extractBytes('a.eml', letter(Buffer.concat([HEAD, attribute(1, 0x8004, 'x')])));
    expect(children.map((child) => Buffer.from(child.innerPath).toString())).toEqual(['winmail.dat']);
  });

  it('may be cut off or broken anywhere', () => {
    const changes = fc.array(fc.tuple(fc.integer({ min: 6, max: WHOLE.length - 1 }), fc.nat(255)), { maxLength: 6 });
    fc.assert(
      fc.property(changes, fc.integer({ min: 0, max: WHOLE.length }), (all, length) => {
        const bytes = Buffer.from(WHOLE);
        for (const [at, byte] of all) bytes[at] = byte;
        expect(tnefFiles(bytes.subarray(0, length)).length).toBeLessThan(10);
      }),
    );
  });

  it('may promise any number of properties', () => {
    const many = Buffer.concat([HEAD, attribute(2, 0x9002, ''), attribute(2, 0x9005, Buffer.alloc(4 << 20, 0xff))]);
    expect(tnefFiles(many)).toEqual([]);
  });
});
