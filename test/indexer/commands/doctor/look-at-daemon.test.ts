/** A daemon between two of its sessions answers nobody for a moment: that is no fault of it. */
import { mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { lookAtDaemon } from '../../../../indexer/commands/doctor/look/daemon.js';
import { locate } from '../../../../shared/locations.js';
import { querySocket } from '../../../../shared/query-socket.js';
import { takeLock } from '../../../../shared/store/lock.js';
import { listenAt } from '../../../helpers/listen-at.js';
import { tempFolder } from '../../../helpers/temp.js';

it('waits for the socket of a daemon that is there', async () => {
  const home = tempFolder();
  const env = { HOME: home, XDG_RUNTIME_DIR: join(home, 'run') };
  const locations = locate(env);
  for (const folder of [locations.dataDirectory, locations.runtimeDirectory])
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  const lock = takeLock(locations.dataDirectory, 'daemon', 'find-textd run', locations.runtimeDirectory);
  const server = createServer();
  onTestFinished(() => {
    lock.release();
    server.close();
  });
  const looked = lookAtDaemon({ env, locations, uid: process.getuid?.() ?? 0, proc: '/proc' });
  await pause(200);
  await listenAt(server, querySocket(locations.runtimeDirectory));
  expect((await looked).socketState).toBe('answered');
});
