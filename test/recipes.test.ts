/** The recipes of docs/recipes.md, as they stand there: what is ours in them runs, other programs are stood in for where they are not here. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Bus } from '../search-cli/desktop/bus.js';
import { BUS_NAME, GNOME_OBJECT } from '../shared/desktop.js';
import { SampleIndex } from './helpers/sample-index.js';
import { NO_BUS, startSessionBus } from './helpers/session-bus.js';
import { tempFolder } from './helpers/temp.js';
import { until } from './helpers/test-env.js';
import { Tmux, WITHOUT_TMUX } from './helpers/tmux.js';
import { environment, PROGRAM } from './search-cli/cli.js';

const DOCS = fileURLToPath(new URL('../docs/', import.meta.url));
const RECIPES = readFileSync(join(DOCS, 'recipes.md'), 'utf8');

/** The code below a heading. */
function recipe(heading: string): string {
  const [, part = ''] = RECIPES.split(`\n### ${heading}\n`);
  return /^```\w+\n(.*?)^```/ms.exec(part)?.[1] ?? '';
}

function has(program: string, ...args: string[]): boolean {
  return spawnSync(program, args).status === 0;
}

/** A shell in which find-text is a command, and other programs are what a test makes of them. */
class Shell {
  readonly folder = tempFolder();
  readonly index = new SampleIndex({
    'one.txt': 'apples, apples, apples',
    'a "b" c.txt': 'x\ny\nripe apples, {"line":7}',
    'page.pdf': {
      text: 'one\ftwo apples among many other words',
      type: 'application/pdf',
      extractor: 'pdf',
      isFileText: false,
    },
  });
  readonly env: NodeJS.ProcessEnv;

  constructor() {
    this.env = environment(this.index, { PATH: `${this.folder}:${process.env.PATH}`, DISPLAY: ':0' });
    this.standIn('find-text', `exec '${process.execPath}' '${PROGRAM}' "$@"`);
    this.standIn('xdg-open', `printf '%s\\n' "$@" > '${this.folder}/given'`);
  }

