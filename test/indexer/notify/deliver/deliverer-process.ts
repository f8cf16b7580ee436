/**
 * A process that delivers what is in a notify.db, for who kills it: argument 1 the file, 2 the endpoints as JSON. A day
 * of its time takes under nine seconds, so that no schedule needs luck or patience.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { Deliverer } from '../../../../indexer/notify/deliver/deliverer.js';
import { openPlain } from '../../../../shared/store/open.js';

const FASTER = 10_000;
const startMs = Date.now();

const [file = '', endpoints = '[]'] = process.argv.slice(2);
const db = openPlain(file, 60_000);
const deliverer = new Deliverer(db, JSON.parse(endpoints), {
  listener: {
    noticed: (text) => process.stderr.write(`${text}\n`),
    troubled: ({ kind, text }) => process.stderr.write(`${kind}: ${text}\n`),
  },
  clock: {
    monotonicMs: () => performance.now() * FASTER,
    wallMs: () => startMs + (Date.now() - startMs) * FASTER,
    sleep: async (ms, signal) => {
      await pause(Math.min(ms / FASTER, 1_000), undefined, { signal }).catch(() => {});
    },
  },
  limits: { attemptMs: 1_000 },
});
deliverer.start();
