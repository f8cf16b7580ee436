/** The page of a PDF that a hit is on: in the list and in JSON. */
import { afterAll, describe, expect, it } from 'vitest';
import { terminalBlock } from '../../../search-cli/print/text.js';
import { jsonLine } from '../../../shared/answer/hit-json.js';
import { search } from '../../../shared/search/search.js';
import { SampleIndex } from '../../helpers/sample-index.js';

const filler = 'words of a page that say little\n'.repeat(3000);
const index = new SampleIndex({
  'book.pdf': {
    text: `a title\f\f\fan albatross\f${filler}\f${filler}a cormorant`,
    isFileText: false,
    extractor: 'pdf',
  },
  'feeds.txt': 'one\fa pelican',
});
afterAll(() => index.db.close());

function hitFor(query: string) {
  const [hit] = search(index.db, query, { nowMs: Date.now(), limit: 1 }).hits;
  return hit ?? expect.fail(`nothing is found for ${query}`);
}

describe('the page of a hit', () => {
  it.each([
    ['title', 1],
    ['albatross', 4],
    ['cormorant', 6],
    ['pelican', undefined],
  ])('%s', (query, page) => {
    const hit = hitFor(query);
    expect((JSON.parse(jsonLine(hit, undefined)) as { page?: number }).page).toBe(page);
    const style = { home: '', columns: 80, hasColor: false, linkHost: undefined };
    const shown = terminalBlock(hit, 1, style);
    expect(/· p\. (\d+)/.exec(shown)?.[1]).toBe(page?.toString());
  });

  it('is none where only the name matches', () => expect(hitFor('name:book').page).toBe(undefined));
});
