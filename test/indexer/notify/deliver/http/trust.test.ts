/** The authorities that are trusted: what is made for one is used again. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { trust } from '../../../../../indexer/notify/deliver/http/trust.js';
import { AUTHORITY_FILE } from '../../../../helpers/receiver.js';

const CA = readFileSync(AUTHORITY_FILE, 'utf8');

it('is made once for each authority, and for few', () => {
  const { secureContext } = trust(CA);
  expect(secureContext).toBeDefined();
  expect(trust(CA).secureContext).toBe(secureContext);
  expect(trust(`${CA}\n`).secureContext).not.toBe(secureContext);
  for (let n = 0; n < 8; n++) trust(CA + '\n'.repeat(n + 2));
  expect(trust(CA).secureContext).not.toBe(secureContext);
});

it('is that of Node without one', () => {
  expect(trust(undefined)).toEqual({});
});
