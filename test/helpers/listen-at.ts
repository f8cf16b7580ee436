import { once } from 'node:events';
import type { Server } from 'node:net';
import { withSocketPath } from '../../shared/socket-path.js';

/** `path` may be long, as in connectTo: Node takes its beginning for the whole. */
export async function listenAt(server: Server, path: string): Promise<void> {
  const listens = once(server, 'listening');
  withSocketPath(path, (short) => server.listen(short));
  await listens;
}
