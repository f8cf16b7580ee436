/** docs/integrity.md and "Who changed what" of the README, followed as they are written: commands, configuration, receivers. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { signatureHeaders, trySigner } from '../../indexer/notify/deliver/sign.js';
import { type Daemon, TestEnv, until } from '../helpers/test-env.js';

const TOP = fileURLToPath(new URL('../..', import.meta.url));
const GUIDE = readFileSync(join(TOP, 'docs/integrity.md'), 'utf8');
const README = readFileSync(join(TOP, 'README.md'), 'utf8');
const PORT = 8099;
/** An address of the loopback that no other test process has. */
const ADDRESS = `127.${(process.pid >> 16) & 255}.${(process.pid >> 8) & 255}.${process.pid & 255 || 255}`;
const HOOK = `http://${ADDRESS}:${PORT}/hook`;

const blocks = (language: string) =>
  [...GUIDE.matchAll(new RegExp(`\`\`\`${language}\n([^]*?)\`\`\``, 'g'))].map(([, text]) => text as string);
const typedIn = (text: string) => [...text.matchAll(/^\$ (.*)$/gm)].map(([, line]) => line as string);
const TYPED = blocks('console').flatMap(typedIn);
const here = (text: string) => text.replaceAll('127.0.0.1', ADDRESS);

/** As a person has it who has just set it up: nothing of XDG. */
function newcomer(): TestEnv {
  const env = new TestEnv();
  for (const name of ['DATA', 'STATE', 'CONFIG']) delete env.env[`XDG_${name}_HOME`];
  const folder = join(env.home, 'bin');
  mkdirSync(folder);
  writeFileSync(join(folder, 'find-textd'), `#!/bin/sh\nexec '${process.execPath}' '${TOP}dist/find-textd.js' "$@"\n`);
  chmodSync(join(folder, 'find-textd'), 0o755);
  env.env.PATH = `${folder}:${env.env.PATH}`;
  return env;
}

interface Started {
  readonly process: ChildProcess;
  stdout(): string;
}

function start(command: string, args: readonly string[], env: NodeJS.ProcessEnv): Started {
  const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'ignore'] });
  let text = '';
  child.stdout.on('data', (piece: Buffer) => (text += piece.toString()));
  const ended = new Promise((resolve) => child.on('exit', resolve));
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  return { process: child, stdout: () => text };
}

async function untilListening(url: string): Promise<void> {
  for (let isUp = false; !isUp; )
    isUp = await fetch(url, { method: 'POST', body: '' }).then(
      () => true,
      () => false,
    );
}

/** The one-liner of the page, in a shell. */
async function startPrinter(env: TestEnv): Promise<Started> {
  const line = TYPED.find((each) => each.startsWith('node -e')) as string;
  const receiver = start('sh', ['-c', `exec ${here(line)}`], env.env);
  await untilListening(HOOK);
  return receiver;
}

async function untilWatching(watch: Daemon): Promise<void> {
  await until('it watches', () => {
    if (watch.process.exitCode !== null) throw new Error(`it has ended: ${watch.stderr()}`);
    return /^watching /m.test(watch.stdout());
  });
}

const squeezed = (text: string) => text.replace(/ +/g, ' ');

