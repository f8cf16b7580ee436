/** What is left out by default, by a path in the configuration, and how a person sees it. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { rareWord, remains } from '../helpers/remains.js';
import { TestEnv, until } from '../helpers/test-env.js';

const SECRETS = [
  '.ssh/id_rsa',
  '.netrc',
  '.gnupg/notes.txt',
  '.password-store/a.txt',
  '.bash_history',
  '.cache/pip/a.txt',
];

function filled(config: string): TestEnv {
  const env = new TestEnv();
  mkdirSync(join(env.home, 'config/find-text'), { recursive: true });
  writeFileSync(join(env.home, 'config/find-text/config.toml'), config);
  for (const path of [...SECRETS, '.ssh/config', 'Docs/private/s.txt', 'Docs/open.txt']) {
    mkdirSync(dirname(env.path(path)), { recursive: true });
    writeFileSync(env.path(path), 'wordofall');
  }
  return env;
}

describe('what people keep secret', () => {
  it('is not indexed, unless it is switched on', async () => {
    const env = filled('');
    const daemon = await env.startDaemon();
    expect(env.found('wordofall')).toEqual(['.ssh/config', 'Docs/open.txt', 'Docs/private/s.txt']);
    await daemon.end('SIGTERM');
    writeFileSync(
      join(env.home, 'config/find-text/config.toml'),
      '[ignore]\nsecrets = false\nhistories = false\ncaches = false\n',
    );
    await env.startDaemon();
    await env.untilFound('wordofall', [...SECRETS, '.ssh/config', 'Docs/open.txt', 'Docs/private/s.txt']);
  });

  it('is listed with its switches by `find-textd rules`', () => {
    const env = filled('[ignore]\nsecrets = false\npatterns = ["~/Docs/private", "*.bak"]\n');
    const { stdout, status } = env.run('find-textd', 'rules');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^on +ignore\.caches +Leave out/m);
    expect(stdout).toMatch(/^off +ignore\.secrets +Leave out/m);
    for (const text of ['**/.ssh/id_*', '.netrc', '.gnupg/', '~/Docs/private', '*.bak']) expect(stdout).toContain(text);
  });
});

/** One file for each switch, and what says that it is left out. */
const SWITCHED: Readonly<Record<string, readonly [path: string, mark?: readonly [path: string, content: string]]>> = {
  vcs: ['.svn/a.txt'],
  nodeModules: ['node_modules/a.txt'],
  cacheDirs: ['cached/a.txt', ['cached/CACHEDIR.TAG', 'Signature: 8a477f597d28d172789f06886806bc55\n']],
  markerFiles: ['marked/a.txt', ['marked/.nomedia', '']],
  gitignore: ['repository/a.txt', ['repository/.gitignore', 'a.txt\n']],
  ignoreFile: ['own/a.txt', ['own/.find-textignore', 'a.txt\n']],
  caches: ['.cache/a.txt'],
  trash: ['.local/share/Trash/files/a.txt'],
  secrets: ['.netrc'],
  browserProfiles: ['.mozilla/firefox/a.txt'],
  histories: ['.bash_history'],
};

describe('a switch of the configuration', () => {
  it('brings files into an index that is there, and takes them and their words out again', async () => {
    const env = filled('');
    const names = Object.keys(SWITCHED);
    const word = (name: string) => rareWord(names.indexOf(name));
    mkdirSync(env.path('repository/.git'), { recursive: true });
    for (const [name, [path, ...marks]] of Object.entries(SWITCHED))
      for (const [file, content] of [[path, word(name)] as const, ...marks.flatMap((mark) => (mark ? [mark] : []))]) {
        mkdirSync(dirname(env.path(file)), { recursive: true });
        writeFileSync(env.path(file), content);
      }
    const startWith = async (isOn: boolean) => {
      const lines = names.map((name) => `${name} = ${isOn}\n`);
      writeFileSync(join(env.home, 'config/find-text/config.toml'), `[ignore]\n${lines.join('')}`);
      const daemon = await env.startDaemon();
      await env.untilSettled();
      return daemon;
    };
    const found = () => names.filter((name) => env.found(word(name)).length > 0);
    for (const isOn of [true, false]) {
      const daemon = await startWith(isOn);
      expect(found()).toEqual(isOn ? [] : names);
      await daemon.end('SIGTERM');
    }
    await startWith(true);
    expect(found()).toEqual([]);
    await until('the words are wiped', () => remains(env.dataDirectory, names.map(word)).length === 0);
  });
});

describe('a path in ignore.patterns', () => {
  it.each(['~/tree/Docs/private', './Docs/private', 'ABSOLUTE', 'ABSOLUTE/', '/Docs/private'])(
    '%s leaves that folder out',
    async (pattern) => {
      const env = new TestEnv();
      const text = pattern.replace('ABSOLUTE', env.path('Docs/private'));
      mkdirSync(join(env.home, 'config/find-text'), { recursive: true });
      writeFileSync(join(env.home, 'config/find-text/config.toml'), `[ignore]\npatterns = [${JSON.stringify(text)}]\n`);
      mkdirSync(env.path('Docs/private'), { recursive: true });
      writeFileSync(env.path('Docs/private/s.txt'), 'wordofall');
      writeFileSync(env.path('Docs/open.txt'), 'wordofall');
      const daemon = await env.startDaemon();
      expect(env.found('wordofall')).toEqual(['Docs/open.txt']);
      expect(daemon.stderr()).not.toContain('leaves nothing out');
    },
  );

  it('that can never match is told at the start', async () => {
    const env = filled('[ignore]\npatterns = ["/etc/passwd", "../x", "*.bak"]\n');
    const daemon = await env.startDaemon();
    expect(daemon.stderr().match(/use ".*" of ignore\.patterns: it leaves nothing out/g)).toEqual([
      'use "/etc/passwd" of ignore.patterns: it leaves nothing out',
      'use "../x" of ignore.patterns: it leaves nothing out',
    ]);
  });
});
