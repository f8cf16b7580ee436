/**
 * Whatever is asked, there is an answer or a message. On an index of one's own, with the processor time of each:
 * FIND_TEXT_HOSTILE=5000 FIND_TEXT_INDEX=~/.local/share/find-text npx vitest run --config test/vitest.config.ts
 * test/shared/search/hostile.test.ts
 */
import { afterAll, describe, expect, it } from 'vitest';
import { FindTextError } from '../../../shared/errors.js';
import { listPaths } from '../../../shared/search/list.js';
import { search } from '../../../shared/search/search.js';
import { currentIndexFile } from '../../../shared/store/generation.js';
import { openForReading } from '../../../shared/store/open.js';
import { makeFiles, writeFiles } from '../../helpers/query-oracle/corpus.js';
import { hostileText } from '../../helpers/query-oracle/hostile.js';
import { Random } from '../../helpers/query-oracle/random.js';

const COUNT = Number(process.env.FIND_TEXT_HOSTILE ?? 300);
const OWN = process.env.FIND_TEXT_INDEX;
/** Checked only on an index of one's own, when nothing else runs. */
const MOST_MS = 250;

const random = new Random(Number(process.env.FIND_TEXT_SEED ?? 1));
const db = OWN ? openForReading(currentIndexFile(OWN) as string) : writeFiles(makeFiles(random, 60)).db;
const options = { nowMs: Date.now(), cwd: '/', home: '/root', limit: 10 };

afterAll(() => db.close());

describe('a hostile query', () => {
  it(`is answered or refused with a message, ${COUNT} times`, () => {
    const slow: (readonly [ms: number, text: string])[] = [];
    const times: number[] = [];
    for (let i = 0; i < COUNT; i++) {
      const text = hostileText(random);
      const before = process.cpuUsage();
      answer(text, i % 5 === 0);
      const { user, system } = process.cpuUsage(before);
      times.push((user + system) / 1000);
      if (user + system > MOST_MS * 1000) slow.push([(user + system) / 1000, text.slice(0, 200)]);
    }
    if (!OWN) return;
    times.sort((a, b) => a - b);
    const at = (share: number) => times[Math.floor(share * (times.length - 1))];
    console.log(`CPU ms p50 ${at(0.5)} p95 ${at(0.95)} p99 ${at(0.99)} max ${at(1)}`);
    expect(slow.sort((a, b) => b[0] - a[0])).toEqual([]);
  });
});

function answer(text: string, isList: boolean): void {
  try {
    if (isList) for (const _ of listPaths(db, text, { ...options, ranked: 10 }).items);
    else search(db, text, options);
  } catch (error) {
    if (!(error instanceof FindTextError)) throw new Error(`for ${JSON.stringify(text)}`, { cause: error });
    expect([text, error.code, error.hint]).toEqual([text, 'FT_QUERY_SYNTAX', expect.stringMatching(/\S/)]);
  }
}
