/** Documents of Word before 2007: what the golden file does not show, and such as were made to harm. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CompoundFile } from '../../../../indexer/extract/compound/compound-file.js';
import { type CompoundEntry, compoundBytes } from '../../../helpers/compound-bytes.js';
import { extractBytes, textOf } from '../../../helpers/extract-bytes.js';

const LETTER = readFileSync(fileURLToPath(new URL('../../../fixtures/files/letter.doc', import.meta.url)));

function changed(...places: readonly (readonly [at: number, value: number])[]): Buffer {
  const bytes = Buffer.from(LETTER);
  for (const [at, value] of places) bytes.writeUInt32LE(value, at);
  return bytes;
}

/** Where the first sector of the table stands in the file. */
function tableAt(bytes: Buffer): number {
  return (bytes.readUInt32LE(76) + 1) * 512;
}

describe('a document of Word before 2007', () => {
  it('is known by its content', async () => {
    expect(await extractBytes('letter', LETTER)).toMatchObject({ extractor: 'doc', type: 'application/msword' });
  });

  it('is none when the compound file holds another document', async () => {
    const stream = Buffer.from('WordDocument', 'utf16le');
    const bytes = Buffer.from(LETTER);
    bytes.write('Contents\0\0\0\0', bytes.indexOf(stream), 'utf16le');
    expect(await extractBytes('a.msi', bytes)).toMatchObject({ extractor: 'none' });
  });

  it('says why it cannot be read when it is encrypted', async () => {
    const bytes = Buffer.from(LETTER);
    const document = bytes.indexOf(Buffer.from('eca5', 'hex'));
    bytes.writeUInt16LE(bytes.readUInt16LE(document + 10) | 0x100, document + 10);
    await expect(extractBytes('a.doc', bytes)).rejects.toThrow('encrypted');
  });

  it('as the cover of an encrypted new one says so too', async () => {
    const bytes = Buffer.from(LETTER);
    const entry = bytes.indexOf(Buffer.from('WordDocument', 'utf16le'));
    bytes.write('EncryptedPackage', entry, 'utf16le');
    bytes.writeUInt16LE(2 * 'EncryptedPackage\0'.length, entry + 64);
    await expect(extractBytes('a.docx', bytes)).rejects.toThrow('encrypted');
  });
});

describe('a compound file', () => {
  const entry = (name: string, isInside = false) => ({ name, bytes: Buffer.alloc(600), isInside });

  it('is the document at its top, not one that is in it', async () => {
    const letter = CompoundFile.open(LETTER);
    const [word, table] = ['WordDocument', '1Table'].map((name) => ({
      name,
      bytes: letter?.stream(name)?.bytes ?? Buffer.alloc(0),
    })) as [CompoundEntry, CompoundEntry];
    const inner = [{ name: 'ObjectPool' }, entry('EncryptedPackage', true)];
    expect(await extractBytes('a.doc', compoundBytes(word, table, ...inner))).toMatchObject({ extractor: 'doc' });
    const outer = compoundBytes(entry('Contents'), { name: 'Object' }, { ...word, isInside: true });
    expect(await extractBytes('a.msg', outer)).toMatchObject({ extractor: 'none' });
  });
});

describe('a document of Word before 2007 that is damaged', () => {
  const at = tableAt(LETTER);
  const circles = Buffer.from(LETTER);
  for (let i = 0; i < 128; i++) circles.writeUInt32LE(i, at + i * 4);

  it.each([
    ['its sectors lead in circles', circles],
    ['its table of sectors is missing', changed([76, 0xffffffff])],
    ['its directory is missing', changed([48, 0xfffffffe])],
    ['only the header is left', LETTER.subarray(0, 512)],
    ['only the beginning of the header is left', LETTER.subarray(0, 100)],
    ['its sectors have no size that is known', changed([30, 0])],
  ])('says why it cannot be read: %s', async (_, bytes) => {
    await expect(extractBytes('a.doc', bytes)).rejects.toThrow('damaged');
  });

  it('gives what is left, and says that there was more, or says why it cannot be read', async () => {
    const whole = textOf(await extractBytes('a.doc', LETTER));
    const kinds = new Set<string>();
    for (let sector = 0; sector < LETTER.length / 512; sector++) {
      const found = await extractBytes('a.doc', changed([at + sector * 4, 0xfffffffe])).catch(String);
      if (typeof found === 'string') expect(found).toContain('damaged');
      else if (!found.isTruncated) expect(textOf(found)).toBe(whole);
      kinds.add(typeof found === 'string' ? 'none' : found.isTruncated ? 'cut' : 'whole');
    }
    expect([...kinds].sort()).toEqual(['cut', 'none', 'whole']);
  });

  it('says so when it is older than what is read', async () => {
    const bytes = Buffer.from(LETTER);
    bytes.writeUInt16LE(0xa5dc, bytes.indexOf(Buffer.from('eca5', 'hex')));
    await expect(extractBytes('a.doc', bytes)).rejects.toThrow('Word 95');
  });

  it('is another text when its name only says so', async () => {
    expect(await extractBytes('a.doc', 'plain words')).toMatchObject({ extractor: 'text' });
  });
});

describe('a compound file made to harm', () => {
  it('may lead in a circle: each sector counts once', () => {
    const at = tableAt(LETTER);
    const table = Buffer.from(LETTER);
    for (let i = 0; i < 128; i++) table.writeUInt32LE((i + 1) % 20, at + i * 4);
    expect(CompoundFile.open(table)).toBeDefined();
    // The list of the table's sectors leads to itself.
    expect(CompoundFile.open(changed([68, 3], [at - 4, 3]))).toBeDefined();
  });

  it('is none when its sectors have no size that is known', () => {
    for (const shift of [0, 6, 20, 0xffff]) {
      const bytes = Buffer.from(LETTER);
      bytes.writeUInt16LE(shift, 30);
      expect(CompoundFile.open(bytes)).toBeUndefined();
    }
  });

  it('ends, whatever its bytes are', async () => {
    const changes = fc.array(fc.tuple(fc.nat(LETTER.length - 4), fc.nat(0xffffffff)), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(changes, fc.nat(LETTER.length), async (all, length) => {
        const bytes = changed(...all);
        LETTER.copy(bytes, 0, 0, 8);
        const cut = bytes.subarray(0, length % 4 === 0 ? Math.max(length, 8) : bytes.length);
        const found = await extractBytes('a.doc', cut).catch((error) => {
          expect(error).toMatchObject({ code: 'FT_EXTRACT_FAILED' });
          return undefined;
        });
        if (found) expect(Buffer.from(textOf(found)).equals(Buffer.from(found.text))).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});
