/** renameat2(2) with RENAME_EXCHANGE: two names swap what they stand for, in one step. Node has no call for it. */
import { getSystemErrorName } from 'node:util';
import koffi from 'koffi';

const AT_FDCWD = -100;
const RENAME_EXCHANGE = 2;

const renameat2 = koffi.load(null).func('int renameat2(int, const uint8_t *, int, const uint8_t *, uint32_t)');

/** @throws a system error, as the calls of node:fs do. */
export function exchange(one: Uint8Array, other: Uint8Array): void {
  const end = Buffer.alloc(1);
  const [from, to] = [Buffer.concat([one, end]), Buffer.concat([other, end])];
  if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_EXCHANGE) === 0) return;
  const code = getSystemErrorName(-koffi.errno());
  throw Object.assign(new Error(`exchange: ${code}`), { code });
}
