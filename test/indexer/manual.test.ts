/** The manual pages and completions that the build has made, read by the programs that people have. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { DAEMON_MANUAL } from '../../indexer/manual.js';
import { SEARCH_MANUAL } from '../../search-cli/manual.js';
import { OPTIONS } from '../../shared/config/options.js';
import { configPage } from '../../shared/manual/config-page.js';
import { manPage } from '../../shared/manual/man-page.js';
import { optionNames } from '../../shared/manual/manual.js';
import { tempFolder } from '../helpers/temp.js';

const DIST = fileURLToPath(new URL('../../dist', import.meta.url));
const PAGES = ['find-text.1', 'find-textd.1', 'find-text-config.5'];
const MADE = { version: '1.2.3', date: '2026-11-29' };

const has = (program: string) => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;
/** As typed: what a page says in back quotes or with signs that roff reads. */
const plain = (page: string) =>
  page
    .replace(/\\f[BR]/g, '')
    .replaceAll('\\-', '-')
    .replaceAll('\\(ti', '~')
    .replaceAll('\\(aq', "'")
    .replace(/\\\[u([0-9A-F]+)\]/g, (_, code: string) => String.fromCodePoint(Number.parseInt(code, 16)));

describe('the manual pages', () => {
  it('have every option, command, argument and field', () => {
    for (const manual of [SEARCH_MANUAL, DAEMON_MANUAL]) {
      const page = plain(manPage(manual, MADE));
      const options = [manual, ...manual.commands].flatMap(({ options: all }) => all.flatMap(optionNames));
      const commands = manual.commands.map(({ words, arguments: args }) =>
        [...words, ...args.map(({ name }) => name)].join(' '),
      );
      const wanted = [...options, ...commands, ...manual.fields.map(({ example }) => example)];
      expect(wanted.length).toBeGreaterThan(30);
      expect(wanted.filter((text) => !page.includes(text))).toEqual([]);
    }
    expect(DAEMON_MANUAL.commands.map(({ words }) => words.join(' '))).toContain('audit install');
  });

  it('have every option of the configuration with its default', () => {
    const page = plain(configPage(MADE));
    const wanted = Object.entries(OPTIONS).map(([name, spec]) => `${name} = ${JSON.stringify(spec.default)}`);
    expect(wanted.filter((text) => !page.includes(text))).toEqual([]);
  });

  it('make text of what roff would understand', () => {
    const page = manPage({ ...DAEMON_MANUAL, description: ['.so /etc/passwd', 'a\\nb', "'quoted' ~ é"] }, MADE);
    expect(page).toContain('\n\\&.so /etc/passwd\n');
    expect(page).toContain('\na\\enb\n');
    expect(page).toContain('\\(aqquoted\\(aq \\(ti \\[u00E9]');
  });

  it.skipIf(!has('man')).each(PAGES)('%s gives man nothing to warn of', (page) => {
    const { stdout, stderr, status } = spawnSync('man', ['--warnings', '-l', join(DIST, 'man', page)], {
      encoding: 'utf8',
    });
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toContain('NAME');
  });

  it.skipIf(!has('mandoc')).each(PAGES)('%s gives mandoc nothing to remark', (page) => {
    const { stdout, stderr } = spawnSync('mandoc', ['-Tlint', join(DIST, 'man', page)], { encoding: 'utf8' });
    expect(stdout + stderr).toBe('');
  });
});

/** What is typed, `⇥` being the tab key → what the program gets. */
const TYPED: readonly (readonly [keys: string, ...args: string[]])[] = [
  ['find-text --int⇥', '--interactive'],
  ['find-text --color al⇥', '--color', 'always'],
  ['find-text --color=al⇥', '--color=always'],
  ['find-text mod⇥yest⇥', 'modified:yesterday'],
  ['find-text in:~/weird⇥', 'in:~/weird dir/'],
  ['find-text in:./wei⇥', 'in:./weird dir/'],
  ['find-text -in:~/Docs⇥', '-in:~/Docs/'],
  ['find-text a "b c" -ty⇥code', 'a', 'b c', '-type:code'],
  ['find-text type:ima⇥', 'type:image'],
  ['find-text sort:-new⇥', 'sort:-newest'],
  ['find-text by:daem⇥', 'by:daemon'],
  ['find-text lett⇥', 'letter.txt'],
  ['find-textd aud⇥inst⇥--own⇥daem⇥weir⇥', 'audit', 'install', '--owner', 'daemon', 'weird dir/'],
  ['find-textd run --source ino⇥Doc⇥', 'run', '--source', 'inotify', 'Docs/'],
  ['find-textd baseline cr⇥--pre⇥sys⇥', 'baseline', 'create', '--preset', 'system'],
  ['find-textd wh⇥lett⇥', 'why', 'letter.txt'],
];

