/** Folders of tests have names that no search of a test can mean. */
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { freshFolder } from './fresh-folder.js';
import { runFolder } from './run-folder.js';
import { tempFolder } from './temp.js';

const TOP = fileURLToPath(new URL('../..', import.meta.url));
/** This file names what it looks for; benches start no test. */
const LEFT_OUT = /^(helpers\/fresh-folder\.test\.ts|bench\/.*)$/;

it('has no letters beyond its words', () => {
  const parent = tempFolder();
  const names = [tmpdir(), parent, runFolder(parent), freshFolder(parent, 'some-words')].map((path) => basename(path));
  expect(names.map((name) => name.replace(/0\d{5,}$/, '#'))).toEqual([
    'find-text-suite-#',
    'find-text-test-#',
    expect.stringMatching(/^find-text-test-\d+-\d+-#$/),
    'some-words-#',
  ]);
});

it('steps over what is there', () => {
  const parent = tempFolder();
  const [number] = /\d+$/.exec(freshFolder(parent, 'word')) as unknown as [string];
  const next = join(parent, `word-0${Number(number) + 1}`);
  mkdirSync(next);
  expect(freshFolder(parent, 'word')).not.toBe(next);
  expect(readdirSync(parent)).toHaveLength(3);
});

it('is asked for by all: nothing here takes random letters', () => {
  const names = readdirSync(join(TOP, 'test'), { recursive: true, encoding: 'utf8' });
  const tests = names.filter((name) => name.endsWith('.ts') && !LEFT_OUT.test(name)).map((name) => `test/${name}`);
  const random = ['.ci/run', ...tests].filter((name) => /\bmkd?temp/.test(readFileSync(join(TOP, name), 'utf8')));
  expect(random).toEqual([]);
});
