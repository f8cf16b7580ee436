import { describe, expect, it } from 'vitest';
import { readAnswer } from '../../../../indexer/extract/own/command-answer.js';

const json = (value: unknown) => readAnswer('json', Buffer.from(JSON.stringify(value)));

describe('what a command has printed', () => {
  it('is text, in whatever encoding', () => {
    expect(readAnswer('text', Buffer.from('größe')).text.toString()).toBe('größe');
    expect(readAnswer('text', Buffer.from('gr\xf6\xdfe und stra\xdfe', 'latin1')).text.toString()).toBe(
      'größe und straße',
    );
    expect(() => readAnswer('text', Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * 7919) % 256)))).toThrow(
      'it printed no text',
    );
  });

  it('is JSON with title, text, properties and parts', () => {
    const answer = json({
      title: ' A \n title ',
      text: 'body',
      properties: { author: ['Ann', 'Bob'], written: '2024-05-01T00:00:00Z', pages: 3 },
      parts: [
        { name: '/../one', text: 'first' },
        { name: 'two', title: 'Two', properties: { tag: 'work' } },
      ],
    });
    expect(answer).toMatchObject({ title: 'A title', isTruncated: false });
    expect(answer.text.toString()).toBe('body');
    expect(answer.properties.map(({ field, value }) => [field, value])).toEqual([
      ['author', 'Ann'],
      ['author', 'Bob'],
      ['written', Date.UTC(2024, 4, 1)],
      ['pages', 3],
    ]);
    expect(answer.parts?.map(({ innerPath, title, text }) => [`${innerPath}`, title, `${text}`])).toEqual([
      ['one', '', 'first'],
      ['two', 'Two', ''],
    ]);
  });

  it('has each part once, and no more than may be', () => {
    expect(
      json({
        parts: [
          { name: 'a', text: '1' },
          { name: 'a', text: '2' },
        ],
      }).parts,
    ).toHaveLength(1);
    const many = json({ parts: Array.from({ length: 3000 }, (_, i) => ({ name: `${i}` })) });
    expect([many.parts?.length, many.isTruncated]).toEqual([2000, true]);
    expect(json({}).parts).toBeUndefined();
  });

  it.each([
    ['no JSON', '{', 'it printed no JSON object'],
    ['a list', '[]', 'it printed no JSON object'],
    ['a text that is none', '{"text": 3}', '`text` in its JSON is no text'],
    ['a property that is none', '{"properties": {"colour": "red"}}', '`colour` in its JSON is no property'],
    ['a field that is no property', '{"properties": {"size": 3}}', '`size` in its JSON is no property'],
    ['a date that is none', '{"properties": {"written": "soon"}}', '`written` in its JSON is no property'],
    ['parts that are none', '{"parts": ["a"]}', '`parts` in its JSON is no list of objects'],
  ])('is refused with the reason: %s', (_, text, why) => {
    expect(() => readAnswer('json', Buffer.from(text))).toThrow(why);
  });
});
