/** What signs mean in a sentence, and in a query that is none. */
import { afterAll, describe, expect, it } from 'vitest';
import { parseQuery } from '../../../shared/search/parse-query.js';
import { search } from '../../../shared/search/search.js';
import { SampleIndex } from '../../helpers/sample-index.js';

const read = (text: string) => parseQuery(text, { nowMs: 0 });
const words = (text: string) => read(text).groups.map((group) => group.map((term) => term.text).join('|'));

const STARS = 'the function copies the string *src to the place *dst of that length';
const OPTION = 'is the data stored in the file with the option (-d or --data) of the program';
const NOT = 'a free environment for all of you with extensions (but it is NOT a clone)';

describe('in a sentence', () => {
  it('a star before a word is a sign, and it is said', () => {
    expect(read(STARS).filters).toEqual([]);
    expect(words(STARS)).toEqual(expect.arrayContaining(['src', 'dst']));
    const instead = 'name: looks for parts of names in a sentence, too';
    expect(read(STARS).misread).toContainEqual({ kind: 'operator', source: '*src', instead });
    expect(words('what does the *very* last line of it say to the i*i.')).toEqual(
      expect.arrayContaining(['very', 'i i.']),
    );
  });

  it('a minus before a letter, a digit or a function word leaves nothing out, and it is said', () => {
    expect(read(OPTION).excluded).toEqual([]);
    const instead = '-"d" leaves it out of a sentence';
    expect(read(OPTION).misread).toContainEqual({ kind: 'operator', source: '-d', instead });
    expect(read('what is the value of the function when there is an error = -1.').excluded).toEqual([]);
    expect(read('where is the thing that you are looking for -or not').excluded).toEqual([]);
  });

  it('NOT before a function word is a word like it, and it is said', () => {
    expect(read(NOT).excluded).toEqual([]);
    expect(read(NOT).misread).toContainEqual({ kind: 'idle', source: 'NOT', at: NOT.indexOf('NOT') });
  });

  it('what is meant is understood: a name with its ending, a word, anything in quotes or behind a field', () => {
    const name = 'where are all of the pictures of my trip to the sea *.jpg';
    expect(read(name).filters).toMatchObject([{ kind: 'name', pattern: '*.jpg' }]);
    expect(read('how do I cook all of the potatoes in the oven -meat').excluded).toMatchObject([{ text: 'meat' }]);
    expect(read('how do I cook all of the potatoes in the oven -"a"').excluded).toMatchObject([{ text: 'a' }]);
    expect(read('how do I cook all of the potatoes in the oven NOT meat').excluded).toMatchObject([{ text: 'meat' }]);
    expect(read(`${STARS} type:code`).filters).toMatchObject([{ kind: 'name' }, { kind: 'name' }, { kind: 'type' }]);
    expect(read('name:(*be* OR *do* OR *of* OR *to* OR *ba* OR *bu* OR *da* OR *du*)').misread).toEqual([]);
  });

  it.each(['-*lock', 'NOT *lock', '-lock*ing', '-*.lock'])(
    '%s leaves out names, and no texts with the word',
    (left) => {
      const { excluded, filters, misread } = read(`how do I use a mutex in the kernel of this ${left}`);
      expect(excluded).toEqual([]);
      expect(filters).toMatchObject([{ kind: 'name', pattern: left.replace(/^(?:-|NOT )/, ''), isExcluded: true }]);
      expect(misread).toEqual([]);
    },
  );

  it('NOT twice says nothing, as anywhere', () => {
    const once = read('how do I use a mutex in the kernel of this NOT NOT the');
    expect(once.excluded).toEqual([]);
    expect(once.groups.length).toBe(read('how do I use a mutex in the kernel of this the').groups.length);
  });

  it('a sign without a word is nothing to tell of', () => {
    expect(read('from the one -> to the other -> and then to that of the rest').misread).toEqual([]);
  });
});

describe('in anything else', () => {
  it('stars and minus mean what they always do', () => {
    expect(read('copy *src string place length bytes shift state').filters).toMatchObject([{ kind: 'name' }]);
    expect(read('the *src').filters).toMatchObject([{ kind: 'name' }]);
    expect(read('report of the year -a').excluded).toMatchObject([{ text: 'a' }]);
  });
});

describe('the answers to a sentence with signs', () => {
  const index = new SampleIndex({
    'strings.html': { text: 'how a function copies the bytes of a string to its new place', title: 'Strings' },
    'options.html': {
      text: 'the option d of the program names the file in which a data file is stored',
      title: 'Options',
    },
    'other.html': { text: 'trees and their leaves', title: 'Trees' },
  });
  afterAll(() => index.db.close());
  const first = (text: string) => {
    const [hit] = search(index.db, text, { nowMs: 0, limit: 3 }).hits;
    return hit && Buffer.from(hit.path).toString().split('/').at(-1);
  };

  it('are those of its words', () => {
    expect(first(STARS)).toBe('strings.html');
    expect(first(OPTION)).toBe('options.html');
  });
});
