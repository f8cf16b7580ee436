import { describe, expect, it } from 'vitest';
import { Withheld } from '../../../indexer/forget/withheld.js';
import type { WriteOp } from '../../../indexer/words.js';

const put = (path: string) => ({ kind: 'put', path: Buffer.from(path) }) as unknown as WriteOp;
const finish = (path: string): WriteOp => ({ kind: 'finish', path: Buffer.from(path) });

describe('Withheld', () => {
  it('has what was being read when it was forgotten looked at again, until all that is written', async () => {
    const withheld = new Withheld();
    let end = () => {};
    const held = withheld.hold([Buffer.from('/a/secret')], new Promise((resolve) => (end = resolve)));
    const given = [put('/a/secret/x'), finish('/a/secret/x'), put('/a/secrets'), put('/a/secret')];
    expect(withheld.sift(given).map(({ kind }) => kind)).toEqual(['enqueue', 'finish', 'put', 'enqueue']);
    end();
    await held;
    expect(withheld.sift(given)).toEqual(given);
  });
});
