import { spawnSync } from 'node:child_process';
import { rmSync, statSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { STATE_KEY } from '../../shared/daemon-state.js';
import type { Actor } from '../../shared/file-event.js';
import { encodeFreshness, FRESHNESS_KEY, type Gap } from '../../shared/freshness.js';
import { identifyProcess, type ProcessIdentity } from '../../shared/process-identity.js';
import { Events } from '../../shared/store/events.js';
import { Meta } from '../../shared/store/meta.js';
import { SampleIndex } from '../helpers/sample-index.js';
import { environment, findText, inShell, PROGRAM } from './cli.js';

const ESC = '\u001b';
/** Local time, as everything find-text says of time. */
const SAVED_MS = new Date(2020, 10, 20, 12, 3).getTime();
const SAVED = '2020-11-20 12:03';

function sample(): SampleIndex {
  const index = new SampleIndex({
    'letters/ann.txt': 'Dear Ann,\n\nthe apples are   ripe',
    'letters/bob.html': { text: 'apple pie for Bob', title: 'A pie', type: 'text/html', isFileText: false },
    'notes.md': { text: 'nothing but pears', title: 'Pears', type: 'text/markdown' },
  });
  return index;
}

describe('find-text and who changed a file last', () => {
  const AT_MS = new Date(2026, 4, 12, 10, 30, 12).getTime();
  const ANN = { auid: 4242, uid: 0, pid: 7, ppid: 6, exe: '/usr/bin/vim', comm: 'vim', gid: 0, euid: 0, session: 3 };

  function told(actor?: Actor): SampleIndex {
    const index = sample();
    const events = new Events(index.db, { maxBytes: 1 << 20, keepMs: 1e15 });
    const event = { atMs: AT_MS, kind: 'write', path: Buffer.from(index.path('letters/ann.txt')) } as const;
    events.add({ event: { ...event, origin: 'audit', ...(actor && { actor }) }, paths: [] });
    events.save();
    return index;
  }

  it('is told with --who', () => {
    const index = told(ANN);
    const [ann, bob] = findText(index, ['--who', 'apple']).stdout.trim().split('\n').sort();
    const change = 'written 2026-05-12 10:30:12 by 4242 as root (/usr/bin/vim)';
    expect(ann).toContain(`${index.path('letters/ann.txt')} [${change}]: `);
    expect(bob).toContain(`${index.path('letters/bob.html')} [no event is kept]: `);
    expect(findText(index, ['--who', '-n', '0', 'apples', 'by:root']).stdout).toContain(`[${change}]`);
    expect(findText(index, ['apples']).stdout).not.toContain('written 2026');
  });

  it('stands in JSON', () => {
    const lines = findText(told(ANN), ['--json', 'apple']).stdout.trim().split('\n');
    const [bob, ann] = lines.map((line) => JSON.parse(line)).sort((a, b) => b.path.localeCompare(a.path));
    expect(ann.lastChange).toEqual({
      atMs: AT_MS,
      kind: 'write',
      origin: 'audit',
      who: { ...ANN, login: null, user: 'root' },
    });
    expect(bob).not.toHaveProperty('lastChange');
  });

  it('is asked for', () => {
    const index = told(ANN);
    const path = `${index.path('letters/ann.txt')}\n`;
    expect(findText(index, ['-l', 'by:root', 'changed:2026-05'])).toMatchObject({ stdout: path, stderr: '' });
    expect(findText(index, ['-l', 'with:vim']).stdout).toBe(path);
    expect(findText(index, ['-l', 'with:emacs'])).toMatchObject({ stdout: '', status: 1 });
    expect(findText(index, ['-l', 'with:emacs']).stderr).not.toContain('audit install');
  });

  it('says why nobody is known', () => {
    const { stderr, status } = findText(told(), ['by:root']);
    expect({ stderr, status }).toEqual({
      stderr: expect.stringContaining('`sudo find-textd audit install`'),
      status: 1,
    });
    expect(findText(told(), ['apples', 'by:no-such-user']).stderr).toContain(
      'by:no-such-user is searched as words: there is no such user',
    );
  });

  it('goes with no list of paths', () => {
    expect(findText(sample(), ['-l', '--who', 'apples'])).toMatchObject({ status: 2 });
  });
});

describe('find-text and a query that may have been meant otherwise', () => {
  it.each([
    [['apples', 'written:soon'], 'written:soon is searched as words: it has no date, as written:2024 has'],
    [['apples', 'size:big'], "size:big is searched as words: it has no size, as 'size:>10k' has"],
    [['apples', 'filename:x'], 'filename:x is searched as words: there is no field filename:; did you mean name:?'],
    [['!apples'], '!apples is searched as words: -word or NOT word leaves files with a word out'],
  ])('%j: says how it is read', (words, notice) => {
    expect(findText(sample(), words).stderr.split('\n')[0]).toBe(`find-text: ${notice}`);
  });

  it('finds what has either side of an OR, whatever stands there', () => {
    const index = sample();
    const [ann, bob] = ['letters/ann.txt', 'letters/bob.html'].map((path) => index.path(path));
    expect(findText(index, ['-l', 'ripe', 'OR', 'ext:html']).stdout.split('\n').sort()).toEqual(['', ann, bob]);
    expect(findText(index, ['-l', '(apples -ext:html) OR zebra']).stdout).toBe(`${ann}\n`);
    expect(findText(index, ['-l', 'apples', 'AND', 'ext:txt'])).toMatchObject({ stderr: '', status: 0 });
  });

  it('shows the place in a query that has no answer', () => {
    expect(findText(sample(), ['apples', 'size:>1M', '漢字', 'size:<10k']).stderr.split('\n')).toEqual([
      'find-text: understand the query at character 20: no file can have this size',
      '  apples size:>1M 漢字 size:<10k',
      '                       ^',
      '  change or leave out one of the size: conditions',
      '',
    ]);
  });
});

describe('find-text and a document within a file', () => {
  const index = new SampleIndex({
    'box.tar': {
      text: '',
      extractor: 'box',
      isFileText: false,
      children: {
        'letters/ann.txt': 'Dear Ann, the apples are ripe',
        'letters/bob.c': 'the apples of Bob',
        'evil\x1b[2J': 'apples',
      },
    },
    'apples.txt': 'apples',
  });
  const box = index.path('box.tar');
  const json = (...words: string[]) =>
    findText(index, ['--json', ...words])
      .stdout.split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));

  it('shows the file and where in it', () => {
    expect(findText(index, ['ripe']).stdout).toBe(`${box} › letters/ann.txt: Dear Ann, the apples are ripe\n`);
    const command = `'${process.execPath}' '${PROGRAM}' ripe`;
    const env = environment(index, { NO_COLOR: '1' });
    const shown = spawnSync('script', ['-qec', command, '/dev/null'], { env }).stdout.toString();
    expect(shown).toMatch(/ 1 {2}~\/tree\/box\.tar › letters\/ann\.txt\r?\n/);
    expect(shown).toContain('the apples are ripe');
    expect(findText(index, ['apples name:evil']).stdout).toBe(`${box} › evil\\x1b[2J: apples\n`);
  });

  it('tells both in JSON', () => {
    expect(json('ripe')).toMatchObject([{ path: box, inner: 'letters/ann.txt', name: 'ann.txt' }]);
    expect(json('name:apples')[0]).not.toHaveProperty('inner');
  });

  it('lists the file once with -l and -0', () => {
    expect(findText(index, ['-l', 'apples', '-name:apples']).stdout).toBe(`${box}\n`);
    expect(findText(index, ['-0', 'apples', '-name:apples']).stdout).toBe(`${box}\0`);
    expect(findText(index, ['-l', 'apples']).stdout.split('\n').filter(Boolean).sort()).toEqual([
      index.path('apples.txt'),
      box,
    ]);
  });

  it('finds it by its own name and ending, by its folders, and by the size and folder of the file', () => {
    const inner = (...words: string[]) =>
      json(...words)
        .filter((hit) => !hit.missing)
        .map((hit) => hit.inner)

        .sort();
    expect(inner('name:bob')).toEqual(['letters/bob.c']);
    expect(inner('apples ext:c')).toEqual(['letters/bob.c']);
    expect(inner('path:letters ann')).toEqual(['letters/ann.txt']);
    expect(inner('ripe', `in:${index.path('')}`)).toEqual(['letters/ann.txt']);
    expect(inner('ripe size:>1M')).toEqual([]);
    expect(inner('ripe modified:today')).toEqual(['letters/ann.txt']);
    expect(inner('ext:c')).toEqual(['letters/bob.c']);
  });

  it('is gone with the file', () => {
    const other = new SampleIndex({ 'a.tar': { text: '', isFileText: false, children: { 'x.txt': 'apples' } } });
    unlinkSync(other.path('a.tar'));
    expect(findText(other, ['apples']).status).toBe(1);
  });
});

