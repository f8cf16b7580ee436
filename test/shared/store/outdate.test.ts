import { expect, it } from 'vitest';
import { outdate } from '../../../shared/store/outdate.js';
import { SampleIndex } from '../../helpers/sample-index.js';

function outdated(files: { endings?: string[]; types?: string[] }): string[] {
  const index = new SampleIndex({
    'a.DOC': 'a',
    'b.doc.txt': 'b',
    'c_d.x_y': 'c',
    'c_d.xzy': 'c',
    'p.png': { text: '', type: 'image/png' },
    'named.doc': { text: '', extractor: 'name' },
    'box.zip': { text: '', type: 'application/zip', children: { 'in.doc': 'd' } },
  });
  outdate(index.db, { endings: [], types: [], ...files });
  const names = index.db
    .prepare<[], Buffer>('SELECT name FROM file JOIN part ON part.file_id = file.id WHERE extractor_version = 0')
    .pluck();
  return names.all().map(String).sort();
}

it('makes documents of such files be read again, and no others', () => {
  expect(outdated({ endings: ['doc'] })).toEqual(['a.DOC']);
  expect(outdated({ endings: ['x_y'] })).toEqual(['c_d.x_y']);
  expect(outdated({ types: ['image/*'] })).toEqual(['p.png']);
  expect(outdated({ types: ['image/png'], endings: ['zip'] })).toEqual(['box.zip', 'p.png']);
  expect(outdated({})).toEqual([]);
});
