/** The rules follow their file; a file that is wrong changes nothing and is told of once. */
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { loadNotify } from '../../../../indexer/notify/rules/load-notify.js';
import { RulesFile } from '../../../../indexer/notify/rules/rules-file.js';
import { tempFolder } from '../../../helpers/temp.js';

const rule = (name: string, more = '') => `[[notify]]\nname = "${name}"\npaths = ["/srv/${name}"]\nto = []\n${more}\n`;
const surroundings = () => ({
  roots: [Buffer.from('/srv')],
  places: { home: homedir(), realPath: (path: string) => path, exists: () => false },
});
const open: RulesFile[] = [];
afterEach(() => {
  for (const each of open.splice(0)) each.close();
});

async function start(text: string) {
  const file = join(tempFolder(), 'config.toml');
  writeFileSync(file, text);
  const told: string[] = [];
  const rules = await RulesFile.open({
    file,
    surroundings,
    listener: {
      changed: (difference) => told.push(difference),
      troubled: (trouble) => told.push(trouble === undefined ? 'well again' : `wrong: ${trouble}`),
    },
  });
  open.push(rules);
  const names = () => rules.current.rules.map(({ name }) => name);
  const write = (changed: string) => writeFileSync(file, changed);
  return { file, rules, told, names, write };
}

describe('RulesFile', () => {
  it('has the rules of the file, and others when the file has others', async () => {
    const { rules, told, names, write } = await start(rule('a') + rule('b'));
    expect(names()).toEqual(['a', 'b']);
    const { hash } = rules.current;
    write(rule('a', 'severity = "info"') + rule('c'));
    await vi.waitFor(() => expect(names()).toEqual(['a', 'c']), 20_000);
    expect(told).toEqual(['added c; removed b; changed a']);
    expect(rules.current.hash).not.toBe(hash);
    expect(rules.current.set.interested(Buffer.from('/srv/c/x'))).toBe(true);
  });

  it('keeps the last good ones while the file is wrong, and tells each error once', async () => {
    const { rules, told, names, write } = await start(rule('a'));
    write(rule('a', 'evnts = []'));
    for (let n = 0; n < 3; n++) await rules.reload();
    expect(names()).toEqual(['a']);
    expect(told).toEqual([expect.stringMatching(/^wrong: .* line 5, column 1: .*did you mean `events`\?$/)]);
    write('[[notify');
    await rules.reload();
    expect(told[1]).toContain('wrong: ');
    write(rule('a'));
    await rules.reload();
    expect(told.slice(2)).toEqual(['well again']);
  });

  it('says nothing of a change that changes no rule', async () => {
    const { rules, told, write } = await start(rule('a'));
    write(`# a comment\n[queue]\nsettleMs = 5\n${rule('a')}`);
    await rules.reload();
    expect(told).toEqual([]);
  });

  it('takes a file that is gone for a moment while it is replaced as one change', async () => {
    const { file, told, names } = await start(rule('a'));
    writeFileSync(`${file}.new`, rule('b'));
    rmSync(file);
    renameSync(`${file}.new`, file);
    await vi.waitFor(() => expect(names()).toEqual(['b']), 20_000);
    expect(told).toEqual(['added b; removed a']);
  });

  it('has no rules when there is no file', async () => {
    const { rules, names, file } = await start(rule('a'));
    rmSync(file);
    await rules.reload();
    expect(names()).toEqual([]);
  });

  it('does not open with a file that is wrong', async () => {
    await expect(start(rule('a', 'first = "some"'))).rejects.toThrow('line 5, column 9');
  });
});

describe('a pattern of secrets', () => {
  it('that is wrong is told with its place', async () => {
    const file = join(tempFolder(), 'config.toml');
    writeFileSync(file, rule('a', 'diff = { redact = ["ok[0-9]",\n  "a(b" ] }'));
    await expect(loadNotify(file, surroundings())).rejects.toThrow(/line 6, column 3: \[\[notify\]\] "a": `redact`/);
  });
});