describe('find-text in a pipe', () => {
  const index = sample();

  it('prints one line a file: path and snippet', () => {
    const { status, stdout, stderr } = findText(index, ['ripe']);
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toBe(`${index.path('letters/ann.txt')}: Dear Ann, the apples are ripe\n`);
  });

  it('prints JSON as the contract says, one object a line', () => {
    const lines = findText(index, ['--json', 'apple']).stdout.split('\n');
    expect(lines.pop()).toBe('');
    const hits = lines.map((line) => JSON.parse(line));
    expect(hits).toHaveLength(2);
    const bob = hits.find((hit) => hit.name === 'bob.html');
    expect(Object.keys(bob)).toEqual(['path', 'score', 'name', 'title', 'type', 'size', 'modified', 'snippet']);
    expect(bob).toMatchObject({
      path: index.path('letters/bob.html'),
      title: 'A pie',
      type: 'text/html',
      size: 20,
      snippet: { text: 'apple pie for Bob', highlights: [[0, 5]], line: 1 },
    });
    expect(bob.score).toEqual(expect.any(Number));
    expect(new Date(bob.modified).toISOString()).toBe(bob.modified);
  });

  it('says in JSON, and only there, that a file has changed since it was indexed', () => {
    const changed = sample();
    writeFileSync(changed.path('notes.md'), 'pears, and pears');
    expect(JSON.parse(findText(changed, ['--json', 'pears']).stdout)).toMatchObject({ stale: true });
    expect(findText(changed, ['pears']).stdout).toBe(`${changed.path('notes.md')}: pears, and pears\n`);
  });

  it('prints paths only with -l, and ends them by NUL with -0', () => {
    const paths = ['letters/ann.txt', 'letters/bob.html'].map((path) => index.path(path));
    expect(findText(index, ['-l', 'apple']).stdout.split('\n').sort()).toEqual(['', ...paths]);
    expect(findText(index, ['-0', 'apple']).stdout.split('\0').sort()).toEqual(['', ...paths]);
    expect(findText(index, ['-l0n1', 'apple']).stdout).toMatch(/^[^\0]+\0$/);
  });

  it('lists only files with all words, where others come last in a search', () => {
    expect(findText(index, ['-l', 'ripe', 'pears'])).toMatchObject({ status: 1, stdout: '' });
    const { status, stdout, stderr } = findText(index, ['ripe', 'pears']);
    expect([status, stdout.split('\n').length]).toEqual([0, 3]);
    expect(stderr).toBe('find-text: no file has all of these words; these have some\n');
  });

  it('tells files with all words from others: by a mark in JSON, in a pipe by leaving them out where no note tells', () => {
    const invoices = new SampleIndex({
      'a.txt': 'invoice from acme',
      'b.txt': 'invoice from globex',
      'c.txt': 'acme party',
    });
    const lines = (...args: string[]) => findText(invoices, args).stdout.split('\n').filter(Boolean);
    const marks = (...args: string[]) =>
      lines('--json', ...args).map((line) => {
        const { name, missing, searched } = JSON.parse(line);
        return [name, missing, searched];
      });
    expect(marks('invoice', 'acme')[0]).toEqual(['a.txt', undefined, undefined]);
    expect(
      marks('invoice', 'acme')
        .slice(1)
        .map(([, missing]) => missing)
        .sort(),
    ).toEqual([['acme'], ['invoice']]);
    expect(marks('acme', 'xylophone').map(([, missing]) => missing)).toEqual([['xylophone'], ['xylophone']]);
    expect(marks('invocie').map(([, ...more]) => more)).toEqual([
      [undefined, 'invoice'],
      [undefined, 'invoice'],
    ]);
    expect(lines('invoice', 'acme')).toEqual([`${invoices.path('a.txt')}: invoice from acme`]);
    expect(lines('-l', 'invoice', 'acme')).toEqual([invoices.path('a.txt')]);
    const { stdout, stderr } = findText(invoices, ['acme', 'xylophone']);
    expect([stdout.split('\n').length, stderr]).toEqual([
      3,
      'find-text: no file has all of these words; these have some\n',
    ]);
  });

  it('lists for a beginning what it shows for it', () => {
    const begun = new SampleIndex({ 'a.txt': 'configuration', 'config.c': 'x', 'b.txt': 'confetti' });
    const found = (...args: string[]) =>
      [...findText(begun, args).stdout.matchAll(/[\w.]+(?=\n|\0|:|","score)/g)]
        .map(([name]) => name)
        .filter((name) => name.includes('.'));
    for (const flags of [[], ['-l'], ['-0'], ['--json'], ['-n', '0'], ['--json', '-n0']])
      expect([flags, found(...flags, 'config').sort()]).toEqual([flags, ['a.txt', 'config.c']]);
  });

  it('takes a limit in every form, 0 for none', () => {
    const many = new SampleIndex(Object.fromEntries(Array.from({ length: 130 }, (_, i) => [`${i}.txt`, 'apple'])));
    const count = (...args: string[]) => findText(many, [...args, 'apple']).stdout.split('\n').length - 1;
    expect([count(), count('-n3'), count('-n', '3'), count('--limit=12'), count('-n0')]).toEqual([10, 3, 3, 12, 130]);
    expect([count('-l'), count('-l', '-n', '7'), count('--json', '-n', '0')]).toEqual([130, 7, 130]);
    expect(new Set(findText(many, ['-l', 'apple']).stdout.split('\n')).size).toBe(131);
  });

  it('colours when told to, and only then', () => {
    expect(findText(index, ['ripe']).stdout).not.toContain(ESC);
    expect(findText(index, ['--color=always', 'ripe']).stdout).toContain(`${ESC}[1;31mripe${ESC}[0m`);
    expect(findText(index, ['--color', 'never', 'ripe']).stdout).not.toContain(ESC);
  });

  it('ends quietly when its reader goes away', () => {
    const big = new SampleIndex(
      Object.fromEntries(Array.from({ length: 1500 }, (_, i) => [`${'long-name-'.repeat(15)}${i}`, 'apple'])),
    );
    const { status, stdout, stderr } = inShell(big, 'set -o pipefail; find-text -l apple | head -1');
    expect([status, stdout.split('\n').length, stderr]).toEqual([0, 2, '']);
  });

  it('says so when its output cannot be written', () => {
    const { status, stderr } = inShell(index, 'find-text apple > /dev/full');
    expect([status, stderr]).toEqual([2, 'find-text: write the results: ENOSPC: no space left on device, write\n']);
  });
});

