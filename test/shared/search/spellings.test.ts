/** What people write and what they type, through the index: spellings of a word, names of programs, numbers, paths. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { listPaths } from '../../../shared/search/list.js';
import { search } from '../../../shared/search/search.js';
import { SampleIndex } from '../../helpers/sample-index.js';

interface Pair {
  readonly language: string;
  readonly text: string;
  readonly query: string;
}

interface Tokens {
  readonly files: Readonly<Record<string, string>>;
  readonly queries: readonly { readonly query: string; readonly finds: readonly string[]; readonly only?: boolean }[];
}

const nowMs = 0;

function data<Data>(name: string): Data {
  return JSON.parse(readFileSync(new URL(`../../bench/quality/${name}.json`, import.meta.url), 'utf8'));
}

describe('pairs of spellings', () => {
  const pairs = data<Pair[]>('pairs');
  const index = new SampleIndex(Object.fromEntries(pairs.map(({ text }, i) => [`${i}/a.txt`, `${text}\n`])));
  /** They need a dictionary. */
  const beyond = ['dampfschifffahrt', 'Verzeichnis', 'الكتاب', 'בית', 'किताब', '数据库'];

  it.each(pairs.filter(({ query, text }) => !beyond.includes(query) || text === 'Verzeichnisses'))(
    '$language: $query lists $text',
    ({ text, query }) => {
      const place = pairs.findIndex((pair) => pair.text === text && pair.query === query);
      const listed = listPaths(index.db, `in:${index.path(String(place))} ${query}`, { ranked: 5, nowMs });
      expect([...listed.items].map(({ path }) => path.toString())).toEqual([index.path(`${place}/a.txt`)]);
    },
  );
});

describe('names of programs, numbers, signs, and what is pasted', () => {
  const { files, queries } = data<Tokens>('tokens');
  const index = new SampleIndex(files);
  /** The name of the file is exact, and wins. */
  const beyond = ['10', 'AT&T'];

  it.each(queries.filter(({ query }) => !beyond.includes(query)))('$query', ({ query, finds, only }) => {
    const { hits, corrections } = search(index.db, query, { limit: 10, nowMs });
    const paths = hits.map(({ path }) =>
      Buffer.from(path)
        .toString()
        .slice(index.root.length + 1),
    );
    expect(corrections).toEqual([]);
    expect(finds).toContain(paths[0]);
    expect(paths).toEqual(expect.arrayContaining([...finds]));
    if (only) expect(hits.filter(({ isWhole }) => isWhole)).toHaveLength(finds.length);
  });
});

describe('a snippet of a word in another form', () => {
  it.each([
    ['München in Bayern', 'muenchen', 'München'],
    ['das Wort \\u00fcber', 'über', '\\u00fcber'],
    ['全文搜索引擎', '搜索', '搜索'],
    ['getElementById(x)', 'element', 'Element'],
    ['at 2026-05-01T12:34Z', '12:34', '12:34'],
  ])('%s / %s', (text, query, marked) => {
    const index = new SampleIndex({ 'a.txt': text });
    const [hit] = search(index.db, query, { limit: 1, nowMs }).hits;
    const { text: shown = '', highlights = [] } = hit?.snippet ?? {};
    expect(highlights.map(([start, end]) => shown.slice(start, end))).toEqual([marked]);
  });
});
