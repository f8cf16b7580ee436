/** What `kind:` finds, of files and of documents in them, by the types that extractors give. */
import { describe, expect, it } from 'vitest';
import { listPaths } from '../../../shared/search/list.js';
import { SampleIndex } from '../../helpers/sample-index.js';

const OPEN_XML = 'application/vnd.openxmlformats-officedocument';
const FILES = {
  Inbox: ['application/mbox', 'mail'],
  'cur-1:2,S': ['message/rfc822', 'mail'],
  'old.msg': ['application/vnd.ms-outlook', 'mail'],
  scan: ['image/png', 'image'],
  'logo.svg': ['image/svg+xml', 'picture'],
  'paper.bin': ['application/pdf', 'pdf'],
  'song.m4a': ['audio/mp4', 'music'],
  'box.tar.zst': ['application/x-tar', 'archive'],
  things: ['application/zip', 'archive'],
  'x.rar': ['application/vnd.rar', 'archive'],
  tool: ['text/x-python', 'code'],
  'run.sh': ['application/x-sh', 'code'],
  'letter.unknown': [`${OPEN_XML}.wordprocessingml.document`, 'document'],
  'flat.fodt': ['application/xml', 'document'],
  'sums.unknown': ['application/vnd.oasis.opendocument.spreadsheet', 'spreadsheet'],
  'talk.unknown': [`${OPEN_XML}.presentationml.presentation`, 'presentation'],
  novel: ['application/x-fictionbook+xml', 'book'],
} as const;

const entries = Object.entries(FILES);
const index = new SampleIndex(
  Object.fromEntries(entries.map(([name, [type]]) => [name, { text: 'words', type, isFileText: false }])),
);
const found = (query: string) =>
  Array.from(listPaths(index.db, query, { nowMs: 0, ranked: 20 }).items, ({ path }) =>
    path.toString().slice(index.root.length + 1),
  ).sort();

describe('kind:', () => {
  it.each([...new Set(entries.map(([, [, kind]]) => kind))])('%s', (kind) => {
    const names = entries.flatMap(([name, [, of]]) => (of === kind ? [name] : []));
    const alsoOf = { image: ['logo.svg'], picture: ['scan'], document: ['paper.bin'] } as Record<string, string[]>;
    expect(found(`kind:${kind}`)).toEqual([...names, ...(alsoOf[kind] ?? [])].sort());
  });

  it('finds documents in a file by their own kind, and lists the file', () => {
    index.write('post.zip', {
      text: '',
      type: 'application/zip',
      isFileText: false,
      children: { 'a/notes.py': 'words' },
    });
    expect(found('words kind:code')).toContain('post.zip');
    expect(found('words kind:book')).toEqual(['novel']);
  });
});
