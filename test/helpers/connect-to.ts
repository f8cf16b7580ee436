import { connect, type Socket } from 'node:net';
import { withSocketPath } from '../../shared/socket-path.js';

/** Connects to the Unix socket at `path`, which may be long: an ordinary user's temporary folder is in another one. */
export function connectTo(path: string): Socket {
  return withSocketPath(path, (short) => connect(short));
}
