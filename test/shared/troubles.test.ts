import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Troubles } from '../../indexer/troubles.js';
import { readTroubles, type Trouble, troubleText, writeTroubles } from '../../shared/troubles.js';
import { tempFolder } from '../helpers/temp.js';

const FULL: Trouble = { kind: 'disk', text: 'it is full', advice: 'free some space', sinceMs: 5 };

it('are read as they were written; what makes no sense is left out', () => {
  const folder = tempFolder();
  expect(readTroubles(folder)).toBeUndefined();
  writeTroubles(folder, [FULL]);
  expect(readTroubles(folder)).toEqual([FULL]);
  for (const [text, expected] of [
    ['["text alone", null, 7, {"kind":"disk"}]', []],
    ['{}', undefined],
    ['[', undefined],
  ] as const) {
    writeFileSync(join(folder, 'troubles.json'), text);
    expect(readTroubles(folder)).toEqual(expected);
  }
});

it('are one of a kind, told when they change, and keep their beginning', () => {
  const told: (readonly [readonly string[], string | undefined])[] = [];
  const since: number[] = [];
  const troubles = new Troubles((all, fresh) => {
    told.push([all.map(troubleText), fresh]);
    since.push(...all.filter(({ kind }) => kind === 'disk').map(({ sinceMs }) => sinceMs));
  });
  troubles.set('disk', undefined);
  troubles.set('disk', 'it is full', 'free some space');
  troubles.set('disk', 'it is full', 'free some space');
  troubles.set('lost', 'events were lost');
  troubles.set('disk', 'it is quite full');
  troubles.set('disk', undefined);
  const full = 'it is full (free some space)';
  expect(told).toEqual([
    [[full], full],
    [[full, 'events were lost'], 'events were lost'],
    [['it is quite full', 'events were lost'], 'it is quite full'],
    [['events were lost'], undefined],
  ]);
  expect(new Set(since).size).toBe(1);
});
