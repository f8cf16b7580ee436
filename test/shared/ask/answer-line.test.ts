import { readFileSync, unlinkSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { KeptIndex } from '../../../shared/answer/kept-index.js';
import { type AnyAnswer, answerLine } from '../../../shared/ask/answer-line.js';
import type { Command, CommandAnswer } from '../../../shared/ask/command.js';
import { makeCurrent, nextIndexFile } from '../../../shared/store/generation.js';
import { openForWriting } from '../../../shared/store/open.js';
import { namedIn } from '../../helpers/contract.js';
import { SampleIndex } from '../../helpers/sample-index.js';

function asked(sample: SampleIndex) {
  const index = new KeptIndex(sample.dataDirectory);
  onTestFinished(() => index.close());
  const runCommand = ({ argv }: Command): CommandAnswer => ({ printed: [[1, argv.join(' ')]], status: 1 });
  const answering = { index, canLook: () => true, home: sample.home, now: () => 1e12, runCommand };
  return (request: unknown) => {
    const line = answerLine(typeof request === 'string' ? request : JSON.stringify(request), answering);
    expect(line).toMatch(/^[^\n]+\n$/);
    return JSON.parse(line) as Record<string, never> & AnyAnswer;
  };
}

const COMMAND: Command = { build: '', surroundings: '', argv: ['a', '-l'], cwd: '/', env: { HOME: '/home/ann' } };

describe('answerLine', () => {
  it('has hits as find-text --json prints them, and the judgement of the answer', () => {
    const sample = new SampleIndex({ 'a.txt': 'an apple', 'b.txt': 'a pear' });
    const answer = asked(sample)({ id: 1, query: 'apple' });
    expect(answer).toMatchObject({ id: 1, index: sample.file, total: 1, isTotalExact: true });
    expect(answer).toMatchObject({
      hits: [{ path: sample.path('a.txt'), name: 'a.txt', snippet: { text: 'an apple', highlights: [[3, 8]] } }],
      reasons: [],
    });
  });

  it('has no key that the page does not have', () => {
    const page = readFileSync(new URL('../../../docs/query-socket.md', import.meta.url), 'utf8');
    const many = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`f${i}.txt`, 'the zebra and the fabric']));
    const ask = asked(new SampleIndex({ 'a.txt': 'apples and pears', 'rare.txt': 'of a fabrik only', ...many }));
    const answers = [
      ask({ id: 1, query: 'appels' }),
      ask({ id: 1, query: 'fabrik zebra' }),
      ask({ id: 1, query: 'appels zebra' }),
      ask({ id: 1, path: '/nowhere', query: 'x' }),
      ask({ id: 1, limit: -1 }),
      ask({ id: 1, command: COMMAND }),
    ];
    const keys = new Set(answers.flatMap((answer) => Object.keys(answer)));
    expect([...keys].sort()).toEqual(namedIn(page, 'Answer').sort());
  });

  it('says which words were repaired, and which some of the hits do not have', () => {
    const ask = asked(new SampleIndex({ 'a.txt': 'apples and pears', 'b.txt': 'pears and plums' }));
    const corrected = [{ from: 'appels', to: 'apples' }];
    expect(ask({ query: 'appels pears' })).toMatchObject({ searched: 'apples pears', corrected, missing: ['apples'] });
    const whole = ask({ query: 'pears' });
    expect([whole.corrected, whole.missing]).toEqual([undefined, undefined]);
  });

  it('answers what cannot be understood with an error', () => {
    const ask = asked(new SampleIndex({ 'a.txt': 'an apple' }));
    expect(ask('{"id":3,"limit":-1}')).toMatchObject({ id: 3, error: { code: 'FT_REQUEST_INVALID' } });
    expect(ask('what?')).toMatchObject({ error: { code: 'FT_REQUEST_INVALID' } });
    expect(ask({ query: 'apple' })).toMatchObject({ total: 1 });
  });

  it('says that there is no index, and has one as soon as there is', () => {
    const sample = new SampleIndex({ 'a.txt': 'an apple' });
    const ask = asked(sample);
    unlinkSync(`${sample.dataDirectory}/current`);
    expect(ask({ query: 'apple' })).toMatchObject({ error: { code: 'FT_STORE_MISSING' } });
    makeCurrent(sample.dataDirectory, sample.file);
    expect(ask({ query: 'apple' })).toMatchObject({ total: 1 });
  });

  it('sees what is written between two questions, and another index that has taken its place', () => {
    const sample = new SampleIndex({ 'a.txt': 'an apple' });
    const ask = asked(sample);
    expect(ask({ query: 'apple' })).toMatchObject({ total: 1 });
    sample.write('b.txt', 'one more apple');
    expect(ask({ query: 'apple' })).toMatchObject({ total: 2 });
    const file = nextIndexFile(sample.dataDirectory);
    openForWriting(file).close();
    makeCurrent(sample.dataDirectory, file);
    expect(ask({ query: 'apple' })).toMatchObject({ total: 0, index: file });
  });

  it('holds nothing that its writer would wait for', () => {
    const sample = new SampleIndex({ 'a.txt': 'an apple' });
    asked(sample)({ query: 'apple' });
    expect(sample.db.pragma('wal_checkpoint(TRUNCATE)')).toMatchObject([{ busy: 0 }]);
  });

  it('has a preview of a file, with its highlights, and null where there is none', () => {
    const text = `${'line\n'.repeat(30)}\tan apple here\nmore`;
    const sample = new SampleIndex({ 'a.txt': text, 'b.html': { text: 'a pear', isFileText: false } });
    const ask = asked(sample);
    const path = sample.path('a.txt');
    expect(ask({ path, query: 'apple', lines: 10 })).toEqual({
      preview: { text: 'line\nline\nline\n\tan apple here\nmore', highlights: [[19, 24]], line: 28 },
    });
    expect(ask({ path: sample.path('b.html'), query: 'pear' })).toEqual({
      preview: { text: 'a pear', highlights: [[2, 6]] },
    });
    unlinkSync(path);
    expect(ask({ path, query: 'apple' })).toEqual({ preview: null });
    expect(ask({ path: '/nowhere', query: 'apple' })).toEqual({ preview: null });
  });

  it('keeps the index open after a query that cannot be understood', () => {
    const index = new KeptIndex(new SampleIndex({ 'a.txt': 'an apple' }).dataDirectory);
    const ask = (query: string) =>
      JSON.parse(answerLine(JSON.stringify({ query }), { index, canLook: () => true, home: '', now: Date.now }));
    expect(ask('apple').hits).toHaveLength(1);
    expect(index.takeHasChanged()).toBe(true);
    expect(ask('').error.code).toBe('FT_QUERY_SYNTAX');
    expect(index.takeHasChanged()).toBe(false);
    expect(ask('apple').hits).toHaveLength(1);
    index.close();
  });

  it('runs a command where it is the daemon that answers, and one that is whole', () => {
    const sample = new SampleIndex({ 'a.txt': 'an apple' });
    const ask = asked(sample);
    expect(ask({ command: COMMAND, id: 7 })).toEqual({ id: 7, printed: [[1, 'a -l']], status: 1 });
    const { cwd: _, ...half } = COMMAND;
    const bad = [
      half,
      null,
      'a',
      { ...COMMAND, argv: [1] },
      { ...COMMAND, env: { HOME: 1 } },
      { ...COMMAND, terminal: {} },
    ];
    for (const command of bad) expect(ask({ command })).toMatchObject({ error: { code: 'FT_REQUEST_INVALID' } });
    const index = new KeptIndex(sample.dataDirectory);
    const line = answerLine(JSON.stringify({ command: COMMAND }), {
      index,
      canLook: () => true,
      home: '',
      now: Date.now,
    });
    expect(JSON.parse(line)).toMatchObject({ error: { code: 'FT_REQUEST_INVALID' } });
  });
});
