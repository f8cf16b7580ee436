/** Ids of messages. Random bytes are taken many at a time: in a burst each entry of the history has an id. */
import { randomFillSync } from 'node:crypto';

const ID_BYTES = 15;
const IDS = 128;

const pool = Buffer.alloc(ID_BYTES * IDS);
let at = pool.length;

/** Webhook ids have no dots. */
export function newId(): string {
  if (at === pool.length) {
    randomFillSync(pool);
    at = 0;
  }
  at += ID_BYTES;
  return `evt_${pool.toString('base64url', at - ID_BYTES, at)}`;
}
