/** What stands in the middle of a name is found, in every letter case and spelling, as long as the name is there. */
import { renameSync } from 'node:fs';
import { expect, it } from 'vitest';
import { documentsById } from '../../../shared/search/found-documents.js';
import { namesHolding, namesSharing, trigramsOf } from '../../../shared/search/name-trigrams.js';
import { Documents } from '../../../shared/store/documents.js';
import { SampleIndex } from '../../helpers/sample-index.js';

function holding(index: SampleIndex, ...texts: string[]): string[] {
  return namesOf(index, namesHolding(index.db, texts, 10));
}

function namesOf({ db }: SampleIndex, ids: readonly number[]): string[] {
  const documents = documentsById(db, ids);
  return ids.map((id) => documents.get(id)?.name ?? 'gone');
}

it('cuts a text into its different folded trigrams', () => {
  expect(trigramsOf('Årsrapport')).toEqual(['ars', 'rsr', 'sra', 'rap', 'app', 'ppo', 'por', 'ort']);
  expect(trigramsOf('ab')).toEqual([]);
  expect(trigramsOf('aaaaa')).toEqual(['aaa']);
});

it('finds names by what stands in them, the newest in the index first', () => {
  const index = new SampleIndex({
    'a/2023-Report.pdf': 'x',
    'a/airports.csv': 'x',
    'a/port': 'x',
    'a/report/none.txt': 'x',
    'b/Årsrapport.txt': 'x',
  });
  expect(holding(index, 'port')).toEqual(['Årsrapport.txt', 'port', 'airports.csv', '2023-Report.pdf']);
  expect(holding(index, 'RAPP')).toEqual(['Årsrapport.txt']);
  expect(holding(index, '3-rep')).toEqual(['2023-Report.pdf']);
  expect(holding(index, 'rep', 'pdf')).toEqual(['2023-Report.pdf']);
  expect(holding(index, 'pdf', 'rep')).toEqual([]);
  expect(holding(index, 'po')).toEqual([]);
  expect(holding(index, 'por"t')).toEqual([]);
});

it('tells trigrams of a name from the name: all may be there, and not in a row', () => {
  const index = new SampleIndex({ 'abcx-xbcd.txt': 'x', 'abcd.txt': 'x' });
  expect(holding(index, 'abcd')).toEqual(['abcd.txt']);
});

it('finds names that may share four letters in a row with a word, each once', () => {
  const index = new SampleIndex({ 'a/freebsd.md': 'x', 'b/freebsd.md': 'x', 'c/bs-ebst.md': 'x', 'free.md': 'x' });
  expect(namesSharing(index.db, 'rsebsd').sort()).toEqual(['freebsd.md']);
  expect(namesSharing(index.db, 'FREEzz').sort()).toEqual(['free.md', 'freebsd.md']);
  expect(namesSharing(index.db, 'ab"c')).toEqual([]);
  expect(namesSharing(index.db, 'fre')).toEqual([]);
});

it('finds the names of documents within a file', () => {
  const index = new SampleIndex({ 'box.tar': { text: '', isFileText: false, children: { 'deep/myreport.txt': 'x' } } });
  expect(holding(index, 'report')).toEqual(['myreport.txt']);
  expect(holding(index, 'deep')).toEqual([]);
});

it('knows a renamed, a moved and a deleted file by what it is called now', () => {
  const index = new SampleIndex({ 'a/first.txt': 'x', 'a/second.txt': 'x' });
  const documents = new Documents(index.db);
  const row = documents.find(Buffer.from(index.path('a/first.txt')));
  expect(row).toBeDefined();
  if (!row) return;
  renameSync(index.path('a/first.txt'), index.path('a/third.txt'));
  documents.move(row, Buffer.from(index.path('a/third.txt')), { ...row, mtimeMs: row.mtime_ms, ctimeMs: row.ctime_ms });
  expect([holding(index, 'first'), holding(index, 'third')]).toEqual([[], ['third.txt']]);
  documents.moveTree(Buffer.from(index.path('a')), Buffer.from(index.path('b')));
  expect(holding(index, 'third')).toEqual(['third.txt']);
  documents.removeTree(Buffer.from(index.path('b')));
  expect([holding(index, 'third'), holding(index, 'second')]).toEqual([[], []]);
});
