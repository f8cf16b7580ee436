/** What was wrong in the daemon as a whole, most of it found by the torture run. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeTroubles } from '../../shared/troubles.js';
import { TestEnv, until } from '../helpers/test-env.js';

describe('the daemon as a whole', () => {
  it('git that begins or ends in a folder changes what its .gitignore means', async () => {
    const env = new TestEnv();
    writeFileSync(env.path('.gitignore'), '*.log\n');
    writeFileSync(env.path('a.log'), 'ignored in git');
    const daemon = await env.startDaemon();
    expect(env.status().index.documents).toBe(2);
    mkdirSync(env.path('.git'));
    await until('a.log is left out', () => env.status().index.documents === 1);
    rmSync(env.path('.git'), { recursive: true });
    await until('a.log is back', () => env.status().index.documents === 2);
    expect(await daemon.end('SIGTERM')).toBe(0);
  });

  it('what git is told to leave out for itself takes effect at once', async () => {
    const env = new TestEnv();
    mkdirSync(env.path('work/.git/info'), { recursive: true });
    writeFileSync(env.path('work/secret.txt'), 'secretword');
    await env.startDaemon();
    expect(env.found('secretword')).toEqual(['work/secret.txt']);
    writeFileSync(env.path('work/.git/info/exclude'), 'secret.txt\n');
    await env.untilFound('secretword', []);
    rmSync(env.path('work/.git/info/exclude'));
    await env.untilFound('secretword', ['work/secret.txt']);
  });

  it('what was wrong before the index was opened anew is not told for ever', async () => {
    const env = new TestEnv();
    const daemon = await env.startDaemon();
    writeTroubles(join(env.home, 'run/find-text'), [{ kind: 'lost', text: 'events were dropped', sinceMs: 1 }]);
    expect(env.status()).toMatchObject({ isComplete: false, troubles: ['events were dropped'] });
    daemon.process.kill('SIGHUP');
    await env.untilSettled();
    expect(await daemon.end('SIGTERM')).toBe(0);
  });

  it('signals that come faster than the index can be opened anew neither end the daemon nor get lost', async () => {
    const env = new TestEnv();
    for (let n = 0; n < 200; n++) writeFileSync(env.path(`f${n}.txt`), `word${n}`);
    const daemon = await env.startDaemon();
    for (let n = 0; n < 20; n++) {
      daemon.process.kill('SIGHUP');
      await new Promise((resolve) => setTimeout(resolve, 3));
    }
    writeFileSync(env.path('later.txt'), 'later');
    await until('the daemon has found it', () => env.status().index.documents === 201);
    daemon.process.kill('SIGHUP');
    await new Promise((resolve) => setTimeout(resolve, 3));
    expect(await daemon.end('SIGTERM')).toBe(0);
  });
});
