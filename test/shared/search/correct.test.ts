import { expect, it } from 'vitest';
import { correct } from '../../../shared/search/correct.js';

const corrections = [
  { from: 'memroy', to: 'memory' },
  { from: 'kernle', to: 'kernel' },
];

it.each([
  ['memroy', 'memory'],
  ['Memroy kernle memroy', 'memory kernel memory'],
  ['memroy/kernle.c x', 'memory/kernel.c x'],
  ['name:memroy path:kernle', 'name:memory path:kernel'],
  ['memroy -memroy', 'memory -memroy'],
  ['memroy "kernle memroy" kernle*', 'memory "kernle memroy" kernle*'],
  ['memroy in:/kernle/memroy ext:memroy author:kernle', 'memory in:/kernle/memroy ext:memroy author:kernle'],
])('%s → %s', (text, corrected) => {
  expect(correct(text, corrections)).toBe(corrected);
});