describe('the walk-through', () => {
  it('leads to a line and a message for create, rewrite and delete', async () => {
    const env = newcomer();
    const printer = await startPrinter(env);
    mkdirSync(join(env.home, 'pii'));
    const [, variable = '', address = ''] =
      /^(\w+)=(\S+) find-textd watch ~\/pii$/.exec(TYPED.find((line) => line.includes(' watch ')) ?? '') ?? [];
    env.env[variable] = here(address);
    const watch = env.spawn('watch', join(env.home, 'pii'), '--source', 'inotify');
    await untilWatching(watch);
    const promised = /^watching .*$/m.exec(GUIDE)?.[0].replace('/home/anna', env.home);
    expect(watch.stdout()).toContain(here(promised ?? 'nothing'));
    const told = [...GUIDE.matchAll(/^\| (?:create|rewrite|delete) \| `([^`]*)`/gm)].map(([, line]) => line as string);
    expect(told).toHaveLength(3);
    const steps = TYPED.filter((line) => line.endsWith('pii/report.txt') && !line.startsWith('cat'));
    for (const [at, step] of steps.entries()) {
      expect(env.shell(step)).toMatchObject({ status: 0 });
      const line = (told[at] as string).replace('/home/anna', env.home);
      await until(line, () => squeezed(watch.stdout()).includes(` ${line}\n`));
      const [kind] = line.split(' ');
      await until(`${kind} is posted`, () => printer.stdout().includes(`"event_type":"${kind}"`));
    }
  });

  it('has a configuration that works as it is shown', async () => {
    const env = newcomer();
    const printer = await startPrinter(env);
    mkdirSync(join(env.home, 'pii'));
    mkdirSync(join(env.home, '.config/find-text'), { recursive: true, mode: 0o700 });
    const secrets = TYPED.filter((line) => line.startsWith('umask') || line.includes('.config/find-text/chat-'));
    expect(env.shell(here(secrets.join('\n')))).toMatchObject({ status: 0 });
    writeFileSync(join(env.home, '.config/find-text/config.toml'), blocks('toml')[0] as string, { mode: 0o600 });
    writeFileSync(join(env.home, 'pii/app.conf'), 'limit = 10\n');
    expect(env.run('find-textd', 'notify', 'rules')).toMatchObject({ status: 0, stderr: '' });
    const promised = /^chat \(.*\n.*\nlines .*\n/m.exec(GUIDE)?.[0].replace('/home/anna', env.home) ?? 'nothing';
    expect(env.shell('find-textd notify test pii')).toEqual({ status: 0, stdout: here(promised), stderr: '' });
    const daemon = await env.startDaemon(['--source', 'inotify']);
    await until('it is compared', () => printer.stdout().includes('compared with the disk'));
    writeFileSync(join(env.home, 'pii/app.conf'), 'limit = 9999\npassword = hunter22\n');
    await until('it is told', () => printer.stdout().includes('app.conf was modified'));
    const said = printer.stdout();
    for (const line of ['size 11 → 33 bytes (+22)', '-limit = 10', '+limit = 9999', '+password = ‹secret:password:'])
      expect([GUIDE.includes(line), said.includes(line)]).toEqual([true, true]);
    expect(said).not.toContain('hunter22');
    expect(daemon.stderr()).not.toContain('Warning');
    expect(env.run('find-textd', 'verify').status).toBe(0);
  });
});

const hasPython = spawnSync('python3', ['--version']).status === 0;

describe.each([
  ['node', 'js', 'receiver.mjs', true],
  ['python3', 'python', 'receiver.py', hasPython],
] as const)('the receiver for %s', (program, language, name, isThere) => {
  it.skipIf(!isThere)('takes what find-text signed, and nothing else', async () => {
    const env = newcomer();
    const file = join(env.home, name);
    writeFileSync(file, here(blocks(language)[0] as string));
    const [secret, other] = ['a', 'b'].map((letter) => `whsec_${Buffer.alloc(32, letter).toString('base64')}`);
    const command = program === 'node' ? process.execPath : program;
    const receiver = start(command, [file], { ...process.env, WHSEC: secret, PORT: String(PORT) });
    await untilListening(HOOK);
    const body = JSON.stringify({ type: 'file.created', src_path: '/srv/ü😀' });
    const post = async (key: string, sent = body, agoS = 0) => {
      const signed = { id: 'evt_1', timestampS: Math.floor(Date.now() / 1_000) - agoS, body };
      const signers = [other, key].map((each) => trySigner(each as string)).filter((each) => each !== undefined);
      return (await fetch(HOOK, { method: 'POST', body: sent, headers: { ...signatureHeaders(signed, signers) } }))
        .status;
    };
    expect(await post(secret as string)).toBe(204);
    await until('it is printed', () => receiver.stdout().includes(body));
    expect(await post(other as string)).toBe(401);
    expect(await post(secret as string, body.replace('created', 'deleted'))).toBe(401);
    expect(await post(secret as string, body, 3_600)).toBe(401);
    expect(receiver.stdout().trim()).toBe(body);
    rmSync(file);
  });
});

it('the examples of the README work', async () => {
  const section = README.split('## Who changed what')[1]?.split('\n## ')[0] ?? '';
  const [watching = '', ...asking] = typedIn(section).map((line) => line.replace(/ +#.*$/, ''));
  expect([watching, asking]).toEqual([expect.stringContaining('find-textd watch ~/pii'), expect.any(Array)]);
  const env = newcomer();
  const printer = await startPrinter(env);
  const folder = join(env.home, 'pii');
  mkdirSync(folder);
  const [assignment = ''] = watching.split(' ');
  const [variable = ''] = assignment.split('=');
  env.env[variable] = HOOK;
  await untilWatching(env.spawn('watch', folder, '--source', 'inotify'));
  await env.startDaemon([folder, '--source', 'inotify']);
  writeFileSync(join(folder, 'report.txt'), 'hello');
  await until('it is posted', () => printer.stdout().includes('"created"'));
  const [report = '', events = '', backup = ''] = asking;
  expect(env.shell(report).stdout).toMatch(/created .*report\.txt/);
  await until('it is in the events', () => /created: .*report\.txt/.test(env.shell(events).stdout));
  expect(env.shell(backup)).toMatchObject({ status: 1 });
  expect(env.shell(backup).stderr + env.shell(backup).stdout).toContain('report.txt');
});
