/** The daemon of this user, its lock and its socket, from outside of it. */
import { existsSync, lstatSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { orUndefined } from '../../../../shared/errors.js';
import { lookAtProcess } from '../../../../shared/process-identity.js';
import { querySocket } from '../../../../shared/query-socket.js';
import { type LockHolder, lifeOf, lockFile, lockHolder } from '../../../../shared/store/lock.js';
import { isListenedTo } from '../../../system/libc.js';
import { UNIT_NAME } from '../../install/unit.js';
import type { Place } from '../place.js';
import { openedBy, processName } from './processes.js';

export interface DaemonFacts {
  /** Whoever holds the lock, and lives. */
  readonly holder: LockHolder | undefined;
  /** Its number is that of another PID namespace. */
  readonly isElsewhere: boolean;
  /** By Ctrl-Z or SIGSTOP. */
  readonly isStopped: boolean;
  /** A process that holds the lock, and is no daemon. */
  readonly intruder: { readonly pid: number; readonly name: string } | undefined;
  readonly unit: Unit | undefined;
  /** systemd can start it for this user. */
  readonly hasUnit: boolean;
  readonly socket: string;
  /** `silent`: nobody listens there. */
  readonly socketState: 'none' | 'answered' | 'silent';
}

export interface Unit {
  readonly name: string;
  readonly isUsers: boolean;
}

const UNIT_FILE = join('systemd/user', UNIT_NAME);
/** Of the systemd that starts programs of this user, where one runs. */
const MANAGER = 'systemd/private';
const UNIT_FOLDERS = ['/etc', '/usr/local/lib', '/usr/lib', '/lib'];

/** Between two of its sessions, as after a change of the rules, a daemon answers nobody for a moment. */
const PATIENCE_MS = 3_000;
const LOOK_EVERY_MS = 50;

export async function lookAtDaemon(place: Pick<Place, 'locations' | 'env' | 'uid' | 'proc'>): Promise<DaemonFacts> {
  const { dataDirectory, runtimeDirectory, configFile } = place.locations;
  const held = lockHolder(dataDirectory, 'daemon');
  const life = held && lifeOf(dataDirectory, 'daemon');
  const holder = life ? held : undefined;
  const near = life === 'here' ? holder : undefined;
  const socket = querySocket(holder?.runtimeDirectory ?? runtimeDirectory);
  for (const endMs = Date.now() + PATIENCE_MS; near && stateOf(socket) !== 'answered' && Date.now() < endMs; )
    await pause(LOOK_EVERY_MS);
  const folders = [dirname(dirname(configFile)), ...UNIT_FOLDERS];
  return {
    holder,
    isElsewhere: life === 'elsewhere',
    isStopped: near !== undefined && lookAtProcess({ pid: near.pid, startTicks: near.startTicks ?? 0 }) === 'stopped',
    intruder: held && !holder ? intruderAt(lockFile(dataDirectory, 'daemon'), place.proc) : undefined,
    unit: near && unitOf(near.pid, place.proc),
    hasUnit: hasManager(place) && folders.some((folder) => existsSync(join(folder, UNIT_FILE))),
    socket,
    socketState: stateOf(socket),
  };
}

function hasManager({ env, uid }: Pick<Place, 'env' | 'uid'>): boolean {
  return existsSync(join(env.XDG_RUNTIME_DIR ?? `/run/user/${uid}`, MANAGER));
}

function stateOf(socket: string): DaemonFacts['socketState'] {
  if (!orUndefined(() => lstatSync(socket).isSocket())) return 'none';
  return isListenedTo(socket) ? 'answered' : 'silent';
}

/** `0::/user.slice/user-1000.slice/user@1000.service/app.slice/find-textd.service` */
function unitOf(pid: number, proc: string): Unit | undefined {
  const path = orUndefined(() => readFileSync(join(proc, String(pid), 'cgroup'), 'utf8')) ?? '';
  const name = /\/(find-textd[\w@.-]*\.service)$/m.exec(path)?.[1];
  return name === undefined ? undefined : { name, isUsers: path.includes('/user@') };
}

/** `1: POSIX  ADVISORY  WRITE 4711 fd:01:123456 1073741824 1073742335` */
function intruderAt(file: string, proc: string): DaemonFacts['intruder'] {
  const { ino } = statSync(file);
  const locks = readFileSync(join(proc, 'locks'), 'utf8').matchAll(/ (\d+) [0-9a-f]+:[0-9a-f]+:(\d+) /g);
  const pids = new Set([...locks].flatMap(([, pid, inode]) => (Number(inode) === ino ? Number(pid) : [])));
  return [...pids]
    .filter((pid) => pid > 0 && openedBy(pid, proc).includes(file))
    .map((pid) => ({ pid, name: processName(pid, proc) }))
    .find(({ name }) => name !== 'find-textd');
}
