/** The event loop's side of the page, with threads of the test. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { PageHost, PageSeat } from '../../../indexer/page/page-host.js';
import { readPlace } from '../../../indexer/page/page-place.js';
import { locate } from '../../../shared/locations.js';
import { tempFolder } from '../../helpers/temp.js';
import { until } from '../../helpers/test-env.js';

/** Its first life ends at once; the second listens, until it is told to end. */
const THREAD = `
const { parentPort, workerData } = require('node:worker_threads');
const { existsSync, writeFileSync } = require('node:fs');
if (!existsSync(__filename + '.lived')) {
  writeFileSync(__filename + '.lived', '');
  throw new Error('no luck');
}
parentPort.on('message', () => process.exit());
parentPort.postMessage({ port: workerData.port + 1 });
`;

it('starts a thread again that has ended, tells where the page is, and keeps its place', async () => {
  const home = tempFolder();
  const locations = locate({ HOME: home });
  mkdirSync(locations.runtimeDirectory, { recursive: true });
  const threadPath = join(home, 'thread.cjs');
  writeFileSync(threadPath, THREAD);
  const notices: string[] = [];
  const seat = new PageSeat();
  seat.port = 4710;
  const host = new PageHost({ locations, home, threadPath, listener: { noticed: (text) => notices.push(text) } }, seat);
  await until('the page is there', () => readPlace(locations.runtimeDirectory) !== undefined);
  expect(notices).toEqual(['the page has ended: no luck']);
  expect([readPlace(locations.runtimeDirectory), seat.port]).toEqual([{ pid: process.pid, port: 4711 }, 4711]);
  await host.close();
  expect(existsSync(join(locations.runtimeDirectory, 'page.json'))).toBe(false);
});

it('has other passes after it was switched off, and the port again', () => {
  const seat = new PageSeat();
  seat.port = 4710;
  const { secret } = seat;
  expect(seat.secret).toBe(secret);
  seat.leave();
  expect(Buffer.from(seat.secret).equals(secret)).toBe(false);
  expect(seat.port).toBe(4710);
});
