/** Files with the same text, or nearly the same: folded into one hit, or marked. */
import { rmSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type SearchOptions, search } from '../../../shared/search/search.js';
import { SampleIndex } from '../../helpers/sample-index.js';

const TEXT = 'the wait queue of the kernel';

function indexOf(files: Readonly<Record<string, string>>): SampleIndex {
  const index = new SampleIndex(files);
  // As extractors make it: of what was read.
  const digest = index.db.prepare('UPDATE file SET input = ? WHERE name = ?');
  for (const [path, text] of Object.entries(files)) digest.run(text, Buffer.from(path.split('/').at(-1) as string));
  return index;
}

function found(index: SampleIndex, query: string, copies: SearchOptions['copies'], limit = 10) {
  const { hits, total } = search(index.db, query, { nowMs: Date.now(), limit, ...(copies && { copies }) });
  const short = (path: Uint8Array) =>
    Buffer.from(path)
      .toString()
      .slice(index.root.length + 1);
  const shown = hits.map((hit) => [short(hit.path), hit.copies?.map(short), hit.copyOf && short(hit.copyOf)]);
  return { shown, total };
}

describe('search with copies', () => {
  it('folds files with the same text into the first of them, and counts them all', () => {
    const index = indexOf({ 'queue.txt': TEXT, 'b/copy.txt': TEXT, 'c/copy2.txt': TEXT, 'other.txt': `${TEXT} too` });
    const { shown, total } = found(index, 'wait queue', 'folded');
    expect(shown.map(([path]) => path)).toEqual(['queue.txt', 'other.txt']);
    expect(new Set(shown[0]?.[1])).toEqual(new Set(['b/copy.txt', 'c/copy2.txt']));
    expect([shown[1]?.[1], total]).toEqual([[], 4]);
  });

  it('fills up with other files', () => {
    const index = indexOf({ 'queue.txt': TEXT, 'queue2.txt': TEXT, 'other.txt': `${TEXT} too` });
    expect(found(index, 'wait queue', 'folded', 2).shown.map(([path]) => path)).toHaveLength(2);
  });

  it('marks each with the first, or leaves each alone', () => {
    const index = indexOf({ 'queue.txt': TEXT, 'b/copy.txt': TEXT });
    expect(found(index, 'wait queue', 'marked').shown).toMatchObject([
      ['queue.txt', [], undefined],
      ['b/copy.txt', undefined, 'queue.txt'],
    ]);
    expect(found(index, 'wait queue', undefined).shown).toEqual([
      ['queue.txt', undefined, undefined],
      ['b/copy.txt', undefined, undefined],
    ]);
  });

  it('folds no empty files, none that is gone, and none whose text differs', () => {
    const index = indexOf({ 'queue.txt': '', 'b/queue.txt': '', 'c/queue.md': TEXT, 'd/queue.md': `${TEXT}.` });
    rmSync(index.path('c/queue.md'));
    expect(found(index, 'queue', 'folded').shown.map(([path, copies]) => [path, copies?.length ?? 0])).toEqual(
      expect.arrayContaining([
        ['queue.txt', 0],
        ['b/queue.txt', 0],
        ['d/queue.md', 0],
      ]),
    );
  });
});

