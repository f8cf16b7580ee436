import { afterAll, describe, expect, it } from 'vitest';
import { parseQuery } from '../../../shared/search/parse-query.js';
import { MAX_GROUPS } from '../../../shared/search/plan-query.js';
import type { Term } from '../../../shared/search/query.js';
import { toQuestion } from '../../../shared/search/question.js';
import { search } from '../../../shared/search/search.js';
import { SampleIndex } from '../../helpers/sample-index.js';

function textsOf(text: string, part: 'telling' | 'repeated'): readonly string[] | undefined {
  return toQuestion(parseQuery(text, { nowMs: 0 }))?.[part];
}

describe('toQuestion', () => {
  it('leaves out the words that a sentence of its language has anyway', () => {
    expect(textsOf('how do I change the default shell', 'telling')).toEqual(['change', 'default', 'shell']);
    expect(textsOf('wie kann ich die Freigabe eines Ordners beenden', 'telling')).toEqual([
      'Freigabe',
      'Ordners',
      'beenden',
    ]);
  });

  it('knows what is asked for twice, and what stands side by side', () => {
    const text = 'what is the lift of a wing when the wing is swept';
    expect(textsOf(text, 'repeated')).toEqual(['wing']);
    const query = parseQuery('how is heat transfer measured in a boundary layer', { nowMs: 0 });
    expect(toQuestion(query)?.pairs).toEqual([
      ['heat', 'transfer'],
      ['transfer', 'measured'],
      ['boundary', 'layer'],
    ]);
  });

  it('takes no short query, no list of names and no alternatives for one', () => {
    for (const text of ['who is it', 'kernel driver usb serial probe error', 'how to (a b) OR c in the sea of them'])
      expect(textsOf(text, 'telling')).toBeUndefined();
  });

  it('asks for each of words that are joined, and knows that they stand side by side', () => {
    const text = 'how do I do fancy stuff with the keyboard/screen and the "incomplete input"';
    const telling = ['fancy', 'stuff', 'keyboard', 'screen', 'incomplete', 'input'];
    expect(textsOf(text, 'telling')).toEqual(telling);
    expect(toQuestion(parseQuery(text, { nowMs: 0 }))?.pairs).toEqual([
      ['fancy', 'stuff'],
      ['keyboard', 'screen'],
      ['incomplete', 'input'],
    ]);
  });

  it('takes three words for one when they begin as a question does', () => {
    expect(textsOf('what is a closure', 'telling')).toEqual(['closure']);
    expect(textsOf('how are arrays sorted', 'telling')).toEqual(['arrays', 'sorted']);
    expect(textsOf('these are arrays sorted', 'telling')).toBeUndefined();
  });

  it('asks for the signs of a name together with it', () => {
    expect(textsOf('how do I write my own functions in C++?', 'telling')).toEqual(['write', 'functions', 'C++?']);
    expect(textsOf('is it in C++/C# that you write the functions', 'telling')).toEqual([
      'c++',
      'c#',
      'write',
      'functions',
    ]);
  });

  it('knows a long text by its function words, though others are asked for', () => {
    const names = Array.from(
      { length: MAX_GROUPS },
      (_, i) => `rare${i < 26 ? 'a' : 'b'}${String.fromCharCode(0x61 + (i % 26))}`,
    );
    const query = parseQuery(`what is to be said about the ${names.join(' ')}`, { nowMs: 0 });
    const rarest = names.map((text): Term[] => [{ text, kind: 'word', field: 'any' }]);
    expect(toQuestion({ ...query, groups: rarest })?.telling).toEqual(names);
    expect(toQuestion(parseQuery(names.join(' '), { nowMs: 0 }))).toBeUndefined();
  });

  it('keeps words of which none tells anything', () => {
    expect(textsOf('what is it that you are', 'telling')).toEqual(['what', 'is', 'it', 'that', 'you', 'are']);
  });
});

describe('the answers to a question', () => {
  const wing = 'the boundary layer of the wing, and how heat is measured on the wing, ';
  const index = new SampleIndex({
    'often.html': { text: wing.repeat(9), title: 'A wing' },
    'title.html': { text: 'heat, and more of it', title: 'How heat is measured in the boundary layer of a wing' },
    'other.html': { text: 'trees and their leaves', title: 'Trees' },
  });
  afterAll(() => index.db.close());
  const first = (text: string) => {
    const [hit] = search(index.db, text, { nowMs: 0, limit: 3 }).hits;
    return hit && [Buffer.from(hit.path).toString().split('/').at(-1), hit.isWhole];
  };

  it('come in the order of their texts, also where some have not all words', () => {
    expect(first('how is the heat on the boundary layer of the wing calculated')).toEqual(['often.html', false]);
  });

  it('begin with the document whose title it is but for a word', () => {
    expect(first('how heat is measured in the boundary layer of a swept wing')).toEqual(['title.html', false]);
  });

  it('are not moved out by files that are named by a word of it, when one is repaired', () => {
    const named = Object.fromEntries(
      ['why', 'is', 'of', 'on'].map((word) => [`${word}.txt`, { text: 'nothing more', title: word }]),
    );
    const others = new SampleIndex({ 'often.html': { text: wing.repeat(9), title: 'A wing' }, ...named });
    try {
      const question = 'why is the heat of the boundary layer mesured on the leaves';
      const { hits, corrections } = search(others.db, question, { nowMs: 0, limit: 2 });
      expect(corrections).toEqual([{ from: 'mesured', to: 'measured' }]);
      expect(hits.map(({ path }) => Buffer.from(path).toString().split('/').at(-1))).toContain('often.html');
    } finally {
      others.db.close();
    }
  });

  it('have words that every page has in its markup where they tell: in the text', () => {
    const markup = 'html head title body';
    const pages = Object.fromEntries(
      Array.from({ length: 8 }, (_, i) => [
        `${i}.html`,
        { text: i < 3 ? 'a pattern in a string' : 'a string', markup },
      ]),
    );
    const module = { text: 'take a module that reads html, there are many', markup };
    const others = new SampleIndex({ ...pages, 'module.html': module });
    try {
      const { hits } = search(others.db, 'how do I find html with a pattern', { nowMs: 0, limit: 3 });
      expect(Buffer.from(hits[0]?.path ?? []).toString()).toBe(others.path('module.html'));
    } finally {
      others.db.close();
    }
  });
});
