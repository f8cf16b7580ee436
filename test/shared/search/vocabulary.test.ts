import { describe, expect, it } from 'vitest';
import { suggest } from '../../../shared/search/suggest.js';
import { refreshVocabulary } from '../../../shared/store/vocabulary.js';
import { SampleIndex } from '../../helpers/sample-index.js';

function words(index: SampleIndex): string[] {
  return index.db.prepare<[], string>('SELECT term FROM word ORDER BY term').pluck().all();
}

describe('refreshVocabulary', () => {
  it('keeps terms of texts, names and titles, without numbers, and forgets what is gone', () => {
    // A number alone is no word: what there is comes from the names of the folders above.
    const index = new SampleIndex({ '0': '0' });
    const above = words(index);
    const withThoseAbove = (...own: string[]) => [...new Set([...above, ...own])].sort();
    index.write('sparc64.txt', { text: 'memories of 1234 0xff abc123 ünited 漢字かな', title: 'Introduction' });
    index.refreshVocabulary();
    expect(words(index)).toEqual(withThoseAbove('introduct', 'memori', 'sparc', 'txt', 'uenit', 'unit'));
    index.write('sparc64.txt', 'nothing');
    index.refreshVocabulary();
    expect(words(index)).toEqual(withThoseAbove('noth', 'sparc', 'txt'));
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
      after = refreshVocabulary(index.db, after, { budgetMs: 0, hasLists: false });
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

  it.each([
    ['locations', 'lojcatons'],
    ['disclaimer', 'dicslaier'],
    ['providing', 'rpovidin'],
    ['quantity', 'quaftty'],
    ['measurements', 'maesuregents'],
  ])(
    'finds %s behind two slips: in its first letters, in its ending, or where the stemmer has changed it',
    (word, typed) => {
      const own = new SampleIndex({ 'a.txt': `all ${word} here` });
      expect(suggest(own.db, typed, 3)).toMatchObject([{ word, slips: 2 }]);
    },
  );

  it('makes no word of a short one and an ending that nobody writes', () => {
    // `andness` has the stem of `and`, and is two slips away from `address`.
    const own = new SampleIndex({ 'a.txt': 'cats and dogs', 'b.txt': 'salt and pepper' });
    expect(suggest(own.db, 'address', 3)).toEqual([]);
  });

  it('finds another form of a word behind two slips', () => {
    const own = new SampleIndex({ 'a.txt': 'all operations here' });
    expect(suggest(own.db, 'opreatoin', 3)).toMatchObject([{ word: 'operations', slips: 3 }]);
  });

  it('prefers the word that is nearer as files have it to one with the nearer stem', () => {
    // The stem of `newe` is new, that of `maintenires` maintenir: both one slip away.
    const common = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`f${i}.txt`, 'the new maintenir']));
    const own = new SampleIndex({ ...common, 'a.txt': 'a newer one of the maintainers' });
    expect(suggest(own.db, 'newek', 3)[0]).toMatchObject({ word: 'newer', slips: 1 });
    expect(suggest(own.db, 'maintanires', 3)[0]).toMatchObject({ slips: 2 });
  });

  it('knows words of names that the vocabulary does not have yet, whichever letters were hit', () => {
    const own = new SampleIndex({ 'a.txt': 'x' });
    own.write('perlglossary.pod', 'x');
    own.write('myFreeBsdNotes.md', 'x');
    const found = (typed: string) => suggest(own.db, typed, 3).map(({ word }) => word);
    expect(found('eprlglosasry')).toEqual(['perlglossary']);
    expect(found('notez')).toEqual(['notes']);
    expect(found('bottez')).toEqual([]);
  });
});