describe('find-text with names from strangers', () => {
  const index = new SampleIndex();
  const names = {
    newline: Buffer.from('new\nline apple'),
    escape: Buffer.from(`red ${ESC}[31m apple`),
    override: Buffer.from('apple \u202etxt.exe'),
    latin1: Buffer.from('appl\xe9 apple.txt', 'latin1'),
  };
  for (const name of Object.values(names)) index.write(name, `text \u202e ${ESC}[31m apple`);

  it('shows them as one safe line each', () => {
    const lines = findText(index, ['-l', 'apple'])
      .stdout.split('\n')
      .map((line) => line.slice(index.root.length + 1));
    expect(lines.sort()).toEqual([
      '',
      'appl\\xe9 apple.txt',
      'apple \\u{202e}txt.exe',
      'new\\x0aline apple',
      'red \\x1b[31m apple',
    ]);
    expect(findText(index, ['text']).stdout.replaceAll('\n', '')).not.toMatch(/[\u0000-\u001f\u202e]/);
  });

  it('prints their bytes with -0', () => {
    const paths = findText(index, ['-0', 'apple']).bytes.toString('latin1').split('\0').filter(Boolean);
    const found = paths.map((path) =>
      Buffer.from(path, 'latin1')
        .subarray(index.root.length + 1)
        .toString('hex'),
    );
    expect(found.sort()).toEqual(
      Object.values(names)
        .map((name) => name.toString('hex'))
        .sort(),
    );
  });

  it('gives their bytes in JSON when they are not UTF-8', () => {
    const hits = findText(index, ['--json', 'apple'])
      .stdout.trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const withHex = hits.filter((hit) => 'pathHex' in hit);
    expect(withHex.map((hit) => Buffer.from(hit.pathHex, 'hex').subarray(index.root.length + 1))).toEqual([
      names.latin1,
    ]);
  });
});

