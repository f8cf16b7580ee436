/** Integrity monitoring while the daemon runs: other rules, wrong rules, a pause, a thread that dies. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openNotify } from '../../indexer/notify/store.js';
import { Receiver, writeConfig } from '../helpers/notify-receiver.js';
import { TestEnv, until } from '../helpers/test-env.js';

const ruleOf = (name: string, { url }: Receiver, ...more: string[]) =>
  ['[[notify]]', `name = "${name}"`, `paths = ["./${name}"]`, 'settleMs = 100', `webhook = "${url}"`, ...more, ''].join(
    '\n',
  );
const own = ({ all }: Receiver, kind: string) => all.filter(({ event_type: each }) => each === kind);

async function untilCompared(receiver: Receiver, times: number): Promise<void> {
  await until('it is compared', () => own(receiver, 'compared').length >= times);
}

describe('a configuration that is changed while the daemon runs', () => {
  it('takes effect, and is told to those who were told until then, also when no rule is left', async () => {
    const [env, first, second] = [new TestEnv(), await Receiver.start(), await Receiver.start()];
    for (const name of ['a', 'b']) mkdirSync(env.path(name));
    writeConfig(env, ruleOf('a', first));
    await env.startDaemon();
    await untilCompared(first, 1);
    writeConfig(env, ruleOf('a', first) + ruleOf('b', second));
    await untilCompared(second, 1);
    await until('the first one hears of it', () => own(first, 'rules_changed').length > 0);
    expect(own(first, 'rules_changed')).toMatchObject([{ text: 'the rules are changed: added b' }]);
    expect(own(second, 'rules_changed')).toEqual([]);
    for (const name of ['a/1', 'b/2']) writeFileSync(env.path(name), 'x');
    await until('both are told', () => first.changes.length > 0 && second.changes.length > 0);
    expect([first, second].map((each) => each.linesIn(env.tree))).toEqual([['created a/1'], ['created b/2']]);
    writeConfig(env, '');
    const text = 'the rules are changed: removed a, b';
    await until('both hear of the end', () =>
      [first, second].every((each) => own(each, 'rules_changed').at(-1)?.text === text),
    );
  });

  it('and is wrong: the rules of before go on, it is said once and in status, until it is right', async () => {
    const [env, receiver] = [new TestEnv(), await Receiver.start()];
    mkdirSync(env.path('a'));
    writeConfig(env, ruleOf('a', receiver));
    const daemon = await env.startDaemon();
    await untilCompared(receiver, 1);
    const wrong = ruleOf('a', receiver, 'diff = { redact = ["(?<=x)y"] }');
    writeConfig(env, wrong);
    const trouble = () => env.status().troubles.find((text) => text.includes('the rules of before go on'));
    await until('it is in status', () => trouble() !== undefined);
    expect(trouble()).toMatch(/config\.toml, line 6, column \d+: .*`redact` has a pattern that is wrong/);
    daemon.process.kill('SIGHUP');
    await untilCompared(receiver, 2);
    writeFileSync(env.path('a/1'), 'x');
    await until('a change is told', () => receiver.changes.length > 0);
    expect(trouble()).toBeDefined();
    expect(own(receiver, 'rules_changed')).toEqual([]);
    writeConfig(env, ruleOf('a', receiver, 'severity = "info"'));
    await untilCompared(receiver, 3);
    await until('it is no trouble any more', () => trouble() === undefined);
    expect(own(receiver, 'rules_changed')).toMatchObject([{ text: 'the rules are changed: changed a' }]);
  });
});

describe('a pause', () => {
  it('is told, and its end', async () => {
    const [env, receiver] = [new TestEnv(), await Receiver.start()];
    mkdirSync(env.path('a'));
    writeConfig(env, ruleOf('a', receiver));
    const daemon = await env.startDaemon();
    await untilCompared(receiver, 1);
    env.run('find-textd', 'pause');
    await until('the pause is told', () => own(receiver, 'pause').length > 0);
    expect(own(receiver, 'pause')).toMatchObject([
      { text: 'find-text is paused until `find-textd resume`', details: { kind: 'user' } },
    ]);
    env.run('find-textd', 'resume');
    await until('its end is told', () => own(receiver, 'resume').length > 0);
    await daemon.end('SIGTERM');
    expect(receiver.all.map(({ event_type: kind }) => kind)).toEqual(['start', 'compared', 'pause', 'resume', 'stop']);
  });
});

describe('a notify thread that dies', () => {
  it('is a trouble, and is started again: nothing is lost', async () => {
    const [env, receiver] = [new TestEnv(), await Receiver.start()];
    mkdirSync(env.path('a'));
    writeConfig(env, ruleOf('a', receiver));
    await env.startDaemon();
    await untilCompared(receiver, 1);
    const db = openNotify(env.dataDirectory);
    db.exec('ALTER TABLE cursor RENAME TO away');
    writeFileSync(env.path('a/1'), 'x');
    const trouble = () => env.status().troubles.find((text) => text.includes('integrity monitoring'));
    await until('it is in status', () => trouble() !== undefined);
    expect(trouble()).toMatch(/no such table.*it is started again, and compares with the disk then/);
    db.exec('ALTER TABLE away RENAME TO cursor');
    db.close();
    await until('the change is told', () => receiver.linesIn(env.tree).includes('created a/1'));
    await until('the trouble is over', () => trouble() === undefined);
    expect(receiver.linesIn(env.tree)).toEqual(['created a/1']);
  });
});
