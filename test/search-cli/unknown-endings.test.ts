/** An ending that no file has is told when nothing was found. */
import { describe, expect, it } from 'vitest';
import { SampleIndex } from '../helpers/sample-index.js';
import { findText } from './cli.js';

describe('an ending that no file has', () => {
  const index = new SampleIndex({ 'letters/ann.txt': 'ripe apples', 'b.md': 'plums' });

  it.each([
    ['type:foo', '.foo'],
    ['kind:documnet', '.documnet'],
    ['ext:docx,rtf', '.docx, .rtf'],
    ['(type:foo OR type:bar)', '.foo, .bar'],
  ])('is told: %s', (filter, shown) => {
    for (const output of [[], ['-l'], ['--json']]) {
      const { status, stdout, stderr } = findText(index, [...output, 'ripe', filter]);
      expect([status, stdout]).toEqual([1, '']);
      expect(stderr).toContain(`find-text: no file in the index has the ending ${shown}; a kind is written like`);
    }
  });

  it.each([['plums ext:txt'], ['plums type:image'], ['plums -type:foo ext:txt'], ['ripe type:txt']])(
    'is not told: %s',
    (query) => {
      expect(findText(index, query.split(' ')).stderr).not.toContain('has the ending');
    },
  );
});
