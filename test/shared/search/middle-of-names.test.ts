/** What stands in the middle of a name is found, behind the files that have it as a word. */
import { describe, expect, it } from 'vitest';
import { listPaths } from '../../../shared/search/list.js';
import { search } from '../../../shared/search/search.js';
import { SampleIndex } from '../../helpers/sample-index.js';

const options = { nowMs: 0 };

function found(index: SampleIndex, query: string): string[] {
  const { hits, corrections } = search(index.db, query, { limit: 10, ...options });
  expect(corrections).toEqual([]);
  return hits.map(({ path }) =>
    Buffer.from(path)
      .toString()
      .slice(index.root.length + 1),
  );
}

function listed(index: SampleIndex, query: string): string[] {
  const { items } = listPaths(index.db, query, { ranked: 10, ...options });
  return Array.from(items, ({ path }) => path.toString().slice(index.root.length + 1));
}

describe('a word that no file has', () => {
  const index = new SampleIndex({
    'acme/2023-report.pdf': { text: 'quarterly', extractor: 'none' },
    'acme/airports.csv': 'runways',
    'other/letter.txt': 'sort the ports of call',
  });

  it.each<[string, string[]]>([
    ['port', ['other/letter.txt', 'acme/2023-report.pdf', 'acme/airports.csv']],
    ['epor', ['acme/2023-report.pdf']],
    ['acme epor', ['acme/2023-report.pdf']],
    ['epor quarterly', ['acme/2023-report.pdf']],
    ['EPOR ext:pdf', ['acme/2023-report.pdf']],
    ['epor ext:csv', []],
    ['letter epor', ['other/letter.txt']],
    ['title:epor', []],
    ['title:port', []],
  ])('%s', (query, paths) => {
    expect(found(index, query).sort()).toEqual([...paths].sort());
  });

  it('comes behind the word itself', () => {
    expect(found(index, 'port')[0]).toBe('other/letter.txt');
  });

  it('is in lists where no file has the word', () => {
    expect(listed(index, 'epor')).toEqual(['acme/2023-report.pdf']);
    expect(listed(index, 'port')).toEqual(['other/letter.txt']);
  });
});

it('a mistyped word of three letters is rather repaired', () => {
  const index = new SampleIndex({ 'unknown.txt': 'x', 'door/knob.txt': 'knob knob', 'knobs.txt': 'knob' });
  expect(search(index.db, 'nkob', { limit: 10, ...options }).corrections).toMatchObject([{ from: 'nkob', to: 'knob' }]);
});
