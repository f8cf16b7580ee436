/** Each way to start the daemon by itself: set up, and taken back. */
import { existsSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { FindTextError, orUndefined } from '../../../shared/errors.js';
import { isAlive, pidNamespace } from '../../../shared/process-identity.js';
import { lifeOf, lockHolder, readHolder } from '../../../shared/store/lock.js';
import { shellWords } from '../../backup/shell-word.js';
import { removeInstalled, writeInstalled } from './installed-files.js';
import type { Machine } from './machine.js';
import { autostartFile, hasUserManager, type Starter, unitFile } from './places.js';
import { autostartText, crontabWith, crontabWithout, UNIT_NAME, unitText } from './unit.js';

/** The one way to start it from now on. @returns what was done, a line each. @throws FindTextError FT_INSTALL_FAILED */
export async function setUp(machine: Machine, starter: Starter): Promise<string[]> {
  if (starter === 'none') return [];
  if (starter === 'systemd') requireManager(machine);
  if (starter === 'cron') readCrontab(machine);
  const undone = WAYS.filter((each) => each !== starter).flatMap((each) => TAKE_BACK[each](machine));
  return [...undone, ...(await SET_UP[starter](machine))];
}

type Way = Exclude<Starter, 'none'>;
const WAYS = ['systemd', 'autostart', 'cron'] as const satisfies readonly Way[];

const SET_UP: Readonly<Record<Way, (machine: Machine) => Promise<string[]>>> = {
  systemd: setUpUnit,
  autostart: async (machine) => {
    writeInstalled(autostartFile(machine), autostartText(machine.program));
    return [`wrote ${autostartFile(machine)}: it starts at each login`, await startAlone(machine)];
  },
  cron: async (machine) => {
    addToCrontab(machine);
    return ['added a line with @reboot to your crontab: it starts with the machine', await startAlone(machine)];
  },
};

const TAKE_BACK: Readonly<Record<Way, (machine: Machine) => string[]>> = {
  systemd: takeBackUnit,
  autostart: (machine) => {
    if (!existsSync(autostartFile(machine))) return [];
    removeInstalled(autostartFile(machine), 1);
    return [`removed ${autostartFile(machine)}`];
  },
  cron: (machine) => (removeFromCrontab(machine) ? ['removed the line of your crontab'] : []),
};

function requireManager(machine: Machine): void {
  const { isOk, output } = systemctl(machine, 'show-environment');
  if (!isOk)
    throw failed(
      `systemctl --user show-environment: ${output}`,
      'no systemd answers for you: `--start-by autostart` or `--start-by cron` starts it without; nothing is set up',
    );
}

async function setUpUnit(machine: Machine): Promise<string[]> {
  const file = unitFile(machine);
  writeInstalled(file, unitText(machine.program));
  if (lifeOf(machine.locations.dataDirectory, 'daemon') === 'here' && !systemctl(machine, 'is-active', UNIT_NAME).isOk)
    await stopDaemon(machine);
  requireOk(machine, 'daemon-reload');
  requireOk(machine, 'enable', UNIT_NAME);
  // A daemon of another version goes, too; the first index may take a while.
  requireOk(machine, '--no-block', 'restart', UNIT_NAME);
  return [`wrote ${file}, enabled and started it: \`systemctl --user status find-textd\` shows it`];
}

/** @returns what was undone, a line each. */
export async function takeBack(machine: Machine): Promise<string[]> {
  const done = WAYS.flatMap((each) => TAKE_BACK[each](machine));
  return (await stopDaemon(machine)) ? [...done, 'stopped the daemon'] : done;
}

function takeBackUnit(machine: Machine): string[] {
  if (!existsSync(unitFile(machine))) return [];
  const hasManager = hasUserManager(machine);
  if (hasManager) requireOk(machine, 'disable', '--now', UNIT_NAME);
  removeInstalled(unitFile(machine), 2);
  if (hasManager) requireOk(machine, 'daemon-reload');
  return [`stopped what systemd had started, and removed ${unitFile(machine)}`];
}

function systemctl(machine: Machine, ...args: string[]) {
  return machine.run(['systemctl', '--user', ...args]);
}

function requireOk(machine: Machine, ...args: string[]): void {
  const { isOk, output } = systemctl(machine, ...args);
  if (!isOk)
    throw failed(
      `systemctl --user ${args.join(' ')}: ${output}`,
      'type that command to see more; `journalctl --user -u find-textd` has what the daemon said',
    );
}

async function startAlone(machine: Machine): Promise<string> {
  await stopDaemon(machine);
  const { node, file } = machine.program;
  const { dataDirectory } = machine.locations;
  const code = await machine.startAlone([node, file, 'run'], () => lifeOf(dataDirectory, 'daemon') === 'here');
  if (code !== undefined) throw failed(`start the daemon: it ended with status ${code}`, '`find-textd run` says why');
  return 'started the daemon';
}

const PATIENCE_MS = 60_000;
const LOOK_EVERY_MS = 50;

/**
 * Of whatever version. One that leaves already is waited for: it says so before it has written its last.
 * @returns whether one ran
 */
export async function stopDaemon({ locations: { dataDirectory } }: Machine): Promise<boolean> {
  const holder = readHolder(dataDirectory, 'daemon');
  const { pid, startTicks } = holder;
  const isAtWork = lifeOf(dataDirectory, 'daemon', holder) === 'here';
  if (isAtWork) process.kill(pid, 'SIGTERM');
  const isThere = () =>
    (startTicks !== undefined && isAlive({ pid, startTicks })) || isLockedHere(dataDirectory, holder.pidNamespace);
  if (!isThere()) return isAtWork;
  for (const endMs = Date.now() + PATIENCE_MS; isThere(); await pause(LOOK_EVERY_MS))
    if (Date.now() > endMs)
      throw failed(
        `stop the daemon: process ${pid} does not end`,
        `end it (kill -9 ${pid}), and type the command again`,
      );
  return true;
}

/** A daemon in another PID namespace cannot be stopped from here. */
function isLockedHere(dataDirectory: string, namespace: string | undefined): boolean {
  return namespace === pidNamespace() && orUndefined(() => lockHolder(dataDirectory, 'daemon')) !== undefined;
}

function addToCrontab(machine: Machine): void {
  const { node, file } = machine.program;
  const changed = machine.run(['crontab', '-'], crontabWith(readCrontab(machine), shellWords([node, file])));
  if (!changed.isOk)
    throw failed(`write the crontab: ${changed.output}`, 'is cron installed, and are you allowed to use it?');
}

/** Each cron says in its own words that there is none. */
const NO_CRONTAB = /\bno f?crontab\b|can't open/i;

/** One that cannot be read must not be replaced. */
function readCrontab(machine: Machine): string {
  const { isOk, output } = machine.run(['crontab', '-l']);
  if (isOk) return output;
  if (NO_CRONTAB.test(output)) return '';
  throw failed(`read the crontab: ${output}`, 'is cron installed, and are you allowed to use it?');
}

function removeFromCrontab(machine: Machine): boolean {
  const { isOk, output } = machine.run(['crontab', '-l']);
  if (!isOk || crontabWithout(output) === output) return false;
  return machine.run(['crontab', '-'], crontabWithout(output)).isOk;
}

function failed(message: string, hint: string): FindTextError {
  return new FindTextError('FT_INSTALL_FAILED', message, { hint });
}
