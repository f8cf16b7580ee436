/** What the place of a file, its name, folder and title, tells of what is meant. */
import { afterAll, describe, expect, it } from 'vitest';
import { search } from '../../../shared/search/search.js';
import { SampleIndex } from '../../helpers/sample-index.js';

const nowMs = 0;
const indexes: SampleIndex[] = [];
afterAll(() => {
  for (const { db } of indexes) db.close();
});

/** Beside 80 files that have none of the words. */
function indexWith(files: ConstructorParameters<typeof SampleIndex>[0]): SampleIndex {
  const others = Array.from({ length: 80 }, (_, i): [string, string] => [
    `filler/${i}.txt`,
    `something else ${i} ${'filler '.repeat(150)}`,
  ]);
  const index = new SampleIndex({ ...Object.fromEntries(others), ...files });
  indexes.push(index);
  return index;
}

function asked(index: SampleIndex, query: string) {
  const { hits, searched } = search(index.db, query, { limit: 10, nowMs });
  const names = hits.map(({ path }) =>
    Buffer.from(path)
      .toString()
      .slice(index.root.length + 1),
  );
  return { names, searched, hits };
}

describe('the place of a file', () => {
  it('is found by a word of its name that is in very many paths', () => {
    const paths = Array.from({ length: 70 }, (_, i) => [
      `drivers/driver/driver/${i}.c`,
      { text: 'x', title: 'driver of drivers', isFileText: false },
    ]);
    const index = indexWith({ ...Object.fromEntries(paths), 'doc/gpu/html/drivers.html': 'graphics' });
    expect(asked(index, 'drivers').names[0]).toBe('doc/gpu/html/drivers.html');
  });

  it.each(['name:drivers', 'title:drivers', 'path:driver', 'name:(driver OR drivers)'])(
    'is found by %s, which very many have',
    (query) => {
      const many = Array.from({ length: 70 }, (_, i) => [
        `driver/${i}_drivers.c`,
        { text: 'x', title: 'drivers', isFileText: false },
      ]);
      expect(asked(indexWith(Object.fromEntries(many)), query).names).toHaveLength(10);
    },
  );

  it('says little when it has one word of several', () => {
    const apart = 'filler '.repeat(12);
    const index = indexWith({
      'moon/a.txt': `tide ${apart} harbour ${apart} ${'filler '.repeat(60)}`,
      'b/notes.txt': `tide ${apart} moon ${apart} harbour ${apart}`.repeat(2),
    });
    expect(asked(index, 'tide moon harbour').names.slice(0, 2)).toEqual(['b/notes.txt', 'moon/a.txt']);
  });

  it('comes behind a text that has five words as they were typed', () => {
    const index = indexWith({
      'encoder/wb.c': `base of the drm struct wb encoder ${'filler '.repeat(20)}`,
      'a/other.h': `${'filler '.repeat(40)} base struct drm encoder wb ${'filler '.repeat(40)}`,
    });
    expect(asked(index, 'base struct drm encoder wb').names[0]).toBe('a/other.h');
  });

  it('is the one that is meant when its title is what was typed', () => {
    const index = indexWith({
      'usb/writing_usb_driver.html': { text: 'usb driver', title: 'Writing USB Device Drivers', isFileText: false },
      'media/cardlist.html': { text: 'none', title: 'USB drivers', isFileText: false },
    });
    expect(asked(index, 'usb drivers').names[0]).toBe('media/cardlist.html');
  });
});

describe('a mistyped word', () => {
  it('is repaired to the word that stands in one name with the others, though another is likelier', () => {
    const texts = Array.from({ length: 30 }, (_, i) => [`asked/${i}.txt`, 'he asked']);
    const index = indexWith({
      ...Object.fromEntries(texts),
      'insert.txt': 'asked of p2a and of ctrl',
      'aspeed-p2a-ctrl.c': 'none',
    });
    expect(asked(index, 'aseed p2a ctrl')).toMatchObject({
      searched: 'aspeed p2a ctrl',
      names: ['aspeed-p2a-ctrl.c', 'insert.txt'],
    });
  });

  it('that some text has leads to the name that is a slip away, before others that lack it', () => {
    const index = indexWith({
      'a/x25_input.c': 'x25 x25 x25',
      'a/x25_subr.c': 'x25 x25',
      'a/x25_forward.c': 'x25',
      'thanks.txt': 'step foward',
    });
    const { hits, names, searched } = asked(index, 'x25 foward');
    expect([names[0], hits[0]?.missing, searched]).toEqual(['a/x25_forward.c', ['foward'], 'x25 foward']);
  });
});