  standIn(name: string, script: string): void {
    writeFileSync(join(this.folder, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(this.folder, name), 0o755);
  }

  run(script: string) {
    return spawnSync('sh', ['-c', script], { env: this.env, encoding: 'utf8' });
  }

  /** Whole lines. */
  read(name: string): string[] {
    const file = join(this.folder, name);
    return existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : [];
  }
}

describe('a launcher', () => {
  it.each([
    ['rofi', '*"-p find"*', 'echo 2'],
    ['fuzzel', '*"--prompt find "*', 'echo 1'],
  ])('%s shows what is found and opens what is chosen', (name, isQuestion, choose) => {
    const shell = new Shell();
    shell.standIn(
      name,
      `case "$*" in ${isQuestion}) echo 'apples -"blue moon"';; *) cat > '${shell.folder}/shown'; ${choose};; esac`,
    );
    expect(shell.run(recipe(name))).toMatchObject({ status: 0 });
    const shown = shell.read('shown');
    expect(shown.toSorted()).toEqual(['a \\"b\\" c.txt', 'one.txt', 'page.pdf'].map((file) => shell.index.path(file)));
    const chosen = shown[1]?.replaceAll('\\', '').slice(shell.index.root.length);
    expect(shell.read('given').map(decodeURIComponent)).toEqual([`file://${shell.index.root}${chosen}`]);
  });

  const missing = WITHOUT_TMUX ?? (has('fzf', '--version') ? undefined : 'fzf is missing');
  it.skipIf(missing)(`fzf searches as is typed, previews, and opens${missing ? `: ${missing}` : ''}`, async () => {
    const shell = new Shell();
    writeFileSync(join(shell.folder, 'recipe.sh'), recipe('fzf'));
    const tmux = new Tmux({ ...shell.env, SHELL: '/bin/sh' });
    tmux.type(`sh '${shell.folder}/recipe.sh'\n`);
    await tmux.until('it asks', (rows) => rows.some((row) => row.includes('find>')));
    tmux.type('ripe');
    await tmux.until('it shows the lines', (rows) => rows.some((row) => /3: ripe apples/.test(row)));
    tmux.press('Enter');
    await until('it is opened', () => shell.read('given').length > 0);
    expect(shell.read('given')).toEqual([`file://${shell.index.root}/a%20%22b%22%20c.txt`]);
  });
});

describe('an editor', () => {
  const hasVim = has('vim', '-es', '-u', 'NONE', '-c', 'if has("eval") | qa! | else | cq | endif');
  it.skipIf(!hasVim)('vim has the hits in its quickfix list, at their lines', () => {
    const shell = new Shell();
    const [source, list] = [join(shell.folder, 'recipe.vim'), join(shell.folder, 'list.json')];
    writeFileSync(source, recipe('Vim and Neovim'));
    const write = `call writefile([json_encode(map(getqflist(), "[fnamemodify(bufname(v:val.bufnr), ':t'), v:val.lnum]"))], '${list}')`;
    const commands = [`source ${source}`, "FindText ripe 'apples", write, 'qa!'];
    spawnSync('vim', ['-N', '-es', '-u', 'NONE', '-i', 'NONE', ...commands.flatMap((each) => ['-c', each])], {
      env: shell.env,
    });
    // Behind it stand files that have one of the words.
    expect(JSON.parse(shell.read('list.json').join('\n'))[0]).toEqual(['a "b" c.txt', 3]);
  });

  it('VS Code finds file, line and text in what the task prints', () => {
    const shell = new Shell();
    const [task] = JSON.parse(recipe('VS Code')).tasks;
    const { file, message, line, regexp } = task.problemMatcher.pattern;
    const args = task.args.map((arg: string) => arg.replace(/.\{input:words\}/, 'apples -ripe'));
    const { stdout } = spawnSync(task.command, args, { env: shell.env, encoding: 'utf8' });
    const matches = stdout.split('\n').flatMap((text) => new RegExp(regexp).exec(text) ?? []);
    expect([matches[file], matches[line], matches[message]]).toEqual([
      shell.index.path('one.txt'),
      '1',
      'apples, apples, apples',
    ]);
  });
});

describe('a file manager', () => {
  const missing = NO_BUS ?? (has('busctl', '--version') ? undefined : 'busctl is missing');
  const menu = readFileSync(join(DOCS, 'desktop/find-text.desktop'), 'utf8');

  it.skipIf(missing)(`asks for what is in the folder${missing ? `: ${missing}` : ''}`, async () => {
    const env = { PATH: process.env.PATH };
    const bus = await startSessionBus(tempFolder(), env);
    const asked: unknown[] = [];
    const LaunchSearch = { takes: ['as', 'u'], gives: [], call: (...args: unknown[]) => void asked.push(args) };
    const server = new Bus(bus.socket, () => {});
    onTestFinished(() => server.close());
    server.export(GNOME_OBJECT, [{ name: 'org.gnome.Shell.SearchProvider2', methods: { LaunchSearch } }]);
    await server.takeName(BUS_NAME);
    const folder = tempFolder();
    const run = async (argv: readonly string[], more: NodeJS.ProcessEnv = {}) => {
      const [program = '', ...args] = argv;
      const child = spawn(program, args, {
        cwd: folder,
        env: { ...env, DBUS_SESSION_BUS_ADDRESS: bus.address, ...more },
      });
      expect(await once(child, 'exit')).toEqual([0, null]);
    };
    const script = join(DOCS, 'desktop/find-in-folder');
    await run([script]);
    await run([script], { NAUTILUS_SCRIPT_SELECTED_FILE_PATHS: '/usr/share\n' });
    await run([script], { NAUTILUS_SCRIPT_SELECTED_FILE_PATHS: '/etc/passwd\n/usr\n' });
    await run(argvOf(/^Exec=(.*)/m.exec(menu)?.[1] ?? '', '/a "b" $(c)'));
    const terms = [`in:${folder} `, 'in:/usr/share ', `in:${folder} `, 'in:/a "b" $(c) '];
    expect(asked).toEqual(terms.map((term) => [[term], 0]));
  });

  it.skipIf(!has('desktop-file-validate', '--help'))('has an entry as the specification wants it', () => {
    // The type is one of KDE's own.
    const file = join(tempFolder(), 'menu.desktop');
    writeFileSync(file, menu.replace('Type=Service', 'Type=Application\nExec=true'));
    expect(spawnSync('desktop-file-validate', [file], { encoding: 'utf8' }).stdout).toBe('');
  });
});

/** As the specification of desktop entries has it. */
function argvOf(exec: string, file: string): string[] {
  const words = exec.replaceAll('\\\\', '\\').match(/"(?:[^"\\]|\\.)*"|\S+/g) ?? [];
  return words.map((word) => (word === '%f' ? file : word.replace(/^"|"$/g, '').replace(/\\(.)/g, '$1')));
}
