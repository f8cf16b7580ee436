/** What was above a process: known or said to be unknown, never guessed. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  Ancestors,
  type LivingProcess,
  type ProcessLooks,
  unitIn,
} from '../../../../indexer/sources/audit/ancestors.js';

const AT_MS = 1_700_000_000_000;

/** Processes that started long before, unless told. */
class Machine implements ProcessLooks {
  readonly living = new Map<number, LivingProcess>();
  cgroup = '0::/system.slice/nginx.service\n';
  nowMs = AT_MS + 5;
  looked = 0;

  run(pid: number, comm: string, ppid: number, startedMs = AT_MS - 60_000): this {
    this.living.set(pid, { comm, ppid, startedMs });
    return this;
  }
  look(pid: number) {
    this.looked++;
    return this.living.get(pid);
  }
  cgroupOf() {
    return this.cgroup;
  }
  now() {
    return this.nowMs;
  }
}

const caller = (pid: number, ppid: number, comm = 'vim') => ({ pid, ppid, comm, exe: `/bin/${comm}` });
const login = () =>
  new Machine().run(1, 'init', 0).run(20, 'sshd', 1).run(30, 'bash', 20).run(35, 'sudo', 30).run(40, 'vim', 35);

describe('what was above a process', () => {
  it('is told from the nearest on', () => {
    const machine = new Machine().run(1, 'init', 0).run(30, 'bash', 1).run(40, 'vim', 30);
    expect(new Ancestors(machine).of(caller(40, 30), AT_MS)).toEqual({
      parents: ['bash', 'init'],
      isParentsCut: false,
      unit: 'nginx.service',
    });
  });

  it('is four processes at most', () => {
    const machine = login().run(41, 'sh', 40);
    const ancestors = new Ancestors(machine);
    expect(ancestors.of(caller(40, 35), AT_MS)).toMatchObject({
      parents: ['sudo', 'bash', 'sshd', 'init'],
      isParentsCut: false,
    });
    expect(ancestors.of(caller(41, 40, 'sh'), AT_MS)).toMatchObject({
      parents: ['vim', 'sudo', 'bash', 'sshd'],
      isParentsCut: true,
    });
  });

  it('is cut where one has ended', () => {
    const machine = login();
    machine.living.delete(30);
    expect(new Ancestors(machine).of(caller(40, 35), AT_MS)).toMatchObject({ parents: ['sudo'], isParentsCut: true });
  });

  it('is cut where its number belongs to a later process', () => {
    const machine = login().run(30, 'evil', 1, AT_MS + 500);
    expect(new Ancestors(machine).of(caller(40, 35), AT_MS)).toMatchObject({ parents: ['sudo'], isParentsCut: true });
  });

  it('is known of one that has ended, when it was seen a moment before', () => {
    const machine = login();
    const ancestors = new Ancestors(machine);
    ancestors.of(caller(40, 35), AT_MS);
    machine.living.clear();
    machine.nowMs = AT_MS + 300;
    expect(ancestors.of(caller(42, 30, 'rm'), AT_MS + 290)).toEqual({
      parents: ['bash', 'sshd', 'init'],
      isParentsCut: false,
      unit: null,
    });
  });

  it('is known of one that did something itself a moment before, by the records alone', () => {
    const machine = new Machine().run(1, 'init', 0).run(30, 'bash', 1);
    const ancestors = new Ancestors(machine);
    ancestors.of(caller(50, 30, 'make'), AT_MS);
    expect(ancestors.of(caller(51, 50, 'cp'), AT_MS + 3)).toMatchObject({
      parents: ['make', 'bash', 'init'],
      isParentsCut: false,
    });
  });

  it('is not known of one that was seen long ago', () => {
    const machine = login();
    const ancestors = new Ancestors(machine);
    ancestors.of(caller(40, 35), AT_MS);
    machine.living.clear();
    machine.nowMs = AT_MS + 3_000;
    expect(ancestors.of(caller(42, 30, 'rm'), AT_MS + 2_990)).toEqual({ parents: [], isParentsCut: true, unit: null });
  });

  it('is not looked up for what happened long ago, nor where the records name no process', () => {
    const machine = login();
    const ancestors = new Ancestors(machine);
    const nothing = { parents: [], isParentsCut: true, unit: null };
    expect(ancestors.of(caller(40, 35), AT_MS - 60_000)).toEqual(nothing);
    expect(ancestors.of({ pid: null, ppid: null, comm: null, exe: null }, AT_MS)).toEqual(nothing);
    expect(machine.looked).toBe(0);
  });

  it('is looked up once for what a process does in a moment', () => {
    const machine = login();
    const ancestors = new Ancestors(machine);
    ancestors.of(caller(40, 35), AT_MS);
    const { looked } = machine;
    for (let n = 0; n < 100; n++) ancestors.of(caller(40, 35), AT_MS + n);
    expect(machine.looked).toBe(looked);
  });

  it('has no unit when the process has ended, or is another one by then', () => {
    const machine = login();
    const ended = new Ancestors(machine);
    machine.living.delete(40);
    expect(ended.of(caller(40, 35), AT_MS).unit).toBeNull();
    machine.run(40, 'evil', 1, AT_MS + 400);
    machine.nowMs = AT_MS + 1_500;
    expect(ended.of(caller(40, 35), AT_MS).unit).toBeNull();
  });

  it('is what /proc says of real processes', async () => {
    const child = spawn('sh', ['-c', 'sleep 60 & echo $!; wait'], { stdio: ['ignore', 'pipe', 'ignore'] });
    try {
      const [line] = await once(child.stdout, 'data');
      const pid = Number(String(line));
      const own = readFileSync('/proc/self/comm', 'utf8').trim();
      const { parents } = new Ancestors().of(
        { pid, ppid: child.pid ?? 0, comm: 'sleep', exe: '/bin/sleep' },
        Date.now(),
      );
      expect(parents.slice(0, 2)).toEqual(['sh', own]);
      process.kill(pid);
      await once(child, 'close');
      const later = new Ancestors().of({ pid, ppid: child.pid ?? 0, comm: 'sleep', exe: '/bin/sleep' }, Date.now());
      expect(later).toEqual({ parents: [], isParentsCut: true, unit: null });
    } finally {
      child.kill();
    }
  });
});

describe('the unit of a process', () => {
  it.each<[string, string | null]>([
    ['0::/system.slice/nginx.service\n', 'nginx.service'],
    ['0::/system.slice/system-getty.slice/getty@tty1.service\n', 'getty@tty1.service'],
    ['0::/user.slice/user-1000.slice/session-3.scope\n', 'session-3.scope'],
    // Whoever has a manager of his own may call a unit of it nginx.service.
    ['0::/user.slice/user-1000.slice/user@1000.service/app.slice/nginx.service\n', 'user@1000.service'],
    ['0::/system.slice/docker-abc.scope/nginx.service\n', 'docker-abc.scope'],
    ['12:cpu:/x\n1:name=systemd:/system.slice/cron.service\n0::/system.slice/other.service\n', 'cron.service'],
    ['0::/../../nginx.service\n', null],
    ['0::/\n', null],
    ['0::/init.scope\n', 'init.scope'],
    ['0::/machine/x\n', null],
    ['', null],
  ])('of %j is %s', (cgroup, unit) => {
    expect(unitIn(cgroup)).toBe(unit);
  });
});
