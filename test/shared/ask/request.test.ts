import { describe, expect, it } from 'vitest';
import { MAX_LIMIT, parseRequest, tryId } from '../../../shared/ask/request.js';

describe('parseRequest', () => {
  it('takes a query, with what goes without saying', () => {
    expect(parseRequest('{"query":"two words"}')).toEqual({ wants: 'hits', query: 'two words', limit: 10 });
    expect(parseRequest('{}')).toEqual({ wants: 'hits', query: '', limit: 10 });
    expect(parseRequest('{"id":"a","query":"x","limit":3,"home":"/h","cwd":"/c","later":[1]}')).toEqual({
      wants: 'hits',
      id: 'a',
      query: 'x',
      limit: 3,
      home: '/h',
      cwd: '/c',
    });
  });

  it('takes a path for a preview, also as bytes', () => {
    expect(parseRequest('{"path":"/a/ü","query":"x"}')).toEqual({
      wants: 'preview',
      query: 'x',
      path: Buffer.from('/a/ü'),
      innerPath: undefined,
      lines: 20,
    });
    const hex = parseRequest('{"pathHex":"2f61ff","inner":"b/c","lines":5}');
    expect(hex).toMatchObject({ path: Buffer.from('2f61ff', 'hex'), innerPath: Buffer.from('b/c'), lines: 5 });
  });

  it.each([
    ['', 'not JSON'],
    ['[1]', 'no JSON object'],
    ['null', 'no JSON object'],
    ['{"query":1}', '`query` must be a text'],
    ['{"id":{}}', '`id` must be a text or a number'],
    ['{"limit":0}', `\`limit\` must be a number from 1 to ${MAX_LIMIT}`],
    ['{"limit":1.5}', '`limit` must be'],
    ['{"limit":"3"}', '`limit` must be'],
    ['{"path":"/a","lines":1e9}', '`lines` must be'],
    ['{"pathHex":"2f6"}', '`pathHex` must be bytes'],
    ['{"cwd":"here"}', '`cwd` must be an absolute path'],
    ['{"home":"/a\\u0000b"}', '`home` must be an absolute path'],
  ])('refuses %s', (line, why) => {
    const refusal = { code: 'FT_REQUEST_INVALID', message: expect.stringContaining(why) };
    expect(() => parseRequest(line)).toThrow(expect.objectContaining(refusal));
  });

  it('knows the id of a request that makes no sense otherwise', () => {
    expect(tryId('{"id":7,"limit":-1}')).toBe(7);
    expect(tryId('{"id":7')).toBeUndefined();
    expect(tryId('{"id":[]}')).toBeUndefined();
  });
});
