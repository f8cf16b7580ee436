/** Every row of the table of fields is understood wherever a query passes, so that no place can be forgotten. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { helpText } from '../../../search-cli/flags.js';
import { JSON_KEYS } from '../../../search-cli/print/json.js';
import { FIELDS, type FieldName } from '../../../shared/search/fields.js';
import { joinArguments } from '../../../shared/search/join-arguments.js';
import { parseQuery } from '../../../shared/search/parse-query.js';
import { scanQuery } from '../../../shared/search/scan-query.js';
import { search } from '../../../shared/search/search.js';
import { SampleIndex } from '../../helpers/sample-index.js';

const VALUES: Readonly<Record<(typeof FIELDS)[FieldName]['takes'], string>> = {
  words: 'apple',
  folder: '/letters',
  kinds: 'text',
  endings: 'txt',
  bytes: '1',
  date: 'today',
};
const context = { nowMs: Date.now() };

describe.each(Object.entries(FIELDS))('the field %s', (name, field) => {
  const value = VALUES[field.takes];

  it('is cut out of a query, also in capital letters', () => {
    for (const written of [name, name.toUpperCase()])
      expect(scanQuery(`a -${written}:"${value} b" c`)[1]).toMatchObject({
        field: name,
        value: `${value} b`,
        isExcluded: true,
      });
  });

  it('is a condition, or words in a place, and never words of the text', () => {
    const { groups, filters } = parseQuery(`${name}:${value}`, context);
    expect(groups.flat().filter((term) => term.field === 'any')).toEqual([]);
    expect(groups.length + filters.length).toBe(1);
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
    index = new SampleIndex({ 'letters/apple.txt': 'pear', 'letters/other.md': 'pear, and more of it' });
  });
  afterAll(() => index.db.close());

  it.each(Object.entries(FIELDS))(
    '%s finds what it says, and what it does not say when it is turned round',
    (name, field) => {
      const value = field.takes === 'folder' ? index.path('letters') : VALUES[field.takes];
      const found = (query: string) => search(index.db, query, { nowMs: Date.now(), limit: 10 }).hits.length;
      const all = found('pear');
      expect(all).toBe(2);
      expect(found(`pear ${name}:${value}`)).toBeGreaterThan(0);
      expect(found(`pear ${name}:${value}`) + found(`pear -${name}:${value}`)).toBe(all);
    },
  );
});
