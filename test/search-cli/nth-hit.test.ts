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
  const PDF = { type: 'application/pdf', extractor: 'pdf', isFileText: false } as const;

  function standIn(folder: string, name: string, script: string): void {
    writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, name), 0o755);
  }

  /** A desktop with a program that writes down what it is given. */
  function desktop(status = 0, program = 'xdg-open') {
    const folder = tempFolder();
    standIn(folder, program, `printf '%s\\n' "$#" "$@" > '${folder}/given'\nexit ${status}`);
    const given = () => readFileSync(join(folder, 'given'), 'utf8').trimEnd().split('\n');
    return { folder, env: { DISPLAY: ':0', PATH: folder }, given };
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

  it('shows the page of the match, where the program of the desktop can do that', () => {
    const index = new SampleIndex({ '-p 3.pdf': { ...PDF, text: 'one\ftwo ripe apples\fthree' } });
    const { folder, env, given } = desktop(0, 'evince');
    standIn(folder, 'xdg-mime', `[ "$*" = "query default application/pdf" ] && echo org.gnome.Evince.desktop`);
    expect(findText(index, ['--open', '1', 'apples'], env)).toMatchObject({ status: 0, stderr: '' });
    expect(given()).toEqual(['2', '--page-index=2', `file://${index.root}/-p%203.pdf`]);
  });

  it.each([
    ['it is not installed', 'org.gnome.Evince.desktop', 'one\ftwo ripe apples'],
    ['the name of the program is none', 'evince.desktop; touch x', 'one\ftwo ripe apples'],
  ])('opens the whole file where %s', (_, entry, text) => {
    const index = new SampleIndex({ 'a.pdf': { ...PDF, text } });
    const { folder, env, given } = desktop();
    standIn(folder, 'xdg-mime', `echo '${entry}'`);
    expect(findText(index, ['--open', '1', 'apples'], env).status).toBe(0);
    expect(given()).toEqual(['1', `file://${index.root}/a.pdf`]);
  });

  it('opens the file that a document is in, without its page', () => {
    const index = new SampleIndex({
      'box.zip': {
        text: '',
        type: 'application/zip',
        isFileText: false,
        extractor: 'zip',
        children: { 'a.txt': 'x\nripe apples' },
      },
    });
    const { env, given } = desktop();
    expect(findText(index, ['--open', '1', 'ripe apples'], env).status).toBe(0);
    expect(given()).toEqual(['1', `file://${index.root}/box.zip`]);
    const { DISPLAY: _, ...bare } = env;
    expect(findText(index, ['--open', '1', 'ripe apples'], { ...bare, EDITOR: 'false' })).toMatchObject({
      status: 2,
      stdout: '',
      stderr: expect.stringContaining('there is no desktop here'),
    });
  });

  it('shows the line of the match in an editor that takes one', () => {
    const index = sample();
    const { folder, env, given } = desktop(0, 'nano');
    const { DISPLAY: _, ...bare } = env;
    const open = (EDITOR: string) =>
      findText(index, ['--open', '1', 'four', 'ripe'], { ...bare, PATH: `${folder}:${process.env.PATH}`, EDITOR });
    open(`${folder}/nano -w`);
    expect(given()).toEqual(['3', '-w', '+3', index.path('b.txt')]);
    standIn(folder, 'other', `printf '%s\\n' "$#" "$@" > '${folder}/given'`);
    open('other');
    expect(given()).toEqual(['1', index.path('b.txt')]);
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
