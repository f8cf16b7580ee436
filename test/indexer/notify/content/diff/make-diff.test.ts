import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { DiffResult, DiffText } from '../../../../../indexer/notify/content/diff/diff-result.js';
import { type DiffOptions, makeDiff } from '../../../../../indexer/notify/content/diff/make-diff.js';
import { tempFolder } from '../../../../helpers/temp.js';

/** Where no program is. */
const NOWHERE = { path: tempFolder() };

async function diff(before: string, after: string, options?: DiffOptions): Promise<DiffText> {
  const result = await makeDiff(before, after, options);
  if ('omitted' in result) throw new Error(`there is no diff: ${result.omitted}`);
  return result;
}

function lines(count: number, text = (at: number) => `line ${at}`): string {
  return Array.from({ length: count }, (_, at) => `${text(at)}\n`).join('');
}

describe.each([
  ['with the program', {}],
  ['without the program', NOWHERE],
])('makeDiff %s', (_, options) => {
  it('shows hunks, counts, and the words that changed', async () => {
    const before = 'one\ntwo\nThe quick brown fox jumps.\nfour\n';
    const after = 'one\ntwo\nThe quick red fox jumps.\nfour\nfive\n';
    expect(await makeDiff(before, after, options)).toEqual({
      format: 'unified',
      text: '@@ -1,4 +1,5 @@\n one\n two\n-The quick brown fox jumps.\n+The quick red fox jumps.\n four\n+five',
      added: 2,
      removed: 1,
      truncated: false,
      redactions: 0,
      of: 'text',
      words: [{ before: 'brown', after: 'red' }],
    });
  });

  it('shows a new file as added, and a removed one as removed', async () => {
    expect(await diff('', 'a\nb\n', options)).toMatchObject({ text: '@@ -0,0 +1,2 @@\n+a\n+b', added: 2, removed: 0 });
    expect(await diff('a\n', '', options)).toMatchObject({ added: 0, removed: 1 });
  });

  it('says that nothing changed, that there is too much, and how much is not shown', async () => {
    expect(await makeDiff('a', 'a', options)).toEqual({ omitted: 'none' });
    expect(await makeDiff('a', 'b'.repeat(1 << 20).concat('b'), options)).toEqual({ omitted: 'too-large' });
    const { text, truncated, added } = await diff('', lines(500), options);
    expect([text.split('\n').length, text.split('\n').at(-1), truncated, added]).toEqual([
      201,
      '… 301 more lines',
      true,
      500,
    ]);
    const long = await diff(
      '',
      lines(150, (at) => `${at} ${'x'.repeat(200)}`),
      options,
    );
    expect(Buffer.byteLength(long.text)).toBeLessThanOrEqual(8192);
    expect(long.truncated).toBe(true);
  });

  it('cuts long lines around the change, whatever their length', async () => {
    const line = (word: string) => `${'a,'.repeat(250_000)}${word}${',b'.repeat(250_000)}`;
    const { text, added, removed, truncated } = await diff(line('old'), line('new'), options);
    const [, removedLine = '', addedLine = ''] = text.split('\n');
    expect([added, removed, truncated]).toEqual([1, 1, true]);
    expect(removedLine).toMatch(/^-…[a,]{100}old[,b]+…$/);
    expect(addedLine).toMatch(/^\+…[a,]{100}new[,b]+…$/);
    expect(removedLine.length).toBeLessThan(410);
  });

  it('cuts no character in two, and takes a line that looks like a name of its own for what it is', async () => {
    const before = `\u0001long line 0\n${'😀'.repeat(300)}x\n`;
    const { text } = await diff(before, before.replace('x', 'y'), options);
    expect(Buffer.from(text, 'utf8').toString('utf8')).toBe(text);
    expect(text).not.toMatch(/\ufffd/);
    expect(text).toContain(' \\x01long line 0');
  });

  it('shows nothing that a terminal obeys', async () => {
    const { text } = await diff('a\n', 'a\u001b[31m\u202eb\tc\r\n', options);
    expect(text.split('\n').at(-1)).toBe('+a\\x1b[31m\\u{202e}b\tc');
  });

  it('shows that the end of the last line is all that changed', async () => {
    expect(await diff('a', 'a\n', options)).toMatchObject({
      text: '@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+a',
      words: [],
    });
  });

  it('counts the tags that are shown', async () => {
    const { redactions } = await diff('k=‹secret:token:0001›\n', 'k=‹secret:token:0002›\n', options);
    expect(redactions).toBe(2);
  });
});

describe('makeDiff', () => {
  it('is as good at texts that have nothing in common, or another order', async () => {
    const numbers = Array.from({ length: 20_000 }, (_, at) => (at * 7919) % 20_000);
    const shuffled = numbers.map((at) => `line ${at}\n`).join('');
    expect(await makeDiff(lines(20_000), shuffled)).toMatchObject({ format: 'unified', truncated: true });
    expect(
      await makeDiff(
        lines(20_000),
        lines(20_000, (at) => `other ${at}`),
      ),
    ).toMatchObject({
      added: 20_000,
      removed: 20_000,
    });
  });

  it('gives counts where there is no program and the texts are too different', async () => {
    const result: DiffResult = await makeDiff(
      lines(20_000),
      lines(10_000, (at) => `other ${at}`),
      NOWHERE,
    );
    expect(result).toEqual({ omitted: 'time', added: 10_000, removed: 20_000 });
  });

  it('does without a program that does not work, hangs on its input, or never ends its output', async () => {
    const folder = join(tempFolder(), 'bin');
    const makeProgram = (text: string) => {
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, 'diff'), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
    };
    makeProgram('exit 2');
    expect(await diff('a\n', 'b\n', { path: folder })).toMatchObject({ added: 1, removed: 1 });
    makeProgram('while :; do :; done');
    expect(await makeDiff('a\n', 'b\n', { path: folder })).toEqual({ omitted: 'time', added: 1, removed: 1 });
    makeProgram('while echo "+aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"; do :; done');
    expect(await diff('a\n', 'b\n', { path: folder })).toMatchObject({ truncated: true, added: 1, removed: 1 });
  });

  it('waits for a program that the machine gives no processor to', async () => {
    const folder = tempFolder();
    writeFileSync(join(folder, 'diff'), '#!/bin/sh\n/bin/sleep 2.5\necho "+b"\nexit 1\n', { mode: 0o755 });
    expect(await diff('a\n', 'b\n', { path: folder })).toMatchObject({ text: '+b' });
  });

  it('does not take a link that leads nowhere for a program', async () => {
    const folder = tempFolder();
    symlinkSync('/nowhere/diff', join(folder, 'diff'));
    expect(await diff('a\n', 'b\n', { path: `relative:${folder}` })).toMatchObject({ added: 1 });
  });

  it('leaves no file and no descriptor behind', async () => {
    const open = () => readdirSync('/proc/self/fd').length;
    await diff('a\n', 'b\n');
    const before = open();
    for (let at = 0; at < 5; at++) await diff('a\n', `b${at}\n`);
    expect(open()).toBe(before);
  });
});
