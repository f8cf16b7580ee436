import { describe, expect, it } from 'vitest';
import { helpText, parseFlags } from '../../search-cli/flags.js';
import { FindTextError } from '../../shared/errors.js';

const words = (...argv: string[]) => parseFlags(argv).words;

function problem(...argv: string[]): FindTextError {
  try {
    parseFlags(argv);
  } catch (error) {
    if (error instanceof FindTextError) return error;
  }
  return expect.fail(`${argv.join(' ')} is understood`);
}

describe('parseFlags: what begins with a minus', () => {
  it.each([
    '-draft',
    '-note',
    '-nothing',
    '-null',
    '-name:x',
    '-nl',
    '-n5x',
    '-n-5',
    '-limit',
    '-log',
    '-list',
    '-l*',
    '-l0x',
    '-lol',
    '-hello',
    '-help',
    '-h2',
    '-json',
    '-x',
    '-5',
    '-10',
    '-05',
    '-in:~/old',
    '-ext:c',
    '-"a phrase"',
    '-a phrase',
    '-word*',
    '-é',
    '-',
    '-- draft',
    '--delete all files',
    '--5',
    '-----',
  ])('%s is a part of the query', (word) => {
    expect(words('report', word)).toEqual(['report', word]);
    expect(words(word, 'report')).toEqual([word, 'report']);
  });

  it.each([
    [['-l'], { output: 'paths', hasNul: false }],
    [['-0'], { output: 'paths', hasNul: true }],
    [['-l0'], { output: 'paths', hasNul: true }],
    [['-0l'], { output: 'paths', hasNul: true }],
    [['-n5'], { limit: 5 }],
    [['-n', '5'], { limit: 5 }],
    [['-ln5'], { output: 'paths', limit: 5 }],
    [['-l0n', '7'], { output: 'paths', hasNul: true, limit: 7 }],
    [['--limit=3'], { limit: 3 }],
    [['--limit', '3'], { limit: 3 }],
    [['-h'], { action: 'help' }],
    [['-lh'], { action: 'help' }],
    [['--json', '-n0'], { output: 'json', limit: 0 }],
  ])('%j are options, wherever they stand', (options, expected) => {
    for (const argv of [
      [...options, 'a', '-b'],
      ['a', ...options, '-b'],
      ['a', '-b', ...options],
    ])
      expect(parseFlags(argv)).toMatchObject({ ...expected, words: ['a', '-b'] });
  });

  it('is no option behind --', () => {
    expect(words('rsync', '--', '--delete', '-l', '-n', '--')).toEqual(['rsync', '--delete', '-l', '-n', '--']);
  });
});

describe('parseFlags: options that are not understood', () => {
  it.each([
    ['--limt', '--limit'],
    ['--limti=5', '--limit'],
    ['--lim', '--limit'],
    ['--colour=never', '--color'],
    ['--JSON', '--json'],
    ['--path', '--paths'],
    ['--nul', '--null'],
    ['--vers', '--version'],
    ['---limit', '--limit'],
  ])('%s: %s is offered', (word, nearest) => {
    const { message, hint } = problem(word, '5', 'x');
    expect(message).toBe(`read the option ${word}: there is none of this name`);
    expect(hint).toContain(`did you mean ${nearest}?`);
  });

  it.each([
    ['--sort', 'letter sort:modified'],
    ['--ext=md', 'letter ext:md,txt'],
    ['--kind', 'kind:…'],
  ])('%s is a field', (word, query) => {
    expect(problem(word, 'x').hint).toContain(`it is a field of the query: find-text ${query};`);
  });

  it('offers none when none is near, and says how to search for it', () => {
    expect(problem('rsync', '--delete').hint).toBe(
      '`find-text --help` lists the options; to search for it, put it behind --: find-text -- --delete',
    );
  });

  it.each([
    [['x', '-n']],
    [['-n', 'many', 'x']],
    [['-ln', 'x']],
    [['-n', '-5', 'x']],
    [['-n99999', 'x']],
    [['--limit=', 'x']],
    [['--json=1', 'x']],
    [['--color=blue', 'x']],
    [['--json', '-l', 'x']],
  ])('%j', (argv) => {
    expect(problem(...argv).message).toMatch(/^read the option -/);
  });

  it('says how to leave out the word n', () => {
    expect(problem('-n', 'many').hint).toBe('to leave out files with the word n, write \'-"n"\'');
    expect(words('many', '-"n"')).toEqual(['many', '-"n"']);
  });
});

describe('helpText', () => {
  it('names every option and fits a terminal', () => {
    const help = helpText();
    for (const option of [
      '-n, --limit N',
      '-l, --paths',
      '-0, --null',
      '--json',
      '--color=WHEN',
      '-h, --help',
      '--version',
    ])
      expect(help).toContain(option);
    expect(help.split('\n').filter((line) => line.length > 100)).toEqual([]);
  });

  it('says what each example finds in one column, with blanks before it', () => {
    const examples = helpText().match(/^ {2}find-text .*$/gm) ?? [];
    const columns = examples.map((line) => /(?<= {2,})\S/.exec(line.slice(2))?.index);
    expect(new Set(columns).size).toBe(1);
  });
});
