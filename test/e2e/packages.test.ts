/** Upgrades by the real dpkg under a real daemon: one line for each package, and an alert for what is not as packaged. */
import { describe, expect, it } from 'vitest';
import { AUDIT_TEST_MS, whyNoAudit } from '../helpers/audit-machine.js';
import { sh, startDaemon } from '../helpers/audit-world.js';
import { Auditd } from '../helpers/auditd.js';
import { DpkgMachine, whyNoDpkg } from '../helpers/dpkg-machine.js';
import { Receiver, ruleLines, writeRules } from '../helpers/notify-receiver.js';
import { TestEnv, until } from '../helpers/test-env.js';

const whyNoUpgrade = whyNoDpkg();
const whyNot = whyNoUpgrade ?? whyNoAudit();
const FILES = 300;

function filesOf(version: string, count = FILES): Record<string, string> {
  return Object.fromEntries(
    Array.from({ length: count }, (_, at) => [`usr/share/many/file-${at}`, `${version} of ${at}\n`]),
  );
}

function machineIn(env: TestEnv): DpkgMachine {
  const machine = new DpkgMachine(env.tree);
  Object.assign(env.env, { DPKG_ROOT: machine.root, DPKG_ADMINDIR: machine.admin });
  return machine;
}

function lines({ all }: Receiver): readonly string[] {
  return all.filter(({ type }) => type === 'monitor.package_changed').map(({ text = '' }) => text);
}

/** A comparison that began before the index was complete is followed by another one. */
async function untilCompared({ all }: Receiver, env: TestEnv): Promise<void> {
  await env.untilSettled();
  const completeMs = env.status().freshness[0]?.completeSinceMs ?? Number.POSITIVE_INFINITY;
  const isLater = (details: unknown) => Date.parse((details as { began: string }).began) >= completeMs;
  await until('the folder is compared with the disk', () =>
    all.some(({ type, details }) => type === 'monitor.compared' && isLater(details)),
  );
}

async function untilTold(receiver: Receiver, env: TestEnv, isTold: () => boolean): Promise<void> {
  await until(() => `it is told: ${[...lines(receiver), ...receiver.linesIn(env.tree)].join(', ')}`, isTold);
}

describe.skipIf(whyNot)(
  `an upgrade, with audit${whyNot ? ` (not here: ${whyNot})` : ''}`,
  { timeout: AUDIT_TEST_MS },
  () => {
    it(`of ${FILES} files is one line when dpkg has ended, and so is the next; other content is told`, async () => {
      const [env, receiver] = [new TestEnv(), await Receiver.start()];
      const machine = machineIn(env);
      machine.dpkg('-i', machine.build('many', '1.0', { ...filesOf('1.0'), 'usr/share/many/left-out': 'x' }));
      const next = machine.build('many', '2.0', filesOf('2.0'));
      const auditd = await Auditd.start([env.tree]);
      const beforeMs = Date.now();
      const daemon = await startDaemon(env, auditd, ruleLines(receiver, 'first = "all"'));
      await until('the mark of the daemon is read', () => (auditd.status?.readMs ?? 0) >= beforeMs);
      await untilCompared(receiver, env);
      const isTold = (name: string) => receiver.changes.some(({ src_path: path }) => path === env.path(name));

      const script = `echo otherwise >> '${env.path('usr/share/many/file-7')}'`;
      const dpkg = await machine.startInstalling('many', '1.1-2', filesOf('1.1'), script);
      sh('echo mine > mine', env.tree);
      await untilTold(receiver, env, () => isTold('mine'));
      expect([lines(receiver), receiver.linesIn(env.tree)]).toEqual([[], ['created mine']]);

      await dpkg.goOn();
      await untilTold(receiver, env, () => lines(receiver).length > 0 && isTold('usr/share/many/file-7'));
      machine.dpkg('-i', next);
      await untilTold(receiver, env, () => lines(receiver).length > 1);
      sh('echo tampered >> usr/share/many/file-123', env.tree);
      await untilTold(receiver, env, () => isTold('usr/share/many/file-123'));
      await daemon.end('SIGTERM');
      expect(receiver.changes.map(({ src_path: path, actor }) => [path, actor?.process.name])).toEqual([
        [env.path('mine'), 'sh'],
        [env.path('usr/share/many/file-7'), expect.any(String)],
        [env.path('usr/share/many/file-123'), 'sh'],
      ]);
      // At first without the one that the script wrote to, with the one that is left out.
      expect(lines(receiver)).toEqual([
        `package many 1.0 → 1.1-2: ${FILES} files, all as packaged`,
        `package many 1.1-2 → 2.0: ${FILES} files, all as packaged`,
      ]);
    });
  },
);

describe.skipIf(whyNoUpgrade)('an upgrade, with inotify', () => {
  it('is told file by file: nobody is known who did it', async () => {
    const [env, receiver] = [new TestEnv(), await Receiver.start()];
    const machine = machineIn(env);
    machine.dpkg('-i', machine.build('many', '1.0', filesOf('1.0', 5)));
    const upgrade = machine.build('many', '1.1', filesOf('1.1', 5));
    writeRules(env, receiver, 'first = "all"', 'settleMs = 2000');
    await env.startDaemon();
    await untilCompared(receiver, env);
    machine.dpkg('-i', upgrade);
    const expected = Object.keys(filesOf('', 5)).map((name) => `modified ${name}`);
    await until(
      () => `these are told: ${expected.join(', ')}, not ${receiver.linesIn(env.tree).join(', ')}`,
      () => expected.every((line) => receiver.linesIn(env.tree).some((told) => told.startsWith(line))),
    );
    expect(lines(receiver)).toEqual([]);
  });
});
