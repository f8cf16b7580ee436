/** The clock is set, back and forth, while the daemon runs and while it does not: all goes on, and nothing is told of times to come. */
import { appendFileSync, linkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FakeClock, whyNoFakeClock } from '../helpers/fake-clock.js';
import { Receiver, writeRules } from '../helpers/notify-receiver.js';
import { TestEnv, until } from '../helpers/test-env.js';

/** Times since 1970 anywhere in `value`; durations are shorter. */
function timesOf(value: unknown): number[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, each]) =>
    /Ms$/.test(name) && Number(each) > 1e12 ? [Number(each)] : timesOf(each),
  );
}

async function untilAllIsPast(env: TestEnv, clock: FakeClock): Promise<void> {
  await until('status tells of no times to come', () => timesOf(env.status()).every((ms) => ms <= clock.now()));
}

describe.skipIf(whyNoFakeClock)(`the clock${whyNoFakeClock ? ` (not here: ${whyNoFakeClock})` : ''}`, () => {
  it('may be set by hours while the daemon runs: what is saved is found, a pause lasts as long as it was to', async () => {
    const env = new TestEnv();
    const clock = new FakeClock(env);
    writeFileSync(env.path('one.txt'), 'first');
    linkSync(env.path('one.txt'), env.path('two.txt'));
    clock.set(1);
    await env.startDaemon();
    expect(timesOf(env.status()).length).toBeGreaterThanOrEqual(3);
    for (const hours of [0, -24]) {
      clock.set(hours);
      appendFileSync(env.path('one.txt'), ` word${hours + 100}`);
      await env.untilFound(`word${hours + 100}`, ['one.txt', 'two.txt']);
      await env.untilSettled();
      await untilAllIsPast(env, clock);
      expect(env.run('find-text', 'first').stderr).toBe('');
      expect(env.run('find-textd', 'status').stdout).toMatch(/^folders .* complete since /m);
    }
    expect(env.run('find-textd', 'pause', '--for', '2h').status).toBe(0);
    clock.set(48);
    await until('status tells of the same end of the pause by the new clock', () => {
      const { rest } = env.status();
      const leftHours = rest?.kind === 'user' ? ((rest.untilMs ?? 0) - clock.now()) / 3_600_000 : 0;
      return leftHours > 1 && leftHours <= 2;
    });
    expect(env.status().spent?.seconds).toBeGreaterThanOrEqual(0);
  });

  it('may be set back by a day while the daemon runs: heartbeats go on', async () => {
    const [env, receiver] = [new TestEnv(), await Receiver.start()];
    const clock = new FakeClock(env);
    writeRules(env, receiver);
    appendFileSync(
      join(env.env.XDG_CONFIG_HOME as string, 'find-text/config.toml'),
      '[integrity]\nheartbeatMinutes = 1\n',
    );
    await env.startDaemon();
    const isTold = (kind: string) => receiver.all.some(({ event_type: each }) => each === kind);
    await until('the folder is compared with the disk', () => isTold('compared'));
    clock.set(-24);
    await until('there is a heartbeat', () => isTold('heartbeat'));
  });

  it('may be set back while no daemon runs: nothing is read twice, and since when changes may be missing is not known', async () => {
    const env = new TestEnv();
    const clock = new FakeClock(env);
    writeFileSync(env.path('one.txt'), 'first');
    linkSync(env.path('one.txt'), env.path('two.txt'));
    await (await env.startDaemon()).end('SIGKILL');
    clock.set(-24);
    appendFileSync(env.path('one.txt'), ' second');
    expect(env.run('find-text', '-l', 'first').stderr).toContain(
      'nothing keeps the index current: later changes are not known; start',
    );
    expect(env.run('find-textd', 'status').stdout).toMatch(/^folders +\S+\/tree was complete until find-textd ended$/m);
    const [root] = env.status().freshness;
    expect(root).toMatchObject({ keptUntilMs: 0, gaps: [] });
    expect(root?.completeSinceMs).toBeLessThanOrEqual(clock.now());
    await env.startDaemon();
    await env.untilFound('second', ['one.txt', 'two.txt']);
    await env.untilSettled();
    await untilAllIsPast(env, clock);
    const filesDone = () => env.status().state?.filesDone ?? 0;
    const before = filesDone();
    writeFileSync(env.path('three.txt'), 'third');
    await env.untilFound('third', ['three.txt']);
    await until('it is counted', () => filesDone() > before);
    expect(filesDone()).toBe(before + 1);
  });
});
