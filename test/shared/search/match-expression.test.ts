/** What a group of a query asks the full text for. */
import { describe, expect, it } from 'vitest';
import { groupExpressions } from '../../../shared/search/match-expression.js';
import { parseQuery } from '../../../shared/search/parse-query.js';

function begunBody(text: string): string | undefined {
  return groupExpressions({ ...parseQuery(text, { nowMs: 0 }), isHalfTyped: true }).at(-1)?.begunBody;
}

describe('groupExpressions', () => {
  it('takes the last word for a beginning, and its last part when that is long enough', () => {
    expect(begunBody('handleRequest')).toContain('"handlerequest" *');
    expect(begunBody('handleRequest')).toContain('"handle request" *');
    expect(begunBody('getNode*')).toContain('"get node" *');
  });

  it.each(['isNaN', 'getX', 'utf8', 'isNaN*', 'foo_b*', 'a.b.cd'])(
    'asks no text for the words that begin with one or two letters: %s',
    (text) => {
      expect(begunBody(text) ?? '').not.toMatch(/[" ]\w{1,2}" \*/);
    },
  );

  it('asks texts for the beginning of the whole, and names for any', () => {
    expect(begunBody('isNaN')).toContain('"isnan" *');
    expect(groupExpressions(parseQuery('getX*', { nowMs: 0 }))[0]?.names).toContain('"get x" *');
  });
});
