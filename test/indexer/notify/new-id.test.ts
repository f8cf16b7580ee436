import { expect, it } from 'vitest';
import { newId } from '../../../indexer/notify/new-id.js';

it('gives no id twice, and none that a receiver refuses', () => {
  const ids = Array.from({ length: 1_000 }, newId);
  expect(new Set(ids).size).toBe(1_000);
  expect(ids.filter((id) => !/^evt_[A-Za-z0-9_-]{20}$/.test(id))).toEqual([]);
});
