import { describe, expect, it, onTestFinished } from 'vitest';
import { type Answer, answer, type Question } from '../../../shared/answer/answer.js';
import { openIndex } from '../../../shared/answer/open-index.js';
import { ROOTS_KEY } from '../../../shared/daemon-state.js';
import { encodeFreshness, FRESHNESS_KEY } from '../../../shared/freshness.js';
import { identifyProcess } from '../../../shared/process-identity.js';
import { Meta } from '../../../shared/store/meta.js';
import { encodeRoots } from '../../../shared/store/roots-file.js';
import { SampleIndex } from '../../helpers/sample-index.js';

function sample() {
  const index = new SampleIndex({ 'a.txt': 'apple one', 'b.txt': 'apple two', 'deep/c.txt': 'apple three' });
  const ask = (question: Partial<Question>): Answer => {
    const open = openIndex(index.dataDirectory);
    onTestFinished(() => void open.db.close());
    return answer(open, { query: 'apple', wants: 'hits', limit: 2, ...question }, { nowMs: Date.now() });
  };
  return { index, ask };
}

function paths({ found }: Answer): string[] {
  const items = found.kind === 'best hits' ? found.result.hits : [...found.list.items];
  return items.map(({ path }) => path.toString());
}

describe('an answer', () => {
  it('has the best hits, all hits, or all paths', () => {
    const { index, ask } = sample();
    const all = ['a.txt', 'b.txt', 'deep/c.txt'].map((name) => index.path(name));
    expect(ask({}).found).toMatchObject({ kind: 'best hits', result: { total: 3 } });
    expect(paths(ask({}))).toHaveLength(2);
    for (const question of [{ limit: 0 }, { wants: 'paths' }, { wants: 'paths', limit: 0 }] as const)
      expect(paths(ask(question)).sort()).toEqual(all);
  });

  it('says why it may lack something, where the query can find it', () => {
    const { index, ask } = sample();
    const root = Buffer.from(index.root);
    const gap = { reason: 'events lost', sinceMs: 0, scope: Buffer.from(index.path('deep')) } as const;
    const roots = [{ root, completeSinceMs: undefined, gaps: [gap] }];
    const keeper = identifyProcess(process.pid);
    new Meta(index.db).set(FRESHNESS_KEY, encodeFreshness({ keeper, savedMs: 1, roots }));
    const reasons = (query: string) =>
      ask({ query })
        .reasons()
        .map(({ reason }) => reason);
    expect(reasons('apple')).toEqual(['events lost']);
    expect(reasons(`apple -in:"${index.path('deep')}"`)).toEqual([]);
  });

  it('counts the files known in part that the query can reach', () => {
    const { index, ask } = sample();
    index.db.exec(
      "UPDATE part SET is_truncated = 1 WHERE id IN (SELECT id FROM file WHERE CAST(name AS TEXT) IN ('a.txt', 'c.txt'))",
    );
    const texts = (query: string) =>
      ask({ query })
        .reasons()
        .flatMap(({ reason, text }) => (reason === 'partial' ? [text] : []));
    const rest = 'known in part only, and the words may stand in the rest';
    expect(texts('pear')).toEqual([`2 files are ${rest}`]);
    expect(texts(`pear in:"${index.path('deep')}"`)).toEqual([`one file is ${rest}`]);
    expect(texts(`pear -in:"${index.root}"`)).toEqual([]);
  });

  it('knows a root by the name that leads to it', () => {
    const { index, ask } = sample();
    const named = [{ name: Buffer.from('/link'), path: Buffer.from(index.root) }];
    new Meta(index.db).set(ROOTS_KEY, encodeRoots(named));
    expect(paths(ask({ query: 'apple in:/link/deep' }))).toEqual([index.path('deep/c.txt')]);
  });

  it('sees one state of the index, whatever is written meanwhile', () => {
    const { index } = sample();
    const open = openIndex(index.dataDirectory);
    onTestFinished(() => void open.db.close());
    const ask = () => paths(answer(open, { query: 'apple', wants: 'paths', limit: 0 }, { nowMs: 0 }));
    const before = ask();
    index.write('later.txt', 'apple four');
    expect(ask()).toEqual(before);
  });
});
