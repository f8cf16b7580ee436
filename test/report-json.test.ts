/** docs/report-json.md is the contract of `find-textd report --json`: it has each field that the code has, and no other. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { fieldsOf, namedIn } from './helpers/contract.js';

const SOURCE = fileURLToPath(new URL('../indexer/commands/report/report-words.ts', import.meta.url));
const PAGE = readFileSync(new URL('../docs/report-json.md', import.meta.url), 'utf8');

it('has every field, and no other', () => {
  expect(namedIn(PAGE, 'Fields').sort()).toEqual(fieldsOf(SOURCE, 'ReportJson'));
});
