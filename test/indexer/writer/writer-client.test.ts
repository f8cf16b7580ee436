import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SYSTEM_CLOCK } from '../../../indexer/system/clock.js';
import type { WriteOp } from '../../../indexer/words.js';
import { WriterClient } from '../../../indexer/writer/writer-client.js';
import { tempFolder } from '../../helpers/temp.js';
import { until } from '../../helpers/test-env.js';

const OPS: readonly WriteOp[] = [{ kind: 'meta', key: 'key', value: 'value' }];
/** As full-thread.cjs answers. */
const COMMIT = { seq: 1, changes: [] };

let full: string;
let told: string[];
let stopping: AbortController;
let client: WriterClient;

beforeEach(() => {
  full = join(tempFolder(), 'full');
  told = [];
  stopping = new AbortController();
  client = new WriterClient({
    file: full,
    queue: { settleMs: 0, maxWaitMs: 0 },
    events: { maxBytes: 0, keepMs: 0 },
    threadPath: fileURLToPath(new URL('full-thread.cjs', import.meta.url)),
    onTrouble: (error) => told.push(error?.message ?? 'over'),
    stopped: stopping.signal,
    clock: SYSTEM_CLOCK,
  });
});

afterEach(() => client.abandon());

describe('WriterClient', () => {
  it('waits for room on a full disk, tells it once, and says when all that waited has gone through', async () => {
    writeFileSync(full, '');
    const writes = [client.apply(OPS), client.apply(OPS), client.open()];
    await until('the trouble is told', () => told.length > 0);
    expect(told).toEqual(['apply: no room']);
    rmSync(full);
    expect(await Promise.all(writes)).toEqual([COMMIT, COMMIT, 'open']);
    expect(told).toEqual(['apply: no room', 'over']);
  });

  it('fails at once for who does not wait', async () => {
    writeFileSync(full, '');
    await expect(client.apply(OPS, false)).rejects.toMatchObject({ code: 'FT_STORE_FULL' });
    await expect(client.maintain(false)).rejects.toMatchObject({ code: 'FT_STORE_FULL' });
    expect(told).toEqual([]);
  });

  it('ends the wait when it is told to stop', async () => {
    writeFileSync(full, '');
    const write = client.apply(OPS);
    await until('the trouble is told', () => told.length > 0);
    stopping.abort();
    await expect(write).rejects.toMatchObject({ code: 'FT_STORE_FULL' });
  });

  it('asks nothing of the thread for nothing', async () => {
    writeFileSync(full, '');
    expect(await client.apply([], false)).toBeUndefined();
  });

  it('fails all that waits, and all that comes, when the thread dies', async () => {
    const calls = [client.shrink(), client.apply(OPS), client.open()];
    const ends = await Promise.allSettled(calls);
    expect(ends.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(ends[0]).toMatchObject({ reason: { message: 'died at work' } });
    await expect(client.apply(OPS)).rejects.toThrow('died at work');
  });

  it('ends the thread after what was asked before', async () => {
    const write = client.apply(OPS);
    await client.abandon();
    expect(await write).toEqual(COMMIT);
    await expect(client.apply(OPS)).rejects.toThrow('has ended');
  });
});
