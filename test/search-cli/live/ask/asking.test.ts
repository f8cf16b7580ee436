/** What is on its way when `find-text -i` ends must not keep it alive. */
import { createServer } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { Asking } from '../../../../search-cli/live/ask/asking.js';
import { querySocket } from '../../../../shared/query-socket.js';
import { listenAt } from '../../../helpers/listen-at.js';
import { tempFolder } from '../../../helpers/temp.js';

function newAsking(): { readonly asking: Asking; readonly folder: string } {
  const folder = tempFolder();
  const asking = new Asking({ dataDirectory: folder, runtimeDirectory: folder, onLost: () => {} });
  return { asking, folder };
}

const REQUEST = { query: 'a', limit: 1 };

it('asks nobody any more once it is closed, also what was begun before', async () => {
  const { asking } = newAsking();
  const begun = asking.ask(REQUEST);
  asking.close();
  await expect(begun).rejects.toThrow('nobody asks any more');
  await expect(asking.ask(REQUEST)).rejects.toThrow('nobody asks any more');
});

it('lets go of a daemon that it reaches only then', async () => {
  const { asking, folder } = newAsking();
  const server = createServer();
  onTestFinished(() => void server.close());
  const isLetGo = new Promise<void>((resolve) => {
    server.once('connection', (socket) => socket.resume().once('close', () => resolve()));
  });
  await listenAt(server, querySocket(folder));
  const begun = asking.ask(REQUEST);
  asking.close();
  await expect(begun).rejects.toThrow('nobody asks any more');
  await isLetGo;
});
