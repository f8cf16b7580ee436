/** `find-text --open N` and `--preview N`. */
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SampleIndex } from '../helpers/sample-index.js';
import { tempFolder } from '../helpers/temp.js';
import { findText } from './cli.js';

const NAME = Buffer.from("apples $(touch x); 'q' \xff.txt", 'latin1');

function sample(): SampleIndex {
  const index = new SampleIndex({ 'b.txt': 'one\n\ttwo\nripe apples\nfour' });
  index.write(NAME, 'ripe apples');
  index.refreshVocabulary();
  return index;
}

describe('find-text --open', () => {
  /** A desktop whose program for all files writes down what it is given. */
  function desktop(status = 0) {
    const folder = tempFolder();
    const program = join(folder, 'xdg-open');
    writeFileSync(program, `#!/bin/sh\nprintf '%s\\n' "$#" "$1" > '${folder}/given'\nexit ${status}\n`);
    chmodSync(program, 0o755);
    const given = () => readFileSync(join(folder, 'given'), 'utf8').trimEnd().split('\n');
    return { env: { DISPLAY: ':0', PATH: `${folder}:${process.env.PATH}` }, given };
  }

  it('gives the file, whatever its name, to the program of the desktop as one argument', () => {
    const index = sample();
    const { env, given } = desktop();
    expect(findText(index, ['--open', '1', 'name:apples'], env)).toMatchObject({ status: 0, stdout: '', stderr: '' });
    const [count, url = ''] = given();
    expect(count).toBe('1');
    const path = Buffer.from(
      url.replace(/%(..)/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16))),
      'latin1',
    );
    expect(path).toEqual(Buffer.concat([Buffer.from(`file://${index.root}/`), NAME]));
  });

  it('says so when there is no such hit, or the program fails', () => {
    const index = sample();
    const none = findText(index, ['--open', '3', 'apples'], desktop().env);
    expect([none.status, none.stderr]).toEqual([1, 'find-text: there is no hit number 3\n']);
    const failed = findText(index, ['--open', '1', 'apples'], desktop(4).env);
    expect([failed.status, failed.stderr]).toEqual([2, expect.stringContaining('xdg-open ended with 4')]);
    expect(findText(index, ['--open', '0', 'apples']).status).toBe(2);
    expect(findText(index, ['--open', '1', '-l', 'apples']).status).toBe(2);
  });
});

describe('find-text --preview', () => {
  it('prints the lines around the match with their numbers', () => {
    const index = sample();
    const { status, stdout } = findText(index, ['--preview', '1', 'four', 'ripe']);
    expect([status, stdout]).toEqual([
      0,
      `${index.path('b.txt')}\n     1- one\n     2-     two\n     3: ripe apples\n     4: four\n`,
    ]);
  });
});
