/** A folder of `in:` that the index does not have is told when nothing was found. */
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { SampleIndex } from '../helpers/sample-index.js';
import { findText } from './cli.js';

describe('a folder that the index does not have', () => {
  const index = new SampleIndex({ 'letters/ann.txt': 'ripe apples', 'deep/er/x.txt': 'plums' });
  const outside = `${index.home}/outside`;
  mkdirSync(outside);
  writeFileSync(`${outside}/file`, '');
  symlinkSync('tree/letters', `${index.home}/link`);
  symlinkSync('link', `${index.home}/link-to-link`);
  symlinkSync('../tree', `${outside}/up`);
  symlinkSync('loop', `${index.home}/loop`);

  it.each([
    [`${index.home}/nowhere`, 'is not in the index, and there is no such folder'],
    [outside, 'is not in the index: see `find-textd status`'],
    [`${outside}/file`, 'is a file, not a folder'],
    [`${index.home}/loop`, ''],
  ])('%s is told', (folder, why) => {
    for (const output of [[], ['-l'], ['--json'], ['-n0']]) {
      const { status, stdout, stderr } = findText(index, [...output, 'ripe', `in:${folder}`]);
      expect([status, stdout]).toEqual([1, '']);
      expect(stderr).toContain(`find-text: ${folder} `);
      expect(stderr).toContain(why);
    }
  });

  it.each(['link', 'link-to-link', 'outside/up/letters', 'outside/up'])('is none that %s leads to', (link) => {
    const found = { status: 0, stdout: `${index.path('letters/ann.txt')}\n`, stderr: '' };
    expect(findText(index, ['-l', 'ripe', `in:${index.home}/${link}`])).toMatchObject(found);
    expect(findText(index, ['-l', `-in:${index.home}/${link}`, 'ripe'])).toMatchObject({ status: 1, stdout: '' });
  });

  it('is not told of a folder that has none of the words, one above, or one that is left out of the query', () => {
    for (const query of [
      ['plums', `in:${index.path('letters')}`],
      ['nowhereword', `in:${index.home}`],
      ['nowhereword', `-in:${outside}`],
    ])
      expect(findText(index, query).stderr).not.toMatch(/in the index|no such folder/);
  });

  it('is not told when another one has a file', () => {
    const { status, stderr } = findText(index, ['ripe', `in:${outside}`, `in:${index.path('letters')}`]);
    expect([status, stderr]).toEqual([0, '']);
  });
});
