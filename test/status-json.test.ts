/** docs/status-json.md is the contract of `find-textd status --json`: it has each field and each reason that the code has, and no other. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { WHOLE_INDEX_REASONS } from '../shared/answer/judge.js';
import { GAP_REASONS } from '../shared/freshness.js';
import { fieldsOf, namedIn } from './helpers/contract.js';

const SOURCE = fileURLToPath(new URL('../indexer/commands/status.ts', import.meta.url));
const PAGE = readFileSync(new URL('../docs/status-json.md', import.meta.url), 'utf8');

it('has every field, and no other', () => {
  expect(namedIn(PAGE, 'Fields').sort()).toEqual(fieldsOf(SOURCE, 'Status'));
});

it('has every reason, and no other', () => {
  expect(namedIn(PAGE, 'Reasons').sort()).toEqual([...WHOLE_INDEX_REASONS, ...Object.keys(GAP_REASONS)].sort());
});
