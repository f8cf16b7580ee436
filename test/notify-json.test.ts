/** docs/notify-json.md and the JSON Schema beside it have the same keys. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { namedIn } from './helpers/contract.js';

const read = (name: string) => readFileSync(new URL(`../docs/${name}`, import.meta.url), 'utf8');

it('has every key of a message, and no other', () => {
  const { properties } = JSON.parse(read('notify-event.schema.json')) as { properties: Record<string, unknown> };
  expect(namedIn(read('notify-json.md'), 'Keys').sort()).toEqual(Object.keys(properties).sort());
});
