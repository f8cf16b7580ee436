import { describe, expect, it } from 'vitest';
import { parseQuery } from '../../../shared/search/parse-query.js';
import { toQuestion } from '../../../shared/search/question.js';

function textsOf(text: string, part: 'telling' | 'repeated'): (string | undefined)[] | undefined {
  const query = parseQuery(text, { nowMs: 0 });
  return toQuestion(query)?.[part].map((group) => query.groups[group]?.[0]?.text);
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
    const pairs = toQuestion(query)?.pairs.map((pair) => pair.map((group) => query.groups[group]?.[0]?.text));
    expect(pairs).toEqual([
      ['heat', 'transfer'],
      ['transfer', 'measured'],
      ['boundary', 'layer'],
    ]);
  });

  it('takes no short query, no list of names and no alternatives for one', () => {
    for (const text of ['who is it', 'kernel driver usb serial probe error', 'how to (a b) OR c in the sea of them'])
      expect(textsOf(text, 'telling')).toBeUndefined();
  });

  it('keeps words of which none tells anything', () => {
    expect(textsOf('what is it that you are', 'telling')).toEqual(['what', 'is', 'it', 'that', 'you', 'are']);
  });
});
