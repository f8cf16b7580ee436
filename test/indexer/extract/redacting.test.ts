import { describe, expect, it } from 'vitest';
import type { ExtractJob, ExtractOutcome } from '../../../indexer/extract/messages.js';
import { RedactingExtractors } from '../../../indexer/extract/redacting.js';
import { type Extraction, type FileStat, PRIORITY } from '../../../shared/types.js';

const STAT = { dev: 1, ino: 2, size: 3, mtimeMs: 4, ctimeMs: 5 } as FileStat;
const PATH = Buffer.from('/a/b');
const SECRET = /hunter\d/g;

function extraction(text: string, more: Partial<Extraction> = {}): Extraction {
  const content = { type: 'text/plain', title: '', markup: new Uint8Array(0), isTruncated: false };
  return { ...content, text: Buffer.from(text), extractor: 'text', extractorVersion: 1, isFileText: true, ...more };
}

/** What comes of one file. */
async function read(of: Extraction | ExtractOutcome, job: Partial<ExtractJob> = { isRedacted: true }) {
  const asked: ExtractJob[] = [];
  const pool = {
    versions: { text: 1 },
    limit: () => {},
    extract: async (jobs: readonly ExtractJob[]): Promise<ExtractOutcome[]> => {
      asked.push(...jobs);
      return [
        ('kind' in of ? of : { kind: 'extracted', stat: STAT, isChanging: false, extraction: of }) as ExtractOutcome,
      ];
    },
  };
  const pieces: string[] = [];
  const redact = async (texts: readonly string[]) => {
    pieces.push(...texts);
    return texts.some((text) => text.includes('impossible'))
      ? undefined
      : texts.map((text) => text.replace(SECRET, 'TAG'));
  };
  const extractors = new RedactingExtractors(pool, { redact, version: 7 });
  const [outcome] = await extractors.extract([{ path: PATH, ...job }], PRIORITY.bulk);
  return { outcome, asked, pieces, versions: extractors.versions };
}

function contentOf(outcome: ExtractOutcome | undefined): Extraction {
  if (outcome?.kind !== 'extracted') throw new Error(`it is ${outcome?.kind}`);
  return outcome.extraction;
}

describe('RedactingExtractors', () => {
  it('takes secrets out of title, text, markup, fields and what is within, and says whose text it is no more', async () => {
    const inner = { ...extraction('in hunter4'), innerPath: Buffer.from('x'), digest: 'of the secret' };
    const properties = [
      { field: 'author', value: 'hunter5' },
      { field: 'author', value: 'ann' },
      { field: 'created', value: 5 },
    ] as const;
    const of = extraction('text hunter1', {
      ...{ title: 'hunter2', markup: Buffer.from('hunter3'), children: [inner], properties },
      ...{ input: 'i', output: 'o', cutBytes: 4 },
    });
    const { outcome, versions } = await read(of);
    const { text, markup, children, ...rest } = contentOf(outcome);
    expect([text, markup, children?.[0]?.text].map(String)).toEqual(['text TAG', 'TAG', 'in TAG']);
    expect(children?.[0]).toMatchObject({ extractor: 'text', innerPath: Buffer.from('x') });
    expect(children?.[0]?.digest).toBeUndefined();
    expect(rest).toEqual({
      ...{ type: 'text/plain', title: 'TAG', isTruncated: false, properties: properties.slice(1) },
      ...{ isFileText: false, extractor: 'redacted', extractorVersion: 7 },
    });
    expect(versions).toEqual({ text: 1, redacted: 7 });
  });

  it('leaves a file without a secret its own text, byte for byte', async () => {
    const text = Buffer.from([0x61, 0xff, 0x62]);
    expect(contentOf((await read(extraction('', { text }))).outcome)).toMatchObject({ text, isFileText: true });
  });

  it('does not touch what is not to be redacted, nor what has no text', async () => {
    const plain = extraction('hunter1');
    expect(contentOf((await read(plain, {})).outcome)).toBe(plain);
    const none = extraction('', { extractor: 'none' });
    expect(contentOf((await read(none)).outcome)).toBe(none);
  });

  it('takes a file that has grown as a whole', async () => {
    const known = { input: 'i', bytes: 3, extractor: 'text', begins: [] };
    expect((await read(extraction('x'), { isRedacted: true, known })).asked).toEqual([
      { path: PATH, isRedacted: true },
    ]);
    expect((await read(extraction('x'), { known })).asked).toEqual([{ path: PATH, known }]);
  });

  it('gives up what cannot be redacted: it has no text then', async () => {
    for (const of of [extraction('impossible'), extraction('x', { title: 'impossible' })])
      expect((await read(of)).outcome).toMatchObject({ kind: 'failed', isTransient: false, stat: STAT });
  });

  it('redacts a long text in whole lines, and loses nothing of it', async () => {
    const text = `${'x'.repeat(1000)} hunter1\n`.repeat(3000);
    const { outcome, pieces } = await read(extraction(text));
    expect(String(contentOf(outcome).text)).toBe(text.replace(SECRET, 'TAG'));
    expect(pieces.filter((piece) => piece !== '').length).toBeGreaterThan(2);
    expect(pieces.filter((piece) => piece !== '').every((piece) => piece.endsWith('\n'))).toBe(true);
  });
});
