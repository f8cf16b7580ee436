import { expect, it } from 'vitest';
import { Gate } from '../../../indexer/budget/gate.js';

const turn = () => new Promise((resolve) => setImmediate(resolve));

it('a gate lets through while it is open, also those who have waited', async () => {
  const gate = new Gate();
  const passed: number[] = [];
  const pass = (who: number) => void gate.pass().then(() => passed.push(who));
  pass(1);
  await turn();
  gate.set(false);
  pass(2);
  pass(3);
  await turn();
  expect(passed).toEqual([1]);
  gate.set(true);
  gate.set(false);
  await turn();
  expect(passed).toEqual([1]);
  gate.set(true);
  await turn();
  expect(passed).toEqual([1, 2, 3]);
});
