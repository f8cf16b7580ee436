import { expect, it } from 'vitest';
import { ReadStates } from '../../../indexer/rules/read-states.js';

const A = Buffer.from('/r/.gitignore');
const B = Buffer.from('/r/b/.gitignore');

it('knows a path that was always read in one state', () => {
  const states = new ReadStates();
  states.note(A, 'one');
  states.note(A, 'one');
  expect(states.isAlways(A, () => 'one')).toBe(true);
  expect(states.isAlways(A, () => 'other')).toBe(false);
});

it('has nothing against what was never read: nobody went by it', () => {
  const states = new ReadStates();
  states.note(B, 'one');
  expect(states.isAlways(A, () => expect.unreachable())).toBe(true);
});

it('knows nothing of what was read in two states, or in one that says nothing', () => {
  const states = new ReadStates();
  const neverAsked = () => expect.unreachable();
  states.note(A, 'closed');
  states.note(A, 'open');
  states.note(A, 'open');
  expect(states.isAlways(A, neverAsked)).toBe(false);
  states.note(B, undefined);
  states.note(B, 'one');
  expect(states.isAlways(B, neverAsked)).toBe(false);
});

it('begins anew with a path that is forgotten, and with no other', () => {
  const states = new ReadStates();
  for (const state of ['one', 'two']) for (const path of [A, B]) states.note(path, state);
  states.forget(A);
  for (const path of [A, B]) states.note(path, 'two');
  expect(states.isAlways(A, () => 'two')).toBe(true);
  expect(states.isAlways(B, () => 'two')).toBe(false);
});

it('drops none of many for another: that one would look as if it had always been as it is', () => {
  const states = new ReadStates();
  states.note(A, 'closed');
  for (let n = 0; n < 10_000; n++) states.note(Buffer.from(`/r/${n}`), 'open');
  states.note(A, 'open');
  states.note(B, 'open');
  expect(states.isAlways(A, () => 'open')).toBe(false);
  expect(states.isAlways(B, () => 'open')).toBe(false);
});
