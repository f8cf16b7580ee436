/** For which changes a comparison waits until their event has come. */
import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { observe } from '../../../indexer/disk/observe.js';
import { LateEvents } from '../../../indexer/work/late-events.js';
import type { Looked } from '../../../indexer/work/look.js';
import type { Gap } from '../../../shared/freshness.js';
import { PRIORITY, type Priority } from '../../../shared/types.js';
import { tempFolder } from '../../helpers/temp.js';

let root: string;
let kind: 'audit' | 'inotify';
let explained: readonly string[];
let gaps: readonly Gap['reason'][];
/** Until when it was waited for. */
let waited: (number | undefined)[];

beforeEach(() => {
  root = tempFolder();
  [kind, explained, gaps, waited] = ['audit', [], ['not running'], []];
});

function late(): LateEvents {
  const caughtUp = async (untilMs?: number) => waited.push(untilMs) > 0;
  const scope = Buffer.from(root);
  const ledger = [
    { root: scope, completeSinceMs: undefined, gaps: gaps.map((reason) => ({ reason, scope, sinceMs: 0 })) },
  ];
  const index = { isExplained: (path: Uint8Array) => explained.includes(Buffer.from(path).toString()) };
  return new LateEvents({ source: { kind, caughtUp }, index, freshness: { ledger } });
}

async function looked(name: string, priority: Priority = PRIORITY.reconcile): Promise<Looked> {
  const path = Buffer.from(join(root, name));
  const entry = { path, scope: 'path', priority, attempt: 0, renamedFrom: null, isAttributes: 0 } as const;
  return { entry, atMs: 0, observed: await observe(path) };
}

describe('what a comparison has found', () => {
  it('waits for its event, which is not later than the last change of the file', async () => {
    for (const name of ['a', 'b']) writeFileSync(join(root, name), 'x');
    await late().untilTold([await looked('a'), await looked('b')]);
    const times = ['a', 'b'].map((name) => statSync(join(root, name)).ctimeMs);
    expect(waited).toEqual([Math.max(...times)]);
  });

  it('and is gone waits for what changed the folder that is left', async () => {
    mkdirSync(join(root, 'd/e'), { recursive: true });
    rmSync(join(root, 'd'), { recursive: true });
    await late().untilTold([await looked('d/e/f')]);
    expect(waited).toEqual([statSync(root).ctimeMs]);
  });

  it('does not wait where the source has told of it, or tells at once, or of what was never there before', async () => {
    writeFileSync(join(root, 'a'), 'x');
    explained = [join(root, 'a')];
    await late().untilTold([await looked('a')]);
    await late().untilFolderTold(Buffer.from(join(root, 'a')), 1);
    explained = [];
    await late().untilTold([await looked('a', PRIORITY.interactive)]);
    gaps = ['new'];
    await late().untilTold([await looked('a')]);
    [gaps, kind] = [[], 'inotify'];
    await late().untilTold([await looked('a')]);
    expect(waited).toEqual([]);
    kind = 'audit';
    await late().untilFolderTold(Buffer.from(join(root, 'a')), 1);
    expect(waited).toEqual([1]);
  });
});
