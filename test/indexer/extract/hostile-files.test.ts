/** Files made to harm, at a small size: each is read, or it is said why not, and the next one is read. Nothing is timed. */
import { expect, it } from 'vitest';
import { MAX_CHILDREN, MAX_TEXT_BYTES } from '../../../indexer/extract/tree-limits.js';
import { extractBytes, textOf } from '../../helpers/extract-bytes.js';
import { hostileFiles } from '../../helpers/hostile-files.js';

const FILES = hostileFiles(0.01);

it('there are many of them', () => expect(Object.keys(FILES).length).toBeGreaterThanOrEqual(90));

it.each(Object.keys(FILES))('%s is read, or it is said why not', async (name) => {
  const found = await extractBytes(name, FILES[name]?.() ?? '', 1 << 22).catch((error: unknown) => error);
  if (found instanceof Error) {
    expect(found.message).not.toBe('');
    return expect(found.message).not.toMatch(
      /Cannot read|is not a function|undefined|Maximum call stack|Invalid string/,
    );
  }
  const { text, children = [] } = found as Awaited<ReturnType<typeof extractBytes>>;
  expect(text.length).toBeLessThanOrEqual(MAX_TEXT_BYTES);
  expect(children.length).toBeLessThanOrEqual(MAX_CHILDREN);
  for (const { innerPath } of children) {
    const path = Buffer.from(innerPath).toString();
    expect(path.split('/').filter((part) => part === '..' || part === '.' || part === '')).toEqual([]);
  }
  expect(textOf(await extractBytes('good.txt', 'gulls'))).toBe('gulls');
});
