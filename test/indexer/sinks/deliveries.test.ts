/** What sinks get of commits, and when. */
import { appendFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Deliveries } from '../../../indexer/sinks/deliveries.js';
import type { Sink } from '../../../indexer/sinks/sink.js';
import type { Change, Commit } from '../../../indexer/words.js';
import { tempFolder } from '../../helpers/temp.js';
import { until } from '../../helpers/test-env.js';

const change = (path: string, ...eventIds: string[]): Change => ({
  path: Buffer.from(path),
  kind: 'changed',
  before: null,
  after: null,
  eventIds,
});
const commit = (seq: number, ...changes: Change[]): Commit => ({ seq, changes });

/** Takes what `takes` lets through; rejects as long as it throws. */
function sinkOf(takes: (commit: Commit) => Promise<void> | void): { sink: Sink; got: string[] } {
  const got: string[] = [];
  const sink: Sink = {
    name: 'list',
    interest: ({ path }) => !Buffer.from(path).toString().endsWith('.tmp'),
    deliver: async (each) => {
      await takes(each);
      got.push(`${each.seq}: ${each.changes.map(({ path }) => Buffer.from(path)).join()}`);
    },
  };
  return { sink, got };
}

function follow(sinks: readonly Sink[], maxWaiting = 1_000): { deliveries: Deliveries; notices: string[] } {
  const notices: string[] = [];
  const listener = { noticed: (text: string) => void notices.push(text) };
  return { deliveries: new Deliveries(sinks, { listener, retryMs: 1, maxWaiting }), notices };
}

describe('deliveries', () => {
  it('hand over changes of interest that have events, in the order of the commits', async () => {
    const { sink, got } = sinkOf(() => {});
    const { deliveries } = follow([sink]);
    deliveries.committed(commit(1, change('a', '1'), change('b.tmp', '2'), change('found by a first index')));
    deliveries.committed(commit(2, change('c.tmp', '3')));
    deliveries.committed(commit(3, change('d', '4')));
    await deliveries.close();
    expect(got).toEqual(['1: a', '3: d']);
  });

  it('try again what a sink did not take, and say so once', async () => {
    let failures = 3;
    const { sink, got } = sinkOf(() => {
      if (failures-- > 0) throw new Error('connect ECONNREFUSED');
    });
    const { deliveries, notices } = follow([sink]);
    deliveries.committed(commit(1, change('a', '1')));
    deliveries.committed(commit(2, change('b', '2')));
    await until('both are taken', () => got.length >= 2);
    expect(got).toEqual(['1: a', '2: b']);
    expect(notices).toEqual([
      'hand changes to list: connect ECONNREFUSED; it is tried again',
      'list takes changes again',
    ]);
  });

  it('let a sink that hangs hold up neither another one nor the end', async () => {
    const hanging = sinkOf(() => new Promise(() => {}));
    const { sink, got } = sinkOf(() => {});
    const { deliveries } = follow([hanging.sink, sink]);
    deliveries.committed(commit(1, change('a', '1')));
    await deliveries.close();
    expect([hanging.got, got]).toEqual([[], ['1: a']]);
  });

  it('keep so many commits for a sink, and say how many were dropped', async () => {
    let isDown = true;
    const { sink, got } = sinkOf(() => {
      if (isDown) throw new Error('down');
    });
    const { deliveries, notices } = follow([sink], 2);
    for (const seq of [1, 2, 3, 4]) deliveries.committed(commit(seq, change(`${seq}`, `${seq}`)));
    isDown = false;
    await until('what was kept is taken', () => got.length >= 2);
    expect(got).toEqual(['1: 1', '4: 4']);
    expect(notices.at(-1)).toBe('list takes changes again; 2 commits had to be dropped');
    await deliveries.close();
  });

  it('tell a follower of each commit, without its changes, which nobody has to gather then', async () => {
    const follower = sinkOf(() => {});
    const { deliveries } = follow([{ ...follower.sink, isFollower: true }]);
    expect([deliveries.wantsChanges, follow([follower.sink]).deliveries.wantsChanges]).toEqual([false, true]);
    deliveries.committed(commit(1));
    deliveries.committed(commit(2, change('a', '1')));
    await deliveries.close();
    expect(follower.got).toEqual(['1: ', '2: ']);
  });

  it('may be lines of a file', async () => {
    const file = join(tempFolder(), 'changes.jsonl');
    const lines = sinkOf((each) => appendFile(file, `${JSON.stringify(each)}\n`));
    const { deliveries } = follow([lines.sink]);
    deliveries.committed(commit(1, change('a', '1')));
    deliveries.committed(commit(2, change('b', '2')));
    await deliveries.close();
    expect((await readFile(file, 'utf8')).split('\n').map((line) => line && JSON.parse(line).seq)).toEqual([1, 2, '']);
  });
});
