/** Upgrades by the real dpkg under a real daemon. */
import { describe, expect, it } from 'vitest';
import { DpkgMachine, whyNoDpkg } from '../helpers/dpkg-machine.js';
import { Receiver, writeRules } from '../helpers/notify-receiver.js';
import { TestEnv, until } from '../helpers/test-env.js';

const why = whyNoDpkg();

function filesOf(version: string, count: number): Record<string, string> {
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

async function untilCompared({ all }: Receiver): Promise<void> {
  await until('the folder is compared with the disk', () => all.some(({ type }) => type === 'monitor.compared'));
}

describe.skipIf(why)(`an upgrade, with inotify${why ? ` (not here: ${why})` : ''}`, () => {
  it('is told file by file: nobody is known who did it', async () => {
    const [env, receiver] = [new TestEnv(), await Receiver.start()];
    const machine = machineIn(env);
    machine.dpkg('-i', machine.build('many', '1.0', filesOf('1.0', 5)));
    const upgrade = machine.build('many', '1.1', filesOf('1.1', 5));
    writeRules(env, receiver, 'first = "all"', 'settleMs = 2000');
    await env.startDaemon();
    await untilCompared(receiver);
    machine.dpkg('-i', upgrade);
    const expected = Object.keys(filesOf('', 5)).map((name) => `modified ${name}`);
    await until(
      () => `these are told: ${expected.join(', ')}, not ${receiver.linesIn(env.tree).join(', ')}`,
      () => expected.every((line) => receiver.linesIn(env.tree).some((told) => told.startsWith(line))),
    );
    expect(lines(receiver)).toEqual([]);
  });
});