describe('find-text that counts and explains', () => {
  const index = new SampleIndex({ 'apples.txt': 'one\ntwo ripe apples', 'b.txt': 'apples', 'c.txt': 'pears' });

  it('prints how many files have all words, and ends as a search does', () => {
    expect(findText(index, ['--count', 'apples'])).toMatchObject({ status: 0, stdout: '2\n' });
    expect(findText(index, ['--count', '-n1', 'apples'])).toMatchObject({ status: 0, stdout: '1\n' });
    expect(findText(index, ['--count', 'xylophone'])).toMatchObject({ status: 1, stdout: '0\n' });
    expect(findText(index, ['--count', '--json', 'apples']).status).toBe(2);
  });

  it('says what each score is made of', () => {
    const [first] = findText(index, ['--explain', 'apples']).stdout.split('\n');
    expect(first).toMatch(/apples\.txt \[score \d+\.\d: .*exact name \d/);
    for (const args of [['-n5'], ['-n0']]) {
      const { stdout } = findText(index, ['--json', '--explain', ...args, 'apples']);
      const { score, scoreParts } = JSON.parse(stdout.split('\n')[0] as string);
      const sum = Object.values<number>(scoreParts).reduce((all, part) => all + part, 0);
      expect(sum).toBeCloseTo(score, 2);
    }
    expect(findText(index, ['--json', 'apples']).stdout).not.toContain('scoreParts');
  });
});

describe('find-text on a terminal', () => {
  const index = sample();
  const onTerminal = (args: string, more: NodeJS.ProcessEnv = {}, searched = index) => {
    const command = `'${process.execPath}' '${PROGRAM}' ${args}`;
    const { stdout } = spawnSync('script', ['-qec', command, '/dev/null'], { env: environment(searched, more) });
    return stdout.toString().replaceAll('\r\n', '\n');
  };

  it('prints rank, linked path below ~, facts and the coloured snippet', () => {
    const path = `${index.root}/letters/bob.html`;
    const link = `${ESC}]8;;file://${hostname()}${pathToFileURL(path).pathname}${ESC}\\`;
    const text = onTerminal('bob');
    expect(text).toContain(` 1  ${link}${ESC}[1m~/tree/letters/bob.html${ESC}[0m${ESC}]8;;${ESC}\\\n`);
    expect(text).toMatch(/\[2mA pie · 20 bytes · \d{4}-\d\d-\d\d/);
    expect(text).toContain(`apple pie for ${ESC}[1;31mBob${ESC}[0m\n`);
  });

  it('says why the file comes first that was pasted, and shows its line', () => {
    const { stdout } = findText(index, ['letters/ann.txt:3:5', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ pointed: true, line: 3, column: 5, snippet: { line: 3 } });
    expect(findText(index, ['letters/ann.txt:3:5']).stdout).toBe(
      `${index.path('letters/ann.txt')}:3: the apples are   ripe\n`,
    );
    expect(onTerminal('letters/ann.txt:3:5', { NO_COLOR: '1' })).toContain('    line 3, as pasted · ');
    expect(onTerminal('notes.md:1', { NO_COLOR: '1' })).toContain('nothing but pears');
    expect(onTerminal('./letters/ann.txt', { NO_COLOR: '1' })).toContain('the file that was pasted');
  });

  it('is plain for NO_COLOR and for a dumb terminal', () => {
    for (const more of [{ NO_COLOR: '1' }, { TERM: 'dumb' }]) {
      const text = onTerminal('bob', more);
      expect(text).not.toContain(ESC);
      expect(text).toContain(' 1  ~/tree/letters/bob.html\n    A pie · ');
    }
  });

  it('sets files with only some of the words apart, and counts the others', () => {
    const text = onTerminal('apples bob', { NO_COLOR: '1' });
    expect(text).toMatch(
      / 1 {2}~\/tree\/letters\/bob.html\n.*only some of the words:\n\n 2 {2}~\/tree\/letters\/ann.txt\n/s,
    );
    expect(onTerminal('-n 1 apples', { NO_COLOR: '1' })).toContain('find-text: 1 of 2 files; -n 0 prints all');
    for (const args of ['-n 2 apples', '-n 3 apples', '-n 1 ripe', 'pears xylophone', 'apples pears'])
      expect(onTerminal(args, { NO_COLOR: '1' })).not.toMatch(/\d of |prints all/);
  });

  it('names files with the same text with the first of them, unless all are asked for', () => {
    const index = new SampleIndex({ 'a.txt': 'ripe apples', 'b.txt': 'ripe apples', 'c.txt': 'ripe apples, too' });
    index.db
      .prepare("UPDATE file SET input = 'same' WHERE name IN (?, ?)")
      .run(Buffer.from('a.txt'), Buffer.from('b.txt'));
    const shownBy = (args: string) => onTerminal(args, { NO_COLOR: '1' }, index);
    const folded = shownBy('ripe');
    expect(folded).toMatch(/ · line 1\n {4}same text: ~\/tree\/[ab]\.txt; --all shows each\n/);
    expect(folded.match(/^ \d {2}~/gm)).toHaveLength(2);
    expect(folded).not.toContain('prints all');
    expect(shownBy('--all ripe').match(/^ \d {2}~/gm)).toHaveLength(3);
    const hits = findText(index, ['--json', 'ripe'])
      .stdout.trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(hits.map(({ copyOf }) => copyOf).filter(Boolean)).toHaveLength(1);
    expect(findText(index, ['ripe']).stdout.trim().split('\n')).toHaveLength(3);
  });

  it('names files with nearly the same text with the first, and in JSON, but lists each', () => {
    const text = Array.from({ length: 200 }, (_, i) => `ripe${'abcdefghij'[i % 10]}${'klmnop'[i % 6]}`).join(' ');
    const index = new SampleIndex({ 'a.txt': `${text} apples`, 'b.txt': `apples ${text}`, 'c.txt': 'apples' });
    index.db.prepare('UPDATE file SET input = id').run();
    expect(onTerminal('apples', { NO_COLOR: '1' }, index)).toMatch(
      /\n {4}nearly the same text: ~\/tree\/[ab]\.txt; --all shows each\n/,
    );
    const json = findText(index, ['--json', 'apples']).stdout;
    expect(json.match(/"nearCopyOf":"[^"]*\/tree\/[ab]\.txt"/g)).toHaveLength(1);
    expect(findText(index, ['-0', 'apples']).stdout.match(/\0/g)).toHaveLength(3);
  });

  it('says neither that there are more than none, nor that something is shown where nothing is', () => {
    const index = new SampleIndex({ 'a.txt': 'an apple', 'b.txt': 'a zebra' });
    rmSync(index.path('a.txt'));
    for (const query of ['apple', 'aplpe', 'apple xylophone', 'aplpe xylophone']) {
      const { status, stdout, stderr } = findText(index, [query]);
      expect([status, stdout]).toEqual([1, '']);
      expect(stderr).toBe(`find-text: nothing found for "${query}"; \`find-textd status\` tells what is indexed\n`);
    }
    const { stderr } = findText(index, ['-l', 'aplpe']);
    expect(stderr).not.toContain('did you mean');
  });
});

describe('find-text: what it says when', () => {
  it('finds nothing', () => {
    const { status, stdout, stderr } = findText(sample(), ['zzzz']);
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toBe('find-text: nothing found for "zzzz"; `find-textd status` tells what is indexed\n');
  });

  it('has replaced a mistyped word', () => {
    const { status, stdout, stderr } = findText(sample(), ['aplpe', 'pie']);
    expect([status, stderr]).toEqual([0, 'find-text: showing results for "apple pie"\n']);
    expect(stdout).toContain('bob.html');
  });

  it('has replaced a word, and no file has all of them: one line says both, and JSON says which words', () => {
    const index = new SampleIndex({ 'a.txt': 'an apple', 'b.txt': 'a pie of apples', 'c.txt': 'pie' });
    const { stderr } = findText(index, ['aplpe', 'zebra']);
    const notice = 'showing results for "apple zebra"; no file has all of these words; these have some';
    expect(stderr).toBe(`find-text: ${notice}\n`);
    const { stdout, stderr: other } = findText(index, ['--json', 'aplpe', 'zebra']);
    expect(other).toBe(stderr);
    const hits = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    const signs = { missing: ['zebra'], searched: 'apple zebra', corrected: [{ from: 'aplpe', to: 'apple' }] };
    expect(hits).toMatchObject([signs, signs]);
    const [whole, some] = findText(index, ['--json', 'apple', 'pie'])
      .stdout.split('\n')
      .map((line) => JSON.parse(line || '{}'));
    expect([whole.missing, whole.corrected, some.missing]).toEqual([undefined, undefined, expect.any(Array)]);
  });

  it('offers a likelier word for one that some file has, and searches what was typed', () => {
    const many = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`f${i}.txt`, 'the zebra and the fabric']));
    const index = new SampleIndex({ ...many, 'rare.txt': 'of a fabrik only' });
    const { status, stdout, stderr } = findText(index, ['fabrik', 'zebra', '-n', '100']);
    expect([status, stderr.trimEnd().split('\n')]).toEqual([
      0,
      ['find-text: no file has all of these words; these have some', 'find-text: did you mean "fabric zebra"?'],
    ]);
    expect(stdout).toContain('rare.txt');
    const { stdout: json } = findText(index, ['--json', 'fabrik', 'zebra']);
    expect(JSON.parse(json.split('\n')[0] as string).searched).toBeUndefined();
  });

  it('finds nothing to list: it never lists what was not asked for', () => {
    for (const flags of [['-l'], ['-0'], ['-n', '0'], ['--json', '-n0']]) {
      const { status, stdout, stderr } = findText(sample(), [...flags, 'aplpe', 'pie']);
      expect([status, stdout]).toEqual([1, '']);
      expect(stderr).toBe('find-text: nothing found for "aplpe pie"; did you mean "apple pie"?\n');
    }
  });

  it('is to search as one types where no terminal is', () => {
    for (const args of [['-i'], ['--interactive', 'apple']]) {
      const { status, stdout, stderr } = findText(sample(), args);
      expect([status, stdout]).toEqual([2, '']);
      expect(stderr).toBe(
        'find-text: search as you type: standard input and output are no terminals\n  a pipe gets its hits from `find-text QUERY`\n',
      );
    }
  });

  it('has no index', () => {
    const index = sample();
    rmSync(index.dataDirectory, { recursive: true });
    const { status, stdout, stderr } = findText(index, ['apple']);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toBe('find-text: there is no index yet: make one with `find-textd run DIR`\n');
  });

  it('has an index that names a file which is not there', () => {
    const index = sample();
    rmSync(index.file);
    expect(findText(index, ['apple'])).toMatchObject({ status: 2, stdout: '' });
  });

  it('meets an index of a newer program', () => {
    const index = sample();
    index.db.pragma('user_version = 999');
    const { status, stderr } = findText(index, ['apple']);
    expect(status).toBe(2);
    expect(stderr).toMatch(
      /^find-text: open the index .*: it has version 999, this find-text knows versions up to \d+\n {2}\S/,
    );
  });

  it('meets a damaged index', () => {
    const index = sample();
    index.db.close();
    for (const suffix of ['-wal', '-shm']) rmSync(index.file + suffix, { force: true });
    writeFileSync(index.file, Buffer.alloc(100_000, 'no database '));
    const { status, stdout, stderr } = findText(index, ['apple']);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^find-text: open the index .*: file is not a database\n {2}run `find-textd rebuild`/);
  });

  it('does not understand an option or a query', () => {
    const index = sample();
    expect(findText(index, ['--limt', '5', 'apple']).stderr).toMatch(
      /^find-text: read the option --limt: there is none of this name\n {2}did you mean --limit\?/,
    );
    for (const args of [
      ['-n'],
      ['-n', 'many', 'x'],
      ['--limit=-1', 'x'],
      ['--json', '-l', 'x'],
      ['--color=blue', 'x'],
      ['--json=1', 'x'],
      ['--nope', 'x'],
    ]) {
      const { status, stdout, stderr } = findText(index, args);
      expect([args, status, stdout]).toEqual([args, 2, '']);
      expect(stderr).toMatch(/^find-text: read the option -.*: .*\n {2}\S.*\n$/);
    }
    const { status, stderr } = findText(index, ['--', '-apple']);
    expect(status).toBe(2);
    expect(stderr).toBe(
      'find-text: understand the query at character 1: it only says what is not wanted\n  -apple\n  ^\n  give at least one word to look for, as in: letter -draft\n',
    );
    expect(findText(index, []).status).toBe(2);
  });

  it('takes what begins with a minus and is no option for a part of the query, as a shell leaves it', () => {
    const index = new SampleIndex({
      'a.txt': 'quarterly report draft',
      'b.txt': 'quarterly report final',
      'old/c.c': 'quarterly report note',
      'weird dir/d.txt': 'quarterly report of the wait queue',
    });
    const found = (words: string) =>
      inShell(index, `cd '${index.root}'; find-text -l ${words}`)
        .stdout.split('\n')
        .filter(Boolean)
        .map((path) => path.slice(index.root.length + 1))
        .sort();
    expect(found('report -draft')).toEqual(['b.txt', 'old/c.c', 'weird dir/d.txt']);
    expect(found('-draft report')).toEqual(['b.txt', 'old/c.c', 'weird dir/d.txt']);
    expect(found('report -note -ext:txt')).toEqual([]);
    expect(found('report -in:./old -name:a')).toEqual(['b.txt', 'weird dir/d.txt']);
    expect(found('report -fina* -"wait queue"')).toEqual(['a.txt', 'old/c.c']);
    expect(found('report \'-"wait queue"\' -draft')).toEqual(['b.txt', 'old/c.c']);
    expect(found(`report in:"./weird dir"`)).toEqual(['weird dir/d.txt']);
    for (const folder of [
      `'in:~/tree/weird dir'`,
      `'in:~/tree/weird dir' wait`,
      `'path:~/tree/weird dir queue'`,
      `in:~/tree/weird\\ dir`,
      `'in:~/tree/weird\\ dir queue'`,
      `'in:"~/tree/weird dir" queue'`,
      `-n 5 'in:~/tree/weird dir'`,
      `in:"${index.root}/weird dir"`,
    ])
      expect([folder, found(folder)]).toEqual([folder, ['weird dir/d.txt']]);
    expect(found(`report '-in:~/tree/weird dir' -in:./old`)).toEqual(['a.txt', 'b.txt']);
    expect(found(`'in:~/tree/weird dir' in:~/tree/old`)).toEqual(['old/c.c', 'weird dir/d.txt']);
  });

  it('takes words after -- as they are, and a folder relative to where it runs', () => {
    const index = sample();
    expect(findText(index, ['-l', '--', 'apple', '-bob']).stdout).toBe(`${index.path('letters/ann.txt')}\n`);
    expect(findText(index, ['-l', 'apple -bob']).stdout).toBe(`${index.path('letters/ann.txt')}\n`);
    expect(findText(index, ['-l', 'pears', 'in:.']).stdout).toBe(`${index.path('notes.md')}\n`);
    expect(findText(index, ['-l', 'pears', 'in:./letters']).stdout).toBe('');
  });

  it('is asked for help or its version', () => {
    const index = sample();
    const help = findText(index, ['-h', 'whatever']);
    expect([help.status, help.stderr]).toEqual([0, '']);
    for (const flag of ['--limit', '--paths', '--null', '--json', '--color', '--help', '--version'])
      expect(help.stdout).toContain(flag);
    expect(help.stdout.split('\n').every((line) => line.length <= 100)).toBe(true);
    expect(findText(index, ['--version']).stdout).toMatch(/^find-text \d+\.\d+\.\d+\n$/);
  });

  it('says when an answer may lack changes, why and what to do, and is quiet when all is well', () => {
    const index = sample();
    const told = (...args: string[]) => findText(index, [...args, 'bob']).stderr;
    const keeper = identifyProcess(process.pid);
    const known = (gaps: readonly Gap[], by: ProcessIdentity | undefined) => {
      const roots = [{ root: Buffer.from(index.root), completeSinceMs: gaps.length > 0 ? undefined : 1, gaps }];
      new Meta(index.db).set(FRESHNESS_KEY, encodeFreshness({ keeper: by, savedMs: SAVED_MS, roots }));
    };
    const lost: Gap = { reason: 'events lost', sinceMs: SAVED_MS, scope: Buffer.from(index.root) };
    new Meta(index.db).set(STATE_KEY, { filesFound: 20_000, filesDone: 12_345 });
    expect(told()).toBe('');
    known([], keeper);
    expect(told()).toBe('');
    known([lost], keeper);
    const notice = `find-text: ${index.root} may lack changes since ${SAVED} because the kernel dropped inotify events; see \`find-textd status\`\n`;
    for (const flags of [[], ['-l'], ['-0'], ['--json']]) expect(told(...flags)).toBe(notice);
    expect(findText(index, ['-0', 'bob']).stdout).toBe(`${index.path('letters/bob.html')}\0`);
    known([lost, { reason: 'not mounted', sinceMs: 0, scope: Buffer.from(index.path('stick')) }], keeper);
    expect(told()).toContain('inotify events (and 1 more); see');
    known([{ ...lost, sinceMs: Date.now() + 3_600_000 }], keeper);
    expect(told()).toContain('may lack changes because the kernel');
    known([{ ...lost, reason: 'new' }], keeper);
    expect(told(`in:${index.home}/elsewhere`)).not.toContain('indexing');
    expect(told()).toBe('find-text: still indexing: 12,345 of 20,000 files\n');
    known([{ ...lost, reason: 'new' }], undefined);
    expect(told()).toContain('the index is not complete (12,345 of 20,000 files); start `find-textd run`');
    for (const ended of [undefined, { pid: process.pid, startTicks: 1 }, { pid: 2 ** 22, startTicks: 1 }]) {
      known([], ended);
      expect(told()).toBe(
        `find-text: nothing keeps the index current since ${SAVED}: later changes are not known; start \`find-textd run\`\n`,
      );
    }
  });

  it('is quiet about gaps that the query cannot reach', () => {
    const index = sample();
    const gap: Gap = { reason: 'events lost', sinceMs: 0, scope: Buffer.from(index.path('letters')) };
    const roots = [
      { root: Buffer.from(index.root), completeSinceMs: undefined, gaps: [gap] },
      { root: Buffer.from(`${index.home}/other`), completeSinceMs: 1, gaps: [] },
    ];
    const freshness = encodeFreshness({ keeper: identifyProcess(process.pid), savedMs: SAVED_MS, roots });
    new Meta(index.db).set(FRESHNESS_KEY, freshness);
    const isTold = (...words: string[]) => {
      const { stderr } = findText(index, ['-l', '--', 'apple', ...words]);
      return /letters may lack|may lack changes in .+letters because/.test(stderr);
    };
    for (const words of [
      ['in:.'],
      ['in:./letters'],
      ['in:./letters/deep'],
      ['in:./notes', 'in:./letters'],
      ['type:text'],
    ])
      expect(isTold(...words), String(words)).toBe(true);
    expect(isTold('-in:./letters/deep', '-in:./notes')).toBe(true);
    for (const words of [
      ['in:./lett'],
      ['in:../other'],
      ['-in:./letters'],
      ['in:.', '-in:.'],
      ['in:./letters/deep', '-in:./letters'],
    ])
      expect(isTold(...words), String(words)).toBe(false);
  });

  it.each([null, 7, 'x', [], { roots: 1 }, { savedMs: 1, roots: [1, { gaps: 'x' }, { gaps: [{}] }] }])(
    'answers whatever stands where the freshness should: %j',
    (value) => {
      const index = sample();
      new Meta(index.db).set(FRESHNESS_KEY, value);
      expect(findText(index, ['-l', 'bob'])).toMatchObject({
        status: 0,
        stdout: `${index.path('letters/bob.html')}\n`,
      });
    },
  );

  it('never shows a file that is gone, and tells of those that have changed', () => {
    const index = new SampleIndex({ 'a.txt': 'apple one', 'b.txt': 'apple two', 'c.txt': 'apple three' });
    rmSync(index.path('a.txt'));
    const { mtime, atime } = statSync(index.path('b.txt'));
    writeFileSync(index.path('b.txt'), 'apple 222');
    utimesSync(index.path('b.txt'), atime, mtime);
    const both = ['b.txt', 'c.txt'].map((name) => `${index.path(name)}\n`).join('');
    for (const flags of [['-l'], ['-l', '-n', '5'], ['-n', '0']]) {
      const { stdout, stderr } = findText(index, [...flags, 'apple']);
      expect(stderr).toBe('find-text: one of these files has changed since it was indexed\n');
      expect(flags.includes('-l') ? stdout : stdout.replace(/: .*/g, '')).toBe(both);
    }
    writeFileSync(index.path('c.txt'), 'apple four');
    expect(findText(index, ['apple']).stderr).toBe(
      'find-text: 2 of these files have changed since they were indexed\n',
    );
    const json = findText(index, ['--json', 'apple']);
    expect(json.stdout.match(/"stale":true/g)).toHaveLength(2);
    expect(json.stderr).toBe('');
  });

  it('is searched while somebody writes', () => {
    const index = sample();
    index.db.exec('BEGIN IMMEDIATE; DELETE FROM file');
    expect(findText(index, ['-l', 'bob']).stdout).toBe(`${index.path('letters/bob.html')}\n`);
    index.db.exec('ROLLBACK');
  });
});
