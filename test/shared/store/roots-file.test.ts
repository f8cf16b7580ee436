import { expect, it } from 'vitest';
import { encodeRoots, parseRoots, recallRoots, rememberRoots } from '../../../shared/store/roots-file.js';
import { tempFolder } from '../../helpers/temp.js';

const bytes = (text: string) => Buffer.from(text, 'latin1');
const ROOTS = [
  { name: bytes('/home/u/current\xff'), path: bytes('/srv/releases/2\n') },
  { name: bytes('/docs'), path: bytes('/docs') },
];

it('remembers names and paths, byte for byte', () => {
  const folder = tempFolder();
  expect(recallRoots(folder)).toEqual([]);
  rememberRoots(folder, ROOTS);
  expect(recallRoots(folder)).toEqual(ROOTS);
});

it('understands mere paths, as earlier versions kept them, and leaves out what it does not understand', () => {
  expect(parseRoots([bytes('/docs').toString('base64')])).toEqual([{ name: bytes('/docs'), path: bytes('/docs') }]);
  expect(parseRoots(JSON.parse(JSON.stringify(encodeRoots(ROOTS))))).toEqual(ROOTS);
  for (const nonsense of [undefined, null, 'x', { name: 'x' }, [null, 7, {}, { name: 'YQ==' }]])
    expect(parseRoots(nonsense)).toEqual([]);
});
