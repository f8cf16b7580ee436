/** A file that ends its extractor is tried three times, then rests until it changes, or somebody asks for it. */
import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { ExtractOutcome } from '../../../indexer/extract/messages.js';
import { MAX_KILLS } from '../../../indexer/work/attempts.js';
import { retry } from '../../../indexer/work/retry.js';
import { Failures } from '../../../shared/store/failures.js';
import { SteppedPipeline } from '../../helpers/pipeline.js';
import { tempFolder } from '../../helpers/temp.js';

const KILL: ExtractOutcome = {
  ...{ kind: 'failed', code: 'FT_EXTRACT_TIMEOUT', message: 'timed out', isTransient: false },
  isKill: true,
};

class Trial {
  readonly root = tempFolder();
  readonly stepped = new SteppedPipeline(Buffer.from(this.root), tempFolder());
  isBad = true;

  constructor() {
    onTestFinished(() => this.stepped.close());
    mkdirSync(join(this.root, 'sub'));
    this.write('a.txt', 'gulls');
    this.write('sub/b.txt', 'boats');
    this.stepped.whileExtracting = (outcomes) => (this.isBad ? outcomes.map(() => KILL) : outcomes);
  }

  write(name: string, text: string): void {
    writeFileSync(join(this.root, name), text);
  }

  path(name: string): Buffer {
    return Buffer.from(join(this.root, name));
  }

  failure(name: string) {
    return new Failures(this.stepped.db).find(this.path(name));
  }

  /** Whatever has ended its extractor less than three times has rested. */
  async rested(): Promise<void> {
    const killers = this.stepped.reader.killersBefore(Number.MAX_SAFE_INTEGER, MAX_KILLS);
    await this.stepped.apply(killers.map((path) => ({ kind: 'tryAgain', path })));
    await this.stepped.drain();
  }

  async retry(...paths: readonly Buffer[]): Promise<number> {
    const { reader: index } = this.stepped;
    const { count } = await retry(paths, { index, writer: this.stepped });
    await this.stepped.drain();
    return count;
  }
}

async function worn(): Promise<Trial> {
  const trial = new Trial();
  await trial.stepped.crawl();
  while (trial.stepped.reader.killersBefore(Number.MAX_SAFE_INTEGER, MAX_KILLS).length > 0) await trial.rested();
  return trial;
}

it('is tried three times, says so, and rests', async () => {
  const trial = new Trial();
  await trial.stepped.crawl();
  expect(trial.failure('a.txt')).toMatchObject({
    kills: 1,
    message: 'timed out; tried 1 of 3 times, and again in 10 min',
  });
  await trial.rested();
  expect(trial.failure('a.txt')).toMatchObject({ kills: 2 });
  await trial.rested();
  expect(trial.failure('a.txt')).toMatchObject({ kills: 3, message: expect.stringContaining('find-textd retry') });
  const { extracted } = trial.stepped;
  await trial.rested();
  await trial.stepped.crawl();
  trial.stepped.hint(trial.path('a.txt'), 'path');
  await trial.stepped.drain();
  expect(trial.stepped.extracted).toBe(extracted);
});

it('that is well again is found by its text, and has not failed', async () => {
  const trial = new Trial();
  await trial.stepped.crawl();
  trial.isBad = false;
  await trial.rested();
  expect(trial.failure('a.txt')).toBeUndefined();
  expect(trial.stepped.reader.documents.find(trial.path('a.txt'))?.extractor).toBe('text');
});

it('is counted anew when it changes', async () => {
  const trial = await worn();
  trial.write('a.txt', 'other gulls');
  utimesSync(join(trial.root, 'a.txt'), 1, 1);
  trial.stepped.hint(trial.path('a.txt'), 'path');
  await trial.stepped.drain();
  expect([trial.failure('a.txt')?.kills, trial.failure('sub/b.txt')?.kills]).toEqual([1, 3]);
});

it('is tried again, and counted anew, when somebody asks for it or a folder above', async () => {
  const trial = await worn();
  expect(await trial.retry(trial.path('sub'))).toBe(1);
  expect([trial.failure('a.txt')?.kills, trial.failure('sub/b.txt')?.kills]).toEqual([3, 1]);
  expect(await trial.retry(trial.path('none'))).toBe(0);
  trial.isBad = false;
  expect(await trial.retry(Buffer.from('/'))).toBe(2);
  expect(new Failures(trial.stepped.db).count).toBe(0);
});

it('that failed without ending its extractor is not tried by itself, but when asked for', async () => {
  const trial = new Trial();
  trial.stepped.whileExtracting = (outcomes) =>
    trial.isBad ? outcomes.map(() => ({ ...KILL, isKill: undefined }) as unknown as ExtractOutcome) : outcomes;
  await trial.stepped.crawl();
  expect(trial.failure('a.txt')).toMatchObject({ kills: 0, message: 'timed out' });
  trial.isBad = false;
  await trial.rested();
  expect(trial.failure('a.txt')).toBeDefined();
  expect(await trial.retry(trial.path('a.txt'), trial.path(''))).toBe(2);
  expect(new Failures(trial.stepped.db).count).toBe(0);
});
