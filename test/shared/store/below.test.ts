import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isWithin } from '../../../shared/path-within.js';
import { unlistedPaths } from '../../../shared/store/below.js';

const name = fc.constantFrom('a', 'a-b', 'a!', 'b', 'ab', '\u00e9');
const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((names) => `/${names.join('/')}`);

it('gives what is below the folder and not listed, and of a subfolder that is known itself nothing below it', () => {
  fc.assert(
    fc.property(fc.uniqueArray(path), path, fc.uniqueArray(name), (texts, folderText, listedNames) => {
      const folder = Buffer.from(folderText);
      const known = texts.map((text) => Buffer.from(text)).sort(Buffer.compare);
      const listed = new Set(listedNames.map((text) => Buffer.from(text).toString('latin1')));
      const children = [
        ...new Set(known.filter((each) => isWithin(each, folder) && !each.equals(folder)).map(childName)),
      ];
      const expected = children
        .filter((child) => !listed.has(Buffer.from(child).toString('latin1')))
        .flatMap((child) => {
          const itself = `${folderText}/${child}`;
          return texts.includes(itself) ? [itself] : texts.filter((text) => text.startsWith(`${itself}/`));
        });
      const first = (from: Buffer, to: Buffer) =>
        known.find((each) => Buffer.compare(each, from) >= 0 && Buffer.compare(each, to) < 0);
      const given = [...unlistedPaths(folder, listed, first)].map(String);
      expect(given.sort()).toEqual(expected.sort());

      function childName(each: Buffer): string {
        return each
          .toString()
          .slice(folderText.length + 1)
          .split('/')[0] as string;
      }
    }),
  );
});
