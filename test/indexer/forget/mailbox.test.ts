/** The folder of the index may be out of reach while the daemon looks for requests. */
import { mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { answerRequests, sendRequest } from '../../../indexer/forget/mailbox.js';
import { tempFolder } from '../../helpers/temp.js';

const LOOKS_MS = 2_000;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('a folder that cannot be looked into holds no request, and ends nothing', async () => {
  const folder = join(tempFolder(), 'data');
  symlinkSync(folder, folder);
  const asked: string[][] = [];
  const forget = async (paths: readonly Buffer[]) => {
    asked.push(paths.map(String));
    throw new Error('enough');
  };
  const end = answerRequests(folder, { forget, retry: async () => undefined });
  await vi.advanceTimersByTimeAsync(LOOKS_MS);
  rmSync(folder);
  mkdirSync(folder);
  sendRequest(folder, { id: 'one', wish: 'forget', paths: [Buffer.from('/a')] });
  await vi.advanceTimersByTimeAsync(LOOKS_MS);
  expect([asked, readdirSync(folder)]).toEqual([[['/a']], ['forget-answer.json']]);
  end();
});
