/** Files of commands, from the first reading to what the index gets. */
import { lstatSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runJob } from '../../../../indexer/extract/job.js';
import type { ExtractJob, ExtractOutcome } from '../../../../indexer/extract/messages.js';
import { type OwnExtractor, PENDING_VERSION } from '../../../../indexer/extract/own/own-extractor.js';
import { OwnExtractors } from '../../../../indexer/extract/own/own-extractors.js';
import { EXTRACTORS, Registry } from '../../../../indexer/extract/registry.js';
import { PRIORITY } from '../../../../shared/types.js';
import { bundle } from '../../../helpers/bundle.js';
import { tempFolder } from '../../../helpers/temp.js';

const shutInPath = bundle('indexer/extract/own/shut-in.ts');
const registry = new Registry(EXTRACTORS);
const folder = tempFolder();
const pool = {
  versions: { text: 1 },
  pids: [],
  extract: (jobs: readonly ExtractJob[]) =>
    Promise.all(jobs.map((job) => runJob(registry, { ...job, maxBytes: 1 << 20 }))),
  limit: () => {},
  giveUpSilent: () => {},
  close: async () => {},
};
const UPPER: OwnExtractor = {
  name: 'upper',
  endings: ['up'],
  types: [],
  command: ['/usr/bin/tr', 'a-z', 'A-Z'],
  output: 'text',
  isAdded: false,
  version: 7,
};

type Extracted = Extract<ExtractOutcome, { kind: 'extracted' }>;

/** @param command  of files of the ending `up`. */
function world(command: Partial<OwnExtractor> = {}) {
  const results: string[] = [];
  const own = new OwnExtractors(pool, [{ ...UPPER, ...command }], {
    shutInPath,
    timeoutMs: 60_000,
    memoryMb: 512,
    workers: 2,
    onResult: async (path) => void results.push(Buffer.from(path).toString()),
  });
  const write = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return Buffer.from(join(folder, name));
  };
  const look = async (path: Buffer, job: Partial<ExtractJob> = {}) => {
    const [outcome] = await own.extract([{ path, ...job }], PRIORITY.bulk);
    return outcome as Extracted;
  };
  /** Until its command has ended. */
  const read = async (path: Buffer, job?: Partial<ExtractJob>) => {
    const before = results.length;
    await look(path, job);
    await expect.poll(() => results.slice(before), { timeout: 30_000 }).toContain(path.toString());
    return look(path, job);
  };
  return { own, write, look, read, results };
}

const textOf = ({ extraction }: Extracted) => Buffer.from(extraction.text).toString();

describe('a file of a command', () => {
  it('is found by what is read without it, until the command has ended', async () => {
    const { own, write, look, read } = world();
    const path = write('a.up', 'small words');
    const first = await look(path);
    expect([textOf(first), first.extraction.extractor, first.extraction.extractorVersion]).toEqual([
      'small words',
      'own:upper',
      PENDING_VERSION,
    ]);
    const then = await read(path);
    expect([textOf(then), then.extraction.extractorVersion, then.failure]).toEqual(['SMALL WORDS', 7, undefined]);
    expect(own.versions).toEqual({ text: 1, 'own:upper': 7 });
    expect(own.waiting).toBe(0);
    await own.close();
  });

  it('is as before where its bytes are, and is read again where they are not', async () => {
    const { own, write, look, read } = world();
    const path = write('b.up', 'same bytes');
    const { extraction } = await read(path);
    const known = { input: extraction.input as string, bytes: 10, extractor: 'own:upper', begins: [] };
    write('b.up', 'same bytes');
    expect(await look(path, { known })).toMatchObject({ kind: 'same', input: extraction.input });
    write('b.up', 'more bytes');
    expect(textOf(await read(path, { known }))).toBe('MORE BYTES');
    await own.close();
  });

  it('has a copy that costs nothing', async () => {
    const { own, write, look, read, results } = world();
    await read(write('c.up', 'copied'));
    expect(textOf(await look(write('copy.up', 'copied')))).toBe('COPIED');
    expect(results).toHaveLength(1);
    await own.close();
  });

  it('whose command fails keeps what is read without it, with the reason', async () => {
    const { own, write, read } = world({ command: ['/bin/false'] });
    const outcome = await read(write('d.up', 'kept'));
    expect([textOf(outcome), outcome.extraction.extractorVersion]).toEqual(['kept', 7]);
    expect(outcome.failure).toMatchObject({
      code: 'FT_EXTRACT_FAILED',
      message: `extract ${join(folder, 'd.up')} by \`upper\`: false ended with exit status 1`,
    });
    await own.close();
  });

  it('keeps its own text where that of the command is added', async () => {
    const { own, write, read } = world({ isAdded: true });
    expect(textOf(await read(write('e.up', 'two')))).toBe('two\nTWO');
    await own.close();
  });

  it('is one by its content, too, and no other file is', async () => {
    const { own, write, look, read } = world({ endings: [], types: ['text/html'] });
    expect(textOf(await read(write('page', '<!DOCTYPE html><p>hello')))).toContain('<P>HELLO');
    expect((await look(write('f.up', 'plain'))).extraction.extractor).toBe('text');
    await own.close();
  });

  it('is not given to the command where its secrets are to stay where they are', async () => {
    const { own, write, look } = world();
    expect((await look(write('g.up', 'secret'), { isRedacted: true })).extraction.extractor).toBe('text');
    expect(own.waiting).toBe(0);
    await own.close();
  });

  it('waits while everything rests, and no longer than the daemon lives', async () => {
    const { own, write, look, results } = world({ command: ['/bin/sleep', '600'] });
    own.rest(true);
    const path = write('h.up', 'h');
    await look(path);
    expect([own.waiting, own.pids]).toEqual([1, []]);
    own.rest(false);
    await expect.poll(() => own.pids.length, { timeout: 30_000 }).toBe(1);
    await own.close();
    expect([results, lstatSync(path).isFile()]).toEqual([[], true]);
  });
});
