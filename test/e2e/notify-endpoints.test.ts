/** What a person sees of endpoints, and does about them: with the real programs. */
import { once } from 'node:events';
import { appendFileSync, existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openNotifyForReading } from '../../indexer/notify/store.js';
import { Receiver, writeConfig, writeRules } from '../helpers/notify-receiver.js';
import { TestEnv, until } from '../helpers/test-env.js';

const endpoint = (name: string, { url }: Receiver) => `[[endpoint]]\nname = "${name}"\nwebhook = "${url}"\n`;
const RULE = '[[notify]]\nname = "all"\npaths = ["."]\nsettleMs = 100\n';
const kinds = ({ all }: Receiver) => all.map(({ event_type: kind }) => kind);

/** Kinds of the messages that no receiver has taken: others than those of the test may be among them. */
function waiting(env: TestEnv): string[] {
  const db = openNotifyForReading(env.dataDirectory);
  try {
    const payloads = (db?.prepare('SELECT payload FROM outbox').pluck().all() ?? []) as string[];
    return payloads.map((payload) => JSON.parse(payload).event_type);
  } finally {
    db?.close();
  }
}

describe('an endpoint that says that it is gone', () => {
  it('is switched off: the others are told, status says so, and `notify enable` tries it again', async () => {
    const [env, well, gone] = [new TestEnv(), await Receiver.start(), await Receiver.start()];
    writeConfig(env, RULE + endpoint('well', well) + endpoint('gone', gone));
    gone.status = 410;
    const daemon = await env.startDaemon();
    await until('the other one is told', () => kinds(well).includes('endpoint_off'));
    const told = well.all.find(({ event_type: kind }) => kind === 'endpoint_off');
    expect(told?.details).toEqual({ endpoint: 'gone' });
    expect(told?.text).toContain('`find-textd notify enable gone` switches it on');
    await until('it is said', () => daemon.stderr().includes('the webhook is gone for good'));
    const health = () => env.status().integrity?.endpoints.map(({ name, state }) => `${name} ${state}`);
    expect(health()).toEqual(['gone off', 'well works']);
    expect(env.run('find-textd', 'status').stdout).toMatch(/^endpoints gone \(127\.0\.0\.1:\d+\): off, \d+ waiting/m);
    gone.status = 204;
    expect(env.run('find-textd', 'notify', 'enable', 'gone').stdout).toBe('gone is tried again at once\n');
    await until('it has what was kept', () => kinds(gone).includes('compared'));
    expect(kinds(gone)).not.toContain('endpoint_off');
    expect(health()).toEqual(['gone works', 'well works']);
  });
});

describe('messages for an endpoint that is not configured any more', () => {
  it('are dead letters, and arrive when it is there again and they are sent again', async () => {
    const [env, receiver] = [new TestEnv(), await Receiver.start()];
    writeConfig(env, RULE + endpoint('ops', receiver));
    receiver.status = 503;
    const first = await env.startDaemon();
    await until('the folder is compared', () => waiting(env).includes('compared'));
    writeFileSync(env.path('a'), 'x');
    await until('the change waits, too', () => waiting(env).includes('created'));
    await first.end('SIGTERM');
    writeConfig(env, `${RULE}to = []\n`);
    const second = await env.startDaemon();
    await until('it is said', () => second.stderr().includes('`find-textd notify dead` lists them'));
    await second.end('SIGTERM');
    const dead = () => env.run('find-textd', 'notify', 'dead').stdout;
    expect(dead()).toMatch(/^\d+ {2}\S+ {2}ops {2}\d+: no such endpoint is configured any more$/m);
    receiver.status = 204;
    writeConfig(env, RULE + endpoint('ops', receiver));
    await env.startDaemon();
    expect(env.run('find-textd', 'notify', 'dead', '--resend', 'all').stdout).toMatch(
      /^\d+ messages will be sent again$/m,
    );
    await until('the change arrives', () => receiver.linesIn(env.tree).includes('created a'));
    expect(dead()).toBe('no message was given up\n');
  });
});

describe('find-textd notify test', () => {
  it('sends a valid event to the endpoints of the rule, before anything has run, too; its exit status says whether', async () => {
    const [env, receiver] = [new TestEnv(), await Receiver.start()];
    writeConfig(env, `${RULE}to = ["ops"]\n${endpoint('ops', receiver)}[[endpoint]]\nname = "other"\nfile = "-"\n`);
    const test = async (rule: string) => {
      const { process: child, stdout, stderr } = env.spawn('notify', 'test', rule);
      const [status] = await once(child, 'close');
      return [status, stdout(), stderr()];
    };
    expect(await test('all')).toEqual([
      0,
      expect.stringMatching(/^ops \(127\.0\.0\.1:\d+\): taken \(HTTP 204\)\n$/),
      '',
    ]);
    expect(receiver.all).toMatchObject([{ type: 'monitor.test', sequence: 0, text: expect.stringContaining('all') }]);
    receiver.status = 410;
    expect(await test('all')).toEqual([1, expect.stringContaining('gone for good (HTTP 410)'), '']);
    expect(await test('al')).toEqual([2, '', expect.stringContaining('rules are all')]);
    for (const args of [['dead'], ['enable', 'ops']]) {
      const early = env.run('find-textd', 'notify', ...args);
      expect([early.status, early.stderr]).toEqual([2, expect.stringContaining('integrity monitoring has never run')]);
    }
  });
});

it('a file in the folder that is watched is told nothing of itself', async () => {
  const [env, receiver] = [new TestEnv(), await Receiver.start()];
  symlinkSync(env.tree, join(env.home, 'link'));
  const lines = env.path('changes.jsonl');
  writeRules(env, receiver, 'first = "all"', 'to = ["lines"]');
  const file = join(env.env.XDG_CONFIG_HOME as string, 'find-text/config.toml');
  appendFileSync(file, `[[endpoint]]\nname = "lines"\nfile = "${join(env.home, 'link/changes.jsonl')}"\n`);
  await env.startDaemon();
  await until('it has a line', () => existsSync(lines) && readFileSync(lines, 'utf8').includes('monitor.compared'));
  for (const name of ['one', 'two']) {
    writeFileSync(env.path(name), 'x');
    await until(`${name} is told`, () => receiver.linesIn(env.tree).includes(`created ${name}`));
    await until('it has a line', () => readFileSync(lines, 'utf8').includes(`"${env.path(name)}"`));
  }
  expect(receiver.linesIn(env.tree)).toEqual(['created one', 'created two']);
});
