/** Files that grow: what was appended is added, the old text stays in; and whatever happens, what is found is what a fresh index finds. */
import { appendFileSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { listPaths } from '../../../shared/search/list.js';
import { search } from '../../../shared/search/search.js';
import { SteppedPipeline } from '../../helpers/pipeline.js';
import { comparable, orphans, snapshot } from '../../helpers/snapshot.js';
import { tempFolder } from '../../helpers/temp.js';

const LINE = 'the quick brown fox jumps over the lazy dog\n';
/** Larger than what is always taken as a whole. */
const MANY = LINE.repeat(3000);

class Log {
  readonly root = tempFolder();
  readonly path = join(this.root, 'app.log');
  readonly pipeline = new SteppedPipeline(Buffer.from(this.root), tempFolder());

  static async begin(text = MANY): Promise<Log> {
    const log = new Log();
    writeFileSync(log.path, text);
    await log.pipeline.crawl();
    log.pipeline.outcomes.length = 0;
    return log;
  }

  async append(text: string | Buffer): Promise<void> {
    appendFileSync(this.path, text);
    await this.work();
  }

  async work(): Promise<void> {
    this.pipeline.hint(Buffer.from(this.path), 'path');
    this.pipeline.nowMs += 4_000_000;
    while ((await this.pipeline.step(10)) > 0) this.pipeline.nowMs += 4_000_000;
  }

  finds(query: string): boolean {
    const options = { nowMs: 0 };
    const listed = [...listPaths(this.pipeline.db, query, { ...options, ranked: 10 }).items].length;
    const found = search(this.pipeline.db, query, { ...options, limit: 10 }).hits.filter(
      ({ isWhole }) => isWhole,
    ).length;
    expect([query, listed]).toEqual([query, found]);
    return found === 1;
  }

  get parts(): number {
    return this.pipeline.db.prepare<[], number>('SELECT count(*) FROM appended').pluck().get() ?? 0;
  }

  /** Then ends. */
  async expectAsFresh(): Promise<void> {
    const fresh = new SteppedPipeline(Buffer.from(this.root), tempFolder());
    await fresh.crawl();
    const [one, other] = comparable(snapshot(this.pipeline.db), snapshot(fresh.db));
    expect(one).toEqual(other);
    expect(orphans(this.pipeline.db)).toEqual({ withoutRow: [], withoutNames: [] });
    for (const each of [this.pipeline, fresh]) each.close();
  }
}

describe('a file that grows', () => {
  it('is found by what was appended, alone and together with what stood there before', async () => {
    const log = await Log.begin(`${MANY}the last line of before, zebra\n`);
    await log.append('appended words: marmot\n');
    await log.append('and more of them: walrus\n');
    expect(log.pipeline.outcomes).toEqual(['grown', 'grown']);
    for (const query of [
      'marmot',
      'walrus',
      'marmot walrus',
      'marmot zebra',
      'walr',
      '"zebra appended words"',
      'walrus app',
    ])
      expect([query, log.finds(query)]).toEqual([query, true]);
    expect(log.finds('"marmot and more"')).toBe(true);
    for (const query of ['fox -marmot', 'marmot unicorn', '"marmot words"', '"walrus zebra"'])
      expect([query, log.finds(query)]).toEqual([query, false]);
    expect(search(log.pipeline.db, 'walrus', { nowMs: 0, limit: 1 }).hits[0]?.snippet.text).toContain('walrus');
    await log.expectAsFresh();
  });

  it('is taken anew when it ended within a word, and grows by parts from then on', async () => {
    const log = await Log.begin(`${MANY}half a wo`);
    await log.append('rd, and another ha');
    await log.append('lf');
    await log.append('ling\n');
    expect(log.pipeline.outcomes).toEqual(['extracted', 'grown', 'grown']);
    expect([log.finds('"a word"'), log.finds('halfling'), log.finds('"wo"'), log.finds('"ha"')]).toEqual([
      true,
      true,
      false,
      false,
    ]);
    await log.expectAsFresh();
  });

  it('is taken anew when something else has changed as well', async () => {
    const log = await Log.begin(`badger\n${MANY}`);
    await log.append('one\n');
    writeFileSync(log.path, readFileSync(log.path, 'utf8').replace('badger', 'ferret').concat('two\n'));
    await log.work();
    expect(log.pipeline.outcomes).toEqual(['grown', 'extracted']);
    expect([log.finds('badger'), log.finds('ferret'), log.finds('one two')]).toEqual([false, true, true]);
    await log.expectAsFresh();
  });

  it('forgets all parts when it is emptied, or goes', async () => {
    const log = await Log.begin();
    await log.append('marmot\n');
    truncateSync(log.path, 0);
    await log.append('begins again\n');
    expect([log.finds('marmot'), log.finds('"begins again"'), log.parts]).toEqual([false, true, 0]);
    await log.expectAsFresh();
  });

  it('has few parts however often it grows, and none that is worth a whole', async () => {
    const log = await Log.begin();
    for (let n = 0; n < 300; n++) await log.append(`number${n}word ${'x'.repeat(n)}\n`);
    expect(log.parts).toBeLessThan(12);
    const kinds = log.pipeline.outcomes;
    await log.append(MANY);
    expect([kinds.slice(0, -1).includes('extracted'), kinds.at(-1), log.parts]).toEqual([false, 'extracted', 0]);
    expect([log.finds('number0word'), log.finds('number299word')]).toEqual([true, true]);
    await log.expectAsFresh();
  });

  it('costs nothing beyond the part of it that is read', async () => {
    const log = await Log.begin(LINE.repeat(Math.ceil((1 << 24) / LINE.length)));
    await log.append('beyond\n');
    expect([log.pipeline.outcomes, log.parts]).toEqual([['same'], 0]);
    log.pipeline.close();
  });

  const piece = fc.constantFrom(
    'a line\n',
    'wo',
    'rd ',
    '\n',
    'ä',
    LINE.repeat(50),
    'x'.repeat(5000),
    '\u0301',
    '\0',
    '中文 ',
    ' tail',
  );
  const step = fc.oneof(
    { weight: 6, arbitrary: piece.map((text) => (log: Log) => log.append(text)) },
    fc.constant(async (log: Log) => appendFileSync(log.path, Buffer.from([0xc3]))),
    fc.constant(async (log: Log) => truncateSync(log.path, Math.floor(readFileSync(log.path).length * 0.8))),
    fc.constant(async (log: Log) => {
      const bytes = readFileSync(log.path);
      bytes.write('otherwise ', Math.floor(bytes.length / 2));
      writeFileSync(log.path, bytes);
      await log.work();
    }),
  );

  it('is found as in a fresh index, whatever is done to it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
        const log = await Log.begin(LINE.repeat(1700));
        for (const each of steps) await each(log);
        await log.work();
        await log.expectAsFresh();
      }),
      { numRuns: 20 },
    );
  });
});
