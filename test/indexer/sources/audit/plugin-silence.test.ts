import { spawn, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { PluginSilence } from '../../../../indexer/sources/audit/plugin-silence.js';
import { tempFolder } from '../../../helpers/temp.js';
import { until } from '../../../helpers/test-env.js';

let file: string;
const say = (atMs: number, isRunning = true, pid = 1) => writeFileSync(file, JSON.stringify({ pid, isRunning, atMs }));

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

describe('is for good', () => {
  const LONG_AGO_MS = Date.now() - 60_000;
  const isOver = (...times: readonly number[]) => {
    const silence = new PluginSilence(file);
    return times.map((nowMs) => silence.isOver(nowMs));
  };

  it('at once when the plugin has ended, or never was', () => {
    expect(isOver(0, 1_000)).toEqual([false, true]);
    say(LONG_AGO_MS, false);
    expect(isOver(0, 1_000)).toEqual([false, true]);
    say(LONG_AGO_MS, true, spawnSync('true').pid);
    expect(isOver(0, 1_000)).toEqual([false, true]);
  });

  it('after a while when its process is there, as on a busy machine', () => {
    say(LONG_AGO_MS, true, process.pid);
    expect(isOver(0, 1_000, 9_000, 10_000)).toEqual([false, false, false, true]);
  });

  it('at once when its process was stopped', async () => {
    const child = spawn('sleep', ['1000']);
    onTestFinished(() => void child.kill('SIGKILL'));
    child.kill('SIGSTOP');
    say(LONG_AGO_MS, true, child.pid);
    await until('it is stopped', () => isOver(0, 1_000)[1] === true);
  });

  it('not when it speaks', () => {
    say(Date.now());
    expect(isOver(0, 1_000)).toEqual([false, false]);
  });
});
