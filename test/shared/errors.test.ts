import { readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { reasonText } from '../../shared/errors.js';
import { tempFolder } from '../helpers/temp.js';

function thrown(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  return expect.fail('nothing was thrown');
}

it('says why a call of the system failed, without the path', () => {
  const missing = thrown(() => readdirSync(join(tempFolder(), "a, stat 'b', c\n")));
  expect(reasonText(missing)).toBe('ENOENT: no such file or directory');
  expect(reasonText(thrown(() => readSync(1 << 20, Buffer.alloc(1))))).toBe('EBADF: bad file descriptor');
  for (const code of ['EACCES', 'EPERM'])
    expect(reasonText(Object.assign(new Error(`${code}: x, open '/y'`), { code }))).toBe('permission denied');
  expect(reasonText(new Error("it is late, and 'x' is not there"))).toBe("it is late, and 'x' is not there");
});
