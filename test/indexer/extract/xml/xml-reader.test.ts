/** XML in which one thing is as long as a bomb. What it says of ordinary documents: the tests of their formats. */
import { describe, expect, it } from 'vitest';
import { readXml } from '../../../../indexer/extract/xml/xml-reader.js';

const LONG = 'words '.repeat(600_000);

function read(source: string) {
  const texts: string[] = [];
  let longestValue = 0;
  const events = {
    open: (_: string, attributes: Readonly<Record<string, string>>) => {
      for (const value of Object.values(attributes)) longestValue = Math.max(longestValue, value.length);
    },
    close: () => {},
    text: (text: string) => void texts.push(text),
  };
  const isWhole = readXml(Buffer.from(source), events, () => false);
  return { texts, text: texts.join(''), isWhole, longestValue };
}

describe('readXml', () => {
  it.each([
    ['a text', (text: string) => `<a>${text}</a>`],
    ['a text of CDATA', (text: string) => `<a><![CDATA[${text}]]></a>`],
  ])('gives %s of megabytes in pieces', (_, wrap) => {
    const { texts, text, isWhole } = read(wrap(`${LONG}東京 end`));
    expect([text === `${LONG}東京 end`, isWhole]).toEqual([true, true]);
    expect(texts.length).toBeGreaterThan(2);
    expect(Math.max(...texts.map(({ length }) => length))).toBeLessThan(LONG.length / 2);
  });

  it.each([
    ['a comment', `<!--${LONG}-->`],
    ['an instruction', `<?a ${LONG}?>`],
    ['a value', `<b c="${LONG}"/>`],
  ])('goes on behind %s of megabytes, and keeps no such thing', (_, part) => {
    const { text, isWhole, longestValue } = read(`<a>before ${part}behind</a>`);
    expect([text, isWhole]).toEqual(['before behind', true]);
    expect(longestValue).toBeLessThan(LONG.length / 2);
  });

  it.each([
    ['an entity', `&${'x'.repeat(3_000_000)};`],
    ['a comment', `<!--${LONG.repeat(6)}-->`],
    ['a name', `<${'x'.repeat(3_000_000)}/>`],
    ['so many attributes', `<b ${'c="" '.repeat(200_000)}/>`],
  ])('stops at %s without an end', (_, part) => {
    expect(read(`<a>before${part}behind</a>`)).toMatchObject({ isWhole: false });
    expect(read(`<a>before${part}behind</a>`).text).not.toContain('behind');
  });
});
