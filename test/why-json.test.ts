/** docs/why-json.md is the contract of `find-textd why --json`: it has each field and each state that the code has, and no other. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { STATES } from '../indexer/commands/why/judge-path.js';
import { fieldsOf, namedIn } from './helpers/contract.js';

const SOURCE = fileURLToPath(new URL('../indexer/commands/why/why-json.ts', import.meta.url));
const PAGE = readFileSync(new URL('../docs/why-json.md', import.meta.url), 'utf8');

/** Objects of other pages. */
const OF_OTHERS = /^(lastEvent|daemon|reasons\[\])\..*/;

it('has every field, and no other', () => {
  const fields = fieldsOf(SOURCE, 'WhyJson').map((field) => field.replace(OF_OTHERS, '$1'));
  expect(namedIn(PAGE, 'Fields').sort()).toEqual([...new Set(fields)].sort());
});

it('has every state, and no other', () => {
  expect(namedIn(PAGE, 'States').sort()).toEqual(Object.keys(STATES).sort());
});
