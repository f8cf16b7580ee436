import { describe, expect, it } from 'vitest';
import { suggest } from '../../../shared/search/suggest.js';
import { toTerms } from '../../../shared/search/words.js';
import { refreshVocabulary } from '../../../shared/store/vocabulary.js';
import { SampleIndex } from '../../helpers/sample-index.js';

function words(index: SampleIndex): string[] {
  return index.db.prepare<[], string>('SELECT term FROM word ORDER BY term').pluck().all();
}

describe('refreshVocabulary', () => {
  it('keeps terms of texts, names and titles, without numbers, and forgets what is gone', () => {
    const index = new SampleIndex({
      'sparc64.txt': { text: 'memories of 1234 0xff abc123 ünited 漢字かな', title: 'Introduction' },
    });
    const ofRoot = toTerms(index.root);
    const own = words(index).filter((word) => !ofRoot.includes(word) && !index.root.toLowerCase().includes(word));
    expect(own).toEqual(['introduct', 'memori', 'sparc', 'sparc64', 'txt', 'unit', '漢字かな']);
    index.write('sparc64.txt', 'nothing');
    index.refreshVocabulary();
    expect(words(index)).toContain('noth');
    expect(words(index)).not.toContain('memori');
  });

  it('does the same in slices as at once', () => {
    const text = Array.from(
      { length: 3000 },
      (_, i) => `${String.fromCharCode(97 + (i % 26), 97 + (i % 25), 97 + (i % 23))}word`,
    );
    const index = new SampleIndex({ 'a.txt': text.join(' ') });
    const atOnce = words(index);
    index.db.exec('DELETE FROM word');
    let slices = 0;
    for (let after: string | undefined = ''; after !== undefined; slices++)
      after = refreshVocabulary(index.db, after, 0);
    expect(slices).toBeGreaterThan(10);
    expect(words(index)).toEqual(atOnce);
  });
});

describe('suggest', () => {
  const index = new SampleIndex({
    'a.txt': 'virtio memory kernel interface documentation operations configuration Straße',
    'b.txt': 'kernel colonel',
  });
  const best = (word: string) => suggest(index.db, word, 3)[0]?.word;

  it.each([
    ['virteo', 'virtio'],
    ['memroy', 'memory'],
    ['ekrnel', 'kernel'],
    ['kernl', 'kernel'],
    ['kernnel', 'kernel'],
    ['operatoins', 'operations'],
    ['documentaion', 'documentation'],
    ['sraße', 'straße'],
    ['inetrfece', 'interface'],
    ['krn', undefined],
    ['zzzzzz', undefined],
    ['123456', undefined],
    ['x'.repeat(1000), undefined],
  ])('%s → %s', (typed, expected) => {
    expect(best(typed)).toBe(expected);
  });
});
