import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { PluginSilence } from '../../../../indexer/sources/audit/plugin-silence.js';
import { tempFolder } from '../../../helpers/temp.js';

let file: string;
const say = (atMs: number, isRunning = true) => writeFileSync(file, JSON.stringify({ pid: 1, isRunning, atMs }));

beforeEach(() => {
  file = join(tempFolder(), 'status.json');
});

it('is noticed at the second look, a second after the first', () => {
  const silence = new PluginSilence(file);
  say(Date.now() - 10_000);
  expect([0, 10, 1_000].map((nowMs) => silence.isSilent(nowMs))).toEqual([false, false, true]);
});

it('is not what a sleep of the machine looks like', () => {
  const silence = new PluginSilence(file);
  say(Date.now() - 3_600_000);
  expect(silence.isSilent(0)).toBe(false);
  say(Date.now());
  expect([1_000, 2_000].map((nowMs) => silence.isSilent(nowMs))).toEqual([false, false]);
});

it('is over when the plugin speaks again, and is there when it has ended in order, or never was', () => {
  const silence = new PluginSilence(file);
  expect([0, 1_000].map((nowMs) => silence.isSilent(nowMs))).toEqual([false, true]);
  say(Date.now());
  expect(silence.isSilent(2_000)).toBe(false);
  say(Date.now(), false);
  expect([3_000, 4_000].map((nowMs) => silence.isSilent(nowMs))).toEqual([false, true]);
});
