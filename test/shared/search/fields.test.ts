/** Every row of the table of fields is understood wherever a query passes, so that no place can be forgotten. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { helpText } from '../../../search-cli/flags.js';
import { JSON_KEYS, jsonLine } from '../../../shared/answer/hit-json.js';
import { FIELDS, type FieldName } from '../../../shared/search/fields.js';
import { joinArguments } from '../../../shared/search/join-arguments.js';
import { parseQuery } from '../../../shared/search/parse-query.js';
import { scanQuery } from '../../../shared/search/scan-query.js';
import { type Hit, search } from '../../../shared/search/search.js';
import { Events } from '../../../shared/store/events.js';
import type { Property } from '../../../shared/types.js';
import { SampleIndex } from '../../helpers/sample-index.js';

const VALUES: Readonly<Record<(typeof FIELDS)[FieldName]['takes'], string>> = {
  words: 'apple',
  folder: '/letters',
  kinds: 'text',
  endings: 'txt',
  bytes: '1',
  number: '1',
  date: 'today',
  users: '1000',
  programs: 'vim',
  order: 'size',
};
/** All but those that say nothing of a document. */
const CONDITIONS = Object.entries(FIELDS).filter(([, { takes }]) => takes !== 'order');
const context = { nowMs: Date.now() };

describe.each(Object.entries(FIELDS))('the field %s', (name, field) => {
  const value = VALUES[field.takes];

  it('is cut out of a query, also in capital letters', () => {
    for (const written of [name, name.toUpperCase()])
      expect(scanQuery(`a -${written}:"${value} b" c`)[1]).toMatchObject({
        field: name,
        values: [{ text: `${value} b`, isQuoted: true }],
        isExcluded: true,
      });
  });

  it('is a condition, words in a place, or an order, and never words of the text', () => {
    const { groups, filters, order = [] } = parseQuery(`${name}:${value} ext:md`, context);
    expect(groups.flat().filter((term) => term.field === 'any')).toEqual([]);
    expect(groups.length + filters.length + order.length).toBe(2);
  });

  it('keeps the blanks of an argument', () => {
    const isFolder = () => false;
    expect(joinArguments(['x', `-${name}:${value} ${value}`], { ...context, isFolder })).toBe(
      `x -${name}:"${value} ${value}"`,
    );
  });

  it('stands in --help, once it has an example', () => {
    if (field.example) expect(helpText()).toContain(`find-text ${field.example}`);
    else expect(Object.values(FIELDS).filter(({ takes, example }) => takes === field.takes && example)).not.toEqual([]);
  });

  it('is a key of a hit in JSON, if it says so', () => {
    // The path of a hit is no value of a field, but has its name.
    expect(name in JSON_KEYS && name !== 'path').toBe('json' in field);
  });
});

describe('fields in a search', () => {
  let index: SampleIndex;
  beforeAll(() => {
    const properties = Object.entries(FIELDS).flatMap(([field, spec]): Property[] => {
      if ('place' in spec && spec.place === 'property') return [{ field, value: 'Apple', words: ['apple'] }];
      return 'column' in spec && spec.column === 'property' ? [{ field, value: Date.now() }] : [];
    });
    index = new SampleIndex({
      'letters/apple.txt': { text: 'pear', title: 'An apple', properties },
      'letters/other.md': 'pear, and more of it',
    });
    const events = new Events(index.db, { maxBytes: 1 << 20, keepMs: 1e12 });
    const actor = { auid: 1000, uid: 0, pid: 1, ppid: 1, exe: '/bin/vim', comm: 'vim', gid: 0, euid: 0, session: 1 };
    const path = Buffer.from(index.path('letters/apple.txt'));
    events.add({ event: { atMs: Date.now(), kind: 'write', path, origin: 'audit', actor }, paths: [] });
    events.save();
  });
  afterAll(() => index.db.close());

  it.each(CONDITIONS)('%s finds what it says, and what it does not say when it is turned round', (name, field) => {
    const value = field.takes === 'folder' ? `"${index.path('letters')}"` : VALUES[field.takes];
    const found = (query: string) =>
      search(index.db, query, { nowMs: Date.now(), limit: 10 }).hits.filter((hit) => hit.isWhole).length;
    const all = found('pear');
    expect(all).toBe(2);
    expect(found(`pear ${name}:${value}`)).toBeGreaterThan(0);
    expect(found(`pear ${name}:${value}`) + found(`pear -${name}:${value}`)).toBe(all);
    expect(found(`pear ${name}:(${value} OR zzzz*)`)).toBe(found(`pear ${name}:${value}`));
    expect(found(`pear (${name}:${value} OR zzzz)`)).toBe(found(`pear ${name}:${value}`));
    expect(found(`pear NOT ${name}:${value}|${value}`)).toBe(found(`pear -${name}:${value}`));
  });
});

describe('properties in a search', () => {
  let index: SampleIndex;
  const by = (author: string) => ({ field: 'author', value: author, words: author.toLowerCase().split(' ') });
  const written = (year: number) => ({ field: 'written', value: new Date(year, 5).getTime() });
  beforeAll(() => {
    index = new SampleIndex({
      'ann.md': { text: 'pear', properties: [by('Ann Bee'), by('Bob'), written(2024)] },
      'bee.md': { text: 'pear', properties: [by('Bee Ann'), written(2020)] },
      'none.md': 'pear ann',
    });
  });
  afterAll(() => index.db.close());

  it.each([
    ['author:ann', 'ann.md bee.md'],
    ['author:ANN pear', 'ann.md bee.md'],
    ['author:"ann bee"', 'ann.md'],
    ['author:an*', 'ann.md bee.md'],
    ['author:an', ''],
    ['author:ann author:bob', 'ann.md'],
    ['pear -author:bob', 'bee.md none.md'],
    ['author:bob OR author:"bee ann"', 'ann.md bee.md'],
    ['author:bob OR written:2020 OR author:nobody', 'ann.md bee.md'],
    ['pear author:bob OR written:2020 author:ann ext:txt OR ext:md', 'ann.md bee.md'],
    ['author:nobody OR author:bob AND written:2020', ''],
    ['in:/nowhere OR author:bob', 'ann.md'],
    ['written:2024 OR written:2020', 'ann.md bee.md'],
    ['author:bob OR -author:ann', 'ann.md none.md'],
    ['written:2024', 'ann.md'],
    ['written:<2024', 'bee.md'],
    ['pear -written:2020', 'ann.md none.md'],
  ])('%s → %s', (query, names) => {
    const { hits } = search(index.db, query, { nowMs: Date.now(), limit: 10 });
    expect(
      hits
        .map(({ path }) => Buffer.from(path).toString().split('/').at(-1))
        .sort()
        .join(' '),
    ).toBe(names);
  });

  it('are keys of a hit in JSON: all authors, and the date by ISO 8601', () => {
    const [hit] = search(index.db, 'author:bob', { nowMs: Date.now(), limit: 1 }).hits;
    const line = JSON.parse(jsonLine(hit as Hit, undefined));
    expect(line).toMatchObject({ author: ['Ann Bee', 'Bob'], written: new Date(2024, 5).toISOString() });
    expect(line).not.toHaveProperty('tag');
  });

  it('refuses times that no document can have', () => {
    expect(() => parseQuery('written:2024 written:2020', context)).toThrow('no file can have this written');
  });
});
