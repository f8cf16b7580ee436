import { chmodSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { rereadOwnJson, settledSign } from '../../shared/settled-file.js';
import { tempFolder } from '../helpers/temp.js';

let file: string;

beforeEach(() => {
  file = join(tempFolder(), 'file.json');
});

async function settled(path = file): Promise<string> {
  return vi.waitFor(() => settledSign(path) ?? expect.fail('not yet settled'), { timeout: 10_000, interval: 20 });
}

describe('settledSign', () => {
  it('does not vouch for a file that was written just now, or is not there', () => {
    expect(settledSign(file)).toBeUndefined();
    const beganMs = Date.now();
    writeFileSync(file, '1');
    const sign = settledSign(file);
    if (Date.now() - beganMs < 40) expect(sign).toBeUndefined();
  });

  it('is another one for what was written in place, replaced or closed', async () => {
    writeFileSync(file, '1');
    const signs = [await settled()];
    const changes = [
      () => writeFileSync(file, '2'),
      () => {
        writeFileSync(`${file}.new`, '2');
        renameSync(`${file}.new`, file);
      },
      () => chmodSync(file, 0o600),
    ];
    for (const change of changes) {
      change();
      signs.push(await settled());
    }
    expect(new Set(signs).size).toBe(signs.length);
    expect(settledSign(file)).toBe(signs.at(-1));
  });
});

describe('rereadOwnJson', () => {
  it('gives what stands there, whenever it was written', async () => {
    expect(rereadOwnJson(file)).toBeUndefined();
    for (let round = 0; round < 60; round++) {
      writeFileSync(file, `[${10 + round}]`);
      expect(rereadOwnJson(file)).toEqual([10 + round]);
      expect(rereadOwnJson(file)).toEqual([10 + round]);
      await pause(round % 6 === 0 ? 130 : round % 7);
    }
    rmSync(file);
    expect(rereadOwnJson(file)).toBeUndefined();
  });

  it('reads what is settled once', async () => {
    writeFileSync(file, '{"a":1}');
    await settled();
    const first = rereadOwnJson(file);
    expect(first).toEqual({ a: 1 });
    expect(rereadOwnJson(file)).toBe(first);
  });
});