function home(): string {
  const folder = tempFolder();
  for (const name of ['weird dir', 'Docs', 'Downloads']) mkdirSync(join(folder, name));
  writeFileSync(join(folder, 'letter.txt'), '');
  return folder;
}

/** For a shell that waits for more. */
const PATIENCE_MS = 60_000;

/** Types into a shell on a terminal. @returns the arguments that each line came to */
function typedInto(shell: string, start: string, lines: readonly string[] = TYPED.map(([keys]) => keys)): string[][] {
  const folder = home();
  const echo = ['find-text', 'find-textd'].map((name) => `${name}() { printf 'GOT<%s>' "$@"; echo; }`);
  const startFile = join(folder, '.start');
  writeFileSync(startFile, [start, ...echo, 'PS1=', ''].join('\n'));
  const input = [`. ${startFile}`, ...lines.map((keys) => keys.replaceAll('⇥', '\t')), 'exit', ''].join('\n');
  const env = { PATH: process.env.PATH, HOME: folder, TERM: 'dumb', LC_ALL: 'C' };
  const output = execFileSync('script', ['-qec', shell, '/dev/null'], {
    cwd: folder,
    env,
    input,
    timeout: PATIENCE_MS,
    encoding: 'utf8',
  });
  return output.split('\n').flatMap((line) => {
    const args = [...line.matchAll(/GOT<([^>]*)>/g)].map(([, arg]) => arg as string);
    return args.length > 0 && !line.includes('%s') ? [args] : [];
  });
}

const sources = (shell: string) =>
  ['find-text', 'find-textd'].map((name) => `. ${join(DIST, 'completions', shell, name)}`);

describe('completions', () => {
  it.skipIf(!has('bash') || !has('script'))('complete in bash what is typed', () => {
    expect(typedInto('bash --norc -i', sources('bash').join('\n'))).toEqual(TYPED.map(([, ...args]) => args));
  });

  it.skipIf(!has('bash') || !has('script'))('complete in bash a folder in quotes, and what is left out', () => {
    const typed = ['find-text "in:~/weir⇥', "find-text x '-in:~/weir⇥", 'find-text -na⇥x'];
    expect(typedInto('bash --norc -i', sources('bash').join('\n'), typed)).toEqual([
      ['in:~/weird dir/'],
      ['x', '-in:~/weird dir/'],
      ['-name:x'],
    ]);
  });

  it.skipIf(!has('zsh') || !has('script'))('complete in zsh what is typed', () => {
    const start = `fpath=(${join(DIST, 'completions/zsh')} $fpath); autoload -U compinit; compinit -u -D`;
    // It joins an option and its value by =, and leaves the slash away that it adds itself.
    const same = (args: readonly string[]) =>
      args
        .join(' ')
        .replaceAll('=', ' ')
        .replace(/\/(?= |$)/g, '');
    expect(typedInto('zsh -f -i', start).map(same)).toEqual(TYPED.map(([, ...args]) => same(args)));
  });

  it.skipIf(!has('fish')).each([
    ['find-text --int', '--interactive'],
    ['find-text --color al', 'always'],
    ['find-text mod', 'modified:'],
    ['find-text in:~/weir', 'in:~/weird dir/'],
    ['find-text -type:ima', '-type:image'],
    ['find-text by:daem', 'by:daemon'],
    ['find-text lett', 'letter.txt'],
    ['find-textd aud', 'audit'],
    ['find-textd audit inst', 'install'],
    ['find-textd audit install --owner daem', 'daemon'],
    ['find-textd audit install weir', 'weird dir/'],
    ['find-textd run --source ino', 'inotify'],
    ['find-textd baseline create --passphrase-file le', 'letter.txt'],
  ])('complete in fish %s', (typed, wanted) => {
    const folder = home();
    const file = join(DIST, 'completions/fish', `${typed.split(' ')[0]}.fish`);
    const env = { PATH: process.env.PATH, HOME: folder };
    const args = ['--no-config', '-c', 'source $argv[1]; complete -C $argv[2]', file, typed];
    const { stdout, stderr } = spawnSync('fish', args, { cwd: folder, env, encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(stdout.split('\n').map((line) => line.split('\t')[0])).toContain(wanted);
  });
});
