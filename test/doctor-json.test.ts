/** docs/doctor-json.md is the contract of `find-textd doctor --json`: it has each field and each finding that the code has, and no other. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { FINDINGS } from '../indexer/commands/doctor/finding.js';
import { fieldsOf, namedIn } from './helpers/contract.js';

const SOURCE = fileURLToPath(new URL('../indexer/commands/doctor/doctor-json.ts', import.meta.url));
const PAGE = readFileSync(new URL('../docs/doctor-json.md', import.meta.url), 'utf8');

it('has every field, and no other', () => {
  expect(namedIn(PAGE, 'Fields').sort()).toEqual(fieldsOf(SOURCE, 'DoctorJson'));
});

it('has every finding with its area and level, and no other', () => {
  const told = [...PAGE.matchAll(/^\| `([^`]+)` \| (\w+) \| (problem|note) \|/gm)].map((row) => row.slice(1));
  expect(told).toEqual(Object.entries(FINDINGS).map(([name, { area, level }]) => [name, area, level]));
});