describe('search with files that are nearly the same', () => {
  const words = Array.from(
    { length: 300 },
    (_, i) => `${'abcdefghij'[i % 10]}x${'klmnopqrst'[(i * 7) % 10]}${i % 9 === 0 ? 'q' : 'u'}`,
  );
  const LONG = `${TEXT} ${words.map((word, i) => word + 'abcdefghijklmnopqrstuvwxyz'[i % 26]).join(' ')}`;
  const near = (index: SampleIndex, copies: SearchOptions['copies'], query = 'wait queue') => {
    const { hits, total } = search(index.db, query, { nowMs: Date.now(), limit: 10, ...(copies && { copies }) });
    const name = (path: Uint8Array) => Buffer.from(path).toString().split('/').at(-1);
    const shown = hits.map((hit) => [
      name(hit.path),
      hit.nearCopies?.map(name),
      hit.nearCopyOf && name(hit.nearCopyOf),
    ]);
    return { shown, total };
  };

  it('folds them into the first, and counts them all', () => {
    const index = indexOf({ 'queue.txt': LONG, 'b/draft.txt': `${LONG} more`, 'c/old.txt': `the ${LONG}` });
    const { shown, total } = near(index, 'folded');
    expect(shown).toEqual([['queue.txt', expect.arrayContaining(['draft.txt', 'old.txt']), undefined]]);
    expect(total).toBe(3);
  });

  it('marks each with the first, and leaves all alone where nobody asks', () => {
    const index = indexOf({ 'queue.txt': LONG, 'b/draft.txt': `${LONG} more` });
    expect(near(index, 'marked').shown).toEqual([
      ['queue.txt', [], undefined],
      ['draft.txt', undefined, 'queue.txt'],
    ]);
    expect(near(index, undefined).shown).toHaveLength(2);
  });

  it('folds none that has another number, type or size, or some of the words only', () => {
    const index = indexOf({
      'queue.txt': LONG,
      'b/paid-in-may.txt': `${LONG} 17`,
      'c/letter.txt': `${LONG} ${'more of it '.repeat(100)}`,
      'd/some.txt': LONG.replaceAll('wait', 'rest'),
    });
    index.write('e/page.html', { text: `${LONG} more`, type: 'text/html' });
    index.db.prepare("UPDATE file SET input = 'page' WHERE input IS NULL").run();
    expect(near(index, 'folded').shown.map(([, copies]) => copies)).toEqual(Array(5).fill([]));
    expect(near(index, 'folded', 'queue').shown.find(([name]) => name === 'queue.txt')?.[1]).toEqual(['some.txt']);
  });

  it('folds none that has changed since, and none that is longer than what is read', () => {
    const index = indexOf({
      'queue.txt': LONG,
      'b/changed.txt': `${LONG} more`,
      'long.md': LONG.repeat(40),
      'longer.md': `${LONG.repeat(40)} more`,
    });
    writeFileSync(index.path('b/changed.txt'), `${LONG} most`);
    expect(near(index, 'folded').shown.map(([, copies]) => copies)).toEqual(Array(4).fill([]));
  });
});

describe('search that explains', () => {
  it('gives parts of a score that add up to it, and none when nobody asks', () => {
    const index = indexOf({ 'queue.txt': TEXT, 'other.txt': `${TEXT} too` });
    const ask = (explains: boolean) => search(index.db, 'wait queue', { nowMs: Date.now(), limit: 9, explains }).hits;
    for (const { score, parts } of ask(true)) {
      const own = Object.values(parts?.() ?? {}).reduce((sum, part) => sum + part, 0);
      expect(own).toBeGreaterThan(0);
      expect(own).toBeLessThanOrEqual(score + 1e-9);
    }
    expect(ask(false).map(({ parts }) => parts)).toEqual([undefined, undefined]);
  });
});

describe('the line of a hit', () => {
  const line = (file: Parameters<SampleIndex['write']>[1], query: string) => {
    const index = new SampleIndex({ 'a.txt': file });
    return search(index.db, query, { nowMs: Date.now(), limit: 1 }).hits[0]?.line?.();
  };

  it('is that of the first match in the snippet, from 1 on', () => {
    expect(line('one\ntwo\nthree words\n', 'three')).toBe(3);
    expect(line('one word', 'one')).toBe(1);
    expect(line(`${'ä filler\r\n'.repeat(3000)}needle\n`, 'needle')).toBe(3001);
  });

  it('is missing where the text is not that of the file, or only the name matches', () => {
    expect(line({ text: 'one\ntwo', isFileText: false, extractor: 'html' }, 'two')).toBeUndefined();
    expect(line('one\ntwo', 'name:a')).toBeUndefined();
  });
});
