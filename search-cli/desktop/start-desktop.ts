/** Entry of the program that answers GNOME Shell and KRunner. The session bus starts it, by a file that `find-textd install` writes. */
import { fileURLToPath } from 'node:url';
import { locate } from '../../shared/locations.js';
import { takeName } from '../../shared/own-name.js';
import { cleanText } from '../../shared/path-text.js';
import { EXIT } from '../exit-codes.js';
import { Asking } from '../live/ask/asking.js';
import { busSocket } from './bus-address.js';
import { Finder } from './finder.js';
import { serveDesktop } from './serve-desktop.js';
import { Service } from './service.js';

/** Longer than somebody looks at a list; its memory is free soon after. */
const IDLE_MS = 60_000;

takeName('find-text');
const complain = (text: string) => void process.stderr.write(`find-text-desktop: ${cleanText(text)}\n`);
const fail = (error: Error) => {
  complain(error.message);
  process.exit(EXIT.error);
};
/** A message that cannot be read: the bus starts another one. */
process.once('uncaughtException', fail);

const { env } = process;
const socket = busSocket(env);
if (socket === undefined) fail(new Error('find the session bus: DBUS_SESSION_BUS_ADDRESS names no socket'));
else serve(socket).catch(fail);

async function serve(socket: string): Promise<void> {
  const asking = new Asking({ ...locate(env), onLost: () => {} });
  const finder = new Finder({ asking, home: env.HOME });
  const searchProgram = [process.execPath, fileURLToPath(new URL('find-text.js', import.meta.url))];
  const service = new Service({ finder, env, searchProgram, complain });
  try {
    await serveDesktop({ socket, service, idleMs: IDLE_MS });
  } finally {
    asking.close();
  }
}
