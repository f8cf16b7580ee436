/** What is left out by default, by a path in the configuration, and how a person sees it. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TestEnv } from '../helpers/test-env.js';

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
