/** With a real auditd the process that an event names is the one that did it: users, logins, programs and scripts told apart. */
import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { EventLine } from '../../indexer/commands/events.js';
import { AUDIT_TEST_MS, whyNoAudit } from '../helpers/audit-machine.js';
import { startDaemon, startWorld } from '../helpers/audit-world.js';
import { type TestEnv, until } from '../helpers/test-env.js';

const whyNot = whyNoAudit();
const ANN = 12_345;
const BOB = 12_346;

const become = (login: number, user: number) =>
  `echo ${login} > /proc/self/loginuid; exec setpriv --reuid ${user} --regid ${user} --clear-groups sh -ec "$0"`;

/** Logged in as one, acting as another, as under sudo. */
function as(login: number, user: number, script: string, cwd: string): void {
  execFileSync('sh', ['-ec', become(login, user), script], { cwd, stdio: ['ignore', 'ignore', 'inherit'] });
}

/** The same for a script that reads a line when it has to wait. */
function begin(user: number, script: string, cwd: string) {
  const child = spawn('sh', ['-ec', become(user, user), script], { cwd, stdio: ['pipe', 'ignore', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

function eventsOf(env: TestEnv): EventLine[] {
  const { stdout } = env.run('find-textd', 'events', '--json');
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as EventLine);
}

/** `create a.txt by 12345/0 sh`: login, user, name of the process. */
function told(env: TestEnv): string[] {
  return eventsOf(env).map(({ kind, path, to, origin, who }) => {
    const names = [path, ...(to === undefined ? [] : [to])].map((each) => each.replace(`${env.tree}/`, ''));
    return `${kind} ${names.join(' > ')} ${who ? `by ${who.auid}/${who.uid} ${who.comm}` : `by nobody: ${origin}`}`;
  });
}

async function untilTold(env: TestEnv, ...lines: string[]): Promise<void> {
  await until(
    () => `these are told:\n${lines.join('\n')}\nnot only:\n${told(env).join('\n')}`,
    () => lines.every((line) => told(env).includes(line)),
  );
}

async function sharedWorld(prepare?: string) {
  const world = await startWorld(prepare === undefined ? {} : { prepare });
  chmodSync(world.env.home, 0o755);
  chmodSync(world.env.tree, 0o777);
  await world.env.untilSettled();
  return world;
}

describe.skipIf(whyNot)(`who did it${whyNot ? ` (not here: ${whyNot})` : ''}`, { timeout: AUDIT_TEST_MS }, () => {
  it('is the user, also one who acts as another', async () => {
    const { env } = await sharedWorld();
    as(ANN, ANN, 'echo x > ann.txt', env.tree);
    as(BOB, BOB, 'echo x > bob.txt; mv ann.txt taken.txt', env.tree);
    as(ANN, 0, 'rm bob.txt', env.tree);
    await untilTold(
      env,
      `create ann.txt by ${ANN}/${ANN} sh`,
      `create bob.txt by ${BOB}/${BOB} sh`,
      `rename ann.txt > taken.txt by ${BOB}/${BOB} mv`,
      `delete bob.txt by ${ANN}/0 rm`,
    );
    await env.untilSettled();
    expect(told(env).filter((line) => line.includes('by nobody'))).toEqual([]);
  });

  it('is the program, of a script its name, whatever started it', async () => {
    const { env } = await sharedWorld('mkdir in; echo x > in/a; echo x > in/b; tar cf ../some.tar in; rm -r in');
    writeFileSync(`${env.home}/save.sh`, '#!/bin/sh\necho saved > saved.txt\n', { mode: 0o755 });
    mkdirSync(`${env.tree}/old/deep`, { recursive: true });
    writeFileSync(`${env.tree}/old/deep/f`, 'x');
    as(ANN, ANN, `perl -e 'system("../save.sh"); exit 0'; tar xf ../some.tar; sed -i s/x/y/ in/a`, env.tree);
    await untilTold(
      env,
      `create saved.txt by ${ANN}/${ANN} save.sh`,
      `mkdir in by ${ANN}/${ANN} tar`,
      `create in/a by ${ANN}/${ANN} tar`,
      `create in/b by ${ANN}/${ANN} tar`,
    );
    await until('sed is told', () =>
      told(env).some((line) => line.startsWith('rename in/sed') && line.endsWith(' sed')),
    );
    as(BOB, 0, 'rm -r in old', env.tree);
    await untilTold(
      env,
      ...['delete in/a', 'delete in/b', 'rmdir in', 'delete old/deep/f', 'rmdir old/deep', 'rmdir old'].map(
        (line) => `${line} by ${BOB}/0 rm`,
      ),
    );
    await env.untilSettled();
    expect(told(env).filter((line) => line.includes('by nobody'))).toEqual([]);
  });

  it('is the one who opened a file that is written to later', async () => {
    const { env } = await sharedWorld();
    const writer = begin(ANN, 'exec 3> log.txt; echo first >&3; read line; echo second >&3', env.tree);
    await env.untilFound('first', ['log.txt']);
    writer.stdin.end('\n');
    await env.untilFound('second', ['log.txt']);
    await env.untilSettled();
    const lines = told(env).filter((line) => line.includes('log.txt'));
    expect(lines.length).toBeGreaterThan(1);
    expect(lines.filter((line) => !line.endsWith(`log.txt by ${ANN}/${ANN} sh`))).toEqual([]);
  });

  it('is asked of what was done: a link is no write, and what goes is that name alone', async () => {
    const { env } = await sharedWorld();
    as(ANN, ANN, 'echo original > a.txt', env.tree);
    await env.untilFound('original', ['a.txt']);
    await env.untilSettled();
    // It may have been looked at before its text was there.
    const before = told(env);
    const first = before.filter((line) => line.includes('a.txt'));
    expect(first.filter((line) => !/^(?:create|write) a\.txt by 12345\/12345 sh$/.test(line))).toEqual([]);
    as(ANN, ANN, 'ln a.txt b.txt', env.tree);
    await untilTold(env, `link a.txt > b.txt by ${ANN}/${ANN} ln`);
    as(ANN, ANN, 'mkdir q; ln a.txt q/z; ln a.txt q/a.txt; rm -r q', env.tree);
    await untilTold(env, `delete q/z by ${ANN}/${ANN} rm`, `delete q/a.txt by ${ANN}/${ANN} rm`);
    await env.untilSettled();
    const since = told(env).slice(before.length);
    expect(since.filter((line) => / [ab]\.txt by/.test(line) && !line.includes('>'))).toEqual([]);
    expect(since.filter((line) => line.startsWith('write'))).toEqual([]);
  });

  it('is told once, also when the daemon is killed, and when the index is rebuilt meanwhile', async () => {
    const { env, auditd, daemon } = await sharedWorld();
    as(ANN, ANN, 'echo x > one.txt', env.tree);
    await untilTold(env, `create one.txt by ${ANN}/${ANN} sh`);
    await daemon.end('SIGKILL');
    as(BOB, BOB, 'echo x > two.txt', env.tree);
    await startDaemon(env, auditd);
    await untilTold(env, `create two.txt by ${BOB}/${BOB} sh`);
    expect(env.run('find-textd', 'rebuild').status).toBe(0);
    // The daemon has not taken the new index yet.
    as(ANN, ANN, 'echo x > three.txt; mkdir four', env.tree);
    await untilTold(env, `create three.txt by ${ANN}/${ANN} sh`, `mkdir four by ${ANN}/${ANN} mkdir`);
    await env.untilSettled();
    const all = eventsOf(env);
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    expect(told(env).filter((line) => line.includes('by nobody'))).toEqual([]);
    expect(told(env).filter((line) => /^(?:create|mkdir) /.test(line))).toEqual([
      `create one.txt by ${ANN}/${ANN} sh`,
      `create two.txt by ${BOB}/${BOB} sh`,
      `create three.txt by ${ANN}/${ANN} sh`,
      `mkdir four by ${ANN}/${ANN} mkdir`,
    ]);
  });

  it('is waited for when a comparison finds the change while auditd is behind', async () => {
    const { env, auditd, daemon } = await sharedWorld();
    const untilMarked = async () => {
      const before = auditd.untaken;
      await until('the daemon has made a mark', () => auditd.untaken > before);
    };
    auditd.signalDaemon('SIGSTOP');
    as(ANN, ANN, 'echo x > late.txt', env.tree);
    daemon.process.kill('SIGHUP');
    // The first one is made at each start.
    await untilMarked();
    await untilMarked();
    auditd.signalDaemon('SIGCONT');
    await untilTold(env, `create late.txt by ${ANN}/${ANN} sh`);
    await env.untilSettled();
    expect(told(env).filter((line) => line.includes('by nobody'))).toEqual([]);
  });
});
