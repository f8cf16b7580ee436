/** A session bus of a test: a real dbus-daemon that knows no services but those below a data folder. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { Bus } from '../../search-cli/desktop/bus.js';
import { busSocket } from '../../search-cli/desktop/bus-address.js';
import { BUS_NAME } from '../../shared/desktop.js';
import { busConfig } from './bus-config.js';
import { tempFolder } from './temp.js';

/** Why the tests that need one are skipped. */
export const NO_BUS =
  spawnSync('dbus-daemon', ['--version']).status === 0 ? undefined : 'dbus-daemon is not installed here';

type Call = Parameters<Bus['call']>[0];

export interface SessionBus {
  readonly address: string;
  readonly socket: string;
  /** @returns the first value of the answer. @throws the name of the error */
  ask(call: Call): Promise<unknown>;
  /** Of the desktop's program, which the bus starts. */
  askDesktop(call: Call): Promise<unknown>;
}

/** @param dataHome  its services are started with `env`. */
export async function startSessionBus(dataHome: string, env: NodeJS.ProcessEnv): Promise<SessionBus> {
  const folder = tempFolder();
  const config = join(folder, 'bus.conf');
  writeFileSync(config, busConfig(join(folder, 'bus'), join(dataHome, 'dbus-1/services')));
  const args = [`--config-file=${config}`, '--nofork', '--print-address'];
  const daemon = spawn('dbus-daemon', args, { env, stdio: ['ignore', 'pipe', 'ignore'] });
  const ended = once(daemon, 'exit');
  onTestFinished(async () => {
    daemon.kill('SIGTERM');
    await ended;
  });
  const [printed] = (await once(daemon.stdout, 'data')) as [Buffer];
  const address = printed.toString().trim();
  const socket = busSocket({ DBUS_SESSION_BUS_ADDRESS: address }) as string;
  const client = new Bus(socket, () => {});
  onTestFinished(() => client.close());
  const ask = async (call: Call) => {
    const { errorName, body = [] } = await client.call(call);
    if (errorName !== undefined) throw new Error(`${errorName}: ${body[0]}`);
    return body[0];
  };
  return { address, socket, ask, askDesktop: (call) => ask({ destination: BUS_NAME, ...call }) };
}
