/** docs/events-json.md is the contract of `find-textd events --json`: it has each field and each kind that the code has, and no other. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { EVENT_KINDS } from '../shared/file-event.js';
import { fieldsOf, namedIn } from './helpers/contract.js';

const SOURCE = fileURLToPath(new URL('../indexer/commands/events.ts', import.meta.url));
const PAGE = readFileSync(new URL('../docs/events-json.md', import.meta.url), 'utf8');

it('has every field, and no other', () => {
  expect(
    namedIn(PAGE, 'Fields')
      .filter((name) => name !== 'who')
      .sort(),
  ).toEqual(fieldsOf(SOURCE, 'EventLine'));
});

it('has every kind, and no other', () => {
  expect(namedIn(PAGE, 'Kinds').sort()).toEqual([...EVENT_KINDS].sort());
});
