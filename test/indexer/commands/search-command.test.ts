import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeEach, describe, expect, it } from 'vitest';
import { daemonCommandOfRoot, searchCommand } from '../../../indexer/commands/search-command.js';
import { tempFolder } from '../../helpers/temp.js';
import { TestEnv } from '../../helpers/test-env.js';

const PROGRAM = fileURLToPath(new URL('../../../dist/find-text.js', import.meta.url));
let folder: string;

beforeEach(() => {
  folder = tempFolder();
});

function makeProgram(...parts: string[]): string {
  const file = join(folder, ...parts);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, '#!/bin/sh\necho found "$1"\n');
  chmodSync(file, 0o755);
  return file;
}

/** The path may be quoted. */
function asShellReads(word: string): string {
  return execFileSync('sh', ['-c', `printf %s ${word}`], { encoding: 'utf8' });
}

describe('searchCommand', () => {
  it('is the name where the shell finds this program under it, also through a link', () => {
    const program = makeProgram('dist/find-text.js');
    mkdirSync(join(folder, 'bin'));
    symlinkSync(program, join(folder, 'bin/find-text'));
    expect(searchCommand(program, `relative::/nowhere:${folder}/bin`)).toBe('find-text');
  });

  it('is the path where the shell finds nothing, or another program first', () => {
    const program = makeProgram('dist/find-text.js');
    makeProgram('other/find-text');
    mkdirSync(join(folder, 'bin'));
    symlinkSync(program, join(folder, 'bin/find-text'));
    for (const path of [undefined, '/nowhere', `${folder}/other:${folder}/bin`])
      expect(asShellReads(searchCommand(program, path))).toBe(program);
  });

  it.each(["it's", 'two words', '$HOME', 'ä', 'a"b', '-x', '~'])(
    'works in a shell from any folder below a folder %s',
    (name) => {
      const command = searchCommand(makeProgram(name, 'find-text.js'));
      expect(execFileSync('sh', ['-c', `${command} "some words"`], { cwd: '/', encoding: 'utf8' })).toBe(
        'found some words\n',
      );
    },
  );
});

describe('daemonCommandOfRoot', () => {
  it.each(['/opt/my node/bin/node', '/usr/bin/node'])('names %s where sudo does not find this program', (node) => {
    const program = makeProgram('it is here', 'find-textd.js');
    const command = daemonCommandOfRoot(program, node);
    expect(execFileSync('sh', ['-c', `printf '%s\\n' ${command}`], { encoding: 'utf8' })).toBe(`${node}\n${program}\n`);
  });
});

describe('the hint after ready', () => {
  it('is a command that searches from any folder', async () => {
    const env = new TestEnv();
    writeFileSync(env.path('a.txt'), 'some words');
    const daemon = await env.startDaemon();
    const [, command] = /^search from another terminal: (.*)$/m.exec(daemon.stdout()) ?? [];
    expect(command).toBe(`${PROGRAM} "some words"`);
    const found = execFileSync('sh', ['-c', String(command)], { cwd: '/', env: env.env, encoding: 'utf8' });
    expect(found).toContain(env.path('a.txt'));
  });
});
