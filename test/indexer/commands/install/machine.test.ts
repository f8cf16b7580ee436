import { expect, it } from 'vitest';
import { thisMachine } from '../../../../indexer/commands/install/machine.js';

const { startAlone } = thisMachine();

it.each([
  ['ends', ['sh', '-c', 'exit 3'], 3],
  ['is killed', ['sh', '-c', 'kill -KILL $$'], 137],
  ['cannot be started', ['/there/is/no/such/program'], 127],
])('whoever waits for a daemon that %s hears of it at once', async (_what, argv, status) => {
  expect(await startAlone(argv, () => false)).toBe(status);
});

it('a daemon that has begun is left alone', async () => {
  expect(await startAlone(['true'], () => true)).toBe(undefined);
});
