import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { expect, it } from 'vitest';
import { peerUser, userIn } from '../../../indexer/page/peer-user.js';

it('knows who is at the other end', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const client = connect(port, '127.0.0.1');
  const [socket] = (await once(server, 'connection')) as [Socket];
  const ports = { ours: socket.localPort as number, theirs: socket.remotePort as number };
  expect(peerUser(ports)).toBe(process.geteuid?.());
  expect(peerUser({ ours: ports.theirs, theirs: 1 })).toBeUndefined();
  client.destroy();
  socket.destroy();
  server.close();
});

it('takes neither our own end of it nor another connection for the other end', () => {
  const row = (local: string, remote: string, uid: number) =>
    `   1: ${local} ${remote} 01 00000000:00000000 00:00000000 00000000  ${uid}        0 1 1 0 20 4 30 10 -1`;
  const table = [
    '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode',
    row('0100007F:1267', '0100007F:C350', 1),
    row('0100007F:C350', '0100007F:1268', 2),
    row('0200007F:C350', '0100007F:1267', 3),
    row('0100007F:C350', '0100007F:1267', 1000),
  ].join('\n');
  expect(userIn(table, { ours: 0x1267, theirs: 0xc350 })).toBe(1000);
});
