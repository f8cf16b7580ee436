import { describe, expect, it } from 'vitest';
import { Finder } from '../../../search-cli/desktop/finder.js';
import type { RequestObject } from '../../../search-cli/live/ask/lines.js';
import type { AnyAnswer } from '../../../shared/ask/answer-line.js';

interface Given {
  readonly path: string;
  readonly copyOf?: string;
  readonly missing?: readonly string[];
}

function answerOf(hits: readonly Given[]): AnyAnswer {
  return { index: '/i', hits: hits as never, total: hits.length, isTotalExact: true, reasons: [] };
}

async function paths(hits: readonly Given[]): Promise<string[]> {
  const finder = new Finder({ asking: { ask: async () => answerOf(hits) }, home: '/home/ann' });
  return (await finder.find('a')).map(({ item }) => item.path);
}

describe('Finder.find', () => {
  it('asks for the query as it is, at home', async () => {
    const asked: RequestObject[] = [];
    const ask = async (request: RequestObject) => {
      asked.push(request);
      return answerOf([]);
    };
    await new Finder({ asking: { ask }, home: '/home/ann' }).find('-x in:~/b');
    await new Finder({ asking: { ask }, home: 'nowhere' }).find('x');
    expect(asked).toEqual([
      { query: '-x in:~/b', limit: 10, home: '/home/ann' },
      { query: 'x', limit: 10 },
    ]);
  });

  it('has the same text once, and files that lack words only where there are no others', async () => {
    expect(await paths([{ path: '/a' }, { path: '/b', copyOf: '/a' }, { path: '/c', missing: ['x'] }])).toEqual(['/a']);
    expect(await paths([{ path: '/c', missing: ['x'] }])).toEqual(['/c']);
  });

  it('has nothing where there is no answer', async () => {
    const failing = async (): Promise<AnyAnswer> => {
      throw new Error('no index');
    };
    expect(await new Finder({ asking: { ask: failing }, home: undefined }).find('a')).toEqual([]);
    const refusing = async (): Promise<AnyAnswer> => ({ error: { code: 'FT_QUERY_SYNTAX', message: '(' } });
    expect(await new Finder({ asking: { ask: refusing }, home: undefined }).find('(')).toEqual([]);
    const silent = () => new Promise<AnyAnswer>(() => {});
    expect(await new Finder({ asking: { ask: silent }, home: undefined, patienceMs: 1 }).find('a')).toEqual([]);
  });

  it('asks nothing for no words, for a text that nobody types, and while too much is asked', async () => {
    let asked = 0;
    const answers: (() => void)[] = [];
    const ask = () => {
      asked++;
      return new Promise<AnyAnswer>((resolve) => answers.push(() => resolve(answerOf([{ path: '/a' }]))));
    };
    const finder = new Finder({ asking: { ask }, home: undefined });
    expect([await finder.find(''), await finder.find(' \n'), await finder.find('a'.repeat(1001))]).toEqual([
      [],
      [],
      [],
    ]);
    expect(asked).toBe(0);
    const first = Array.from({ length: 16 }, (_, i) => finder.find(`a${i}`));
    expect(await finder.find('a')).toEqual([]);
    expect(asked).toBe(16);
    for (const answer of answers.splice(0)) answer();
    expect((await Promise.all(first)).map(({ length }) => length)).toEqual(Array(16).fill(1));
    const again = finder.find('a');
    answers[0]?.();
    expect(await again).toHaveLength(1);
  });

  it('keeps the last answer for a moment, so that a list and what it shows are one question', async () => {
    let [asked, nowMs] = [0, 0];
    const ask = async () => answerOf(asked++ < 4 ? [{ path: `/${asked}` }] : []);
    const finder = new Finder({ asking: { ask }, home: undefined, nowMs: () => nowMs });
    const path = async (query: string) => (await finder.find(query))[0]?.item.path;
    expect([await path('a'), await path('a'), await path('b'), await path('a')]).toEqual(['/1', '/1', '/2', '/3']);
    nowMs = 2_000;
    expect([await path('a'), await path('c'), await path('c')]).toEqual(['/4', undefined, undefined]);
    expect(asked).toBe(6);
  });
});
