import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { placeOfWatch } from '../../../indexer/commands/histories.js';
import { runVerify } from '../../../indexer/commands/verify.js';
import { readWatches, watchLines } from '../../../indexer/commands/watch-status.js';
import { Ledger } from '../../../indexer/notify/ledger/ledger.js';
import { openNotify } from '../../../indexer/notify/store.js';
import { rememberRoots } from '../../../shared/store/roots-file.js';
import { tempFolder } from '../../helpers/temp.js';
import { TextSink } from '../../helpers/text-sink.js';

/** With entries of these paths. @returns its digests. */
function history(folder: string, ...paths: string[]): readonly string[] {
  mkdirSync(folder, { recursive: true });
  const db = openNotify(folder);
  const ledger = new Ledger(db);
  const hashes = paths.map(
    (path) =>
      ledger.append({
        ...{
          atMs: 1,
          rule: 'all',
          kind: 'created',
          path: Buffer.from(path),
          delivery: 'sent',
          body: { src_path: path },
        },
      }).hash,
  );
  db.close();
  return hashes;
}

function verify(dataDirectory: string, head?: string): [status: number, text: string] {
  const stdout = new TextSink();
  return [runVerify(head, { dataDirectory, stdout }), stdout.text];
}

function world() {
  const data = tempFolder();
  const watched = Buffer.from('/srv/p\xefi', 'latin1');
  const place = placeOfWatch(data, watched);
  const own = history(data, '/a', '/b');
  const ofWatch = history(place, '/srv/c');
  rememberRoots(place, [{ name: watched, path: watched }]);
  return { data, place, own, ofWatch };
}

describe('find-textd verify', () => {
  it('goes through the history of run and those of watch, and says which is which', () => {
    const { data, own, ofWatch } = world();
    const [status, text] = verify(data);
    expect(status).toBe(0);
    expect(text.split('\n').slice(0, 4)).toEqual([
      ...['the history is whole: entries 1 to 2', `head ${own[1]}`],
      ...['the history of `find-textd watch /srv/p\\xefi` is whole: entries 1 to 1', `head ${ofWatch[0]}`],
    ]);
  });

  it('finds a digest that was received in any of them, and says when it is in none', () => {
    const { data, own, ofWatch } = world();
    for (const hash of [own[0], own[1], ofWatch[0]?.slice(0, 8)])
      expect(verify(data, hash)).toEqual([0, expect.stringMatching(/\nthe digest that was noted is in it\n$/)]);
    expect(verify(data, 'f'.repeat(64))).toEqual([1, expect.stringMatching(/\nthe digest that was noted is not in/)]);
  });

  it('fails when one of them was changed', () => {
    const { data, place } = world();
    const db = openNotify(place);
    db.exec(`UPDATE ledger SET json = replace(json, '/srv/c', '/srv/d')`);
    db.close();
    expect(verify(data)).toEqual([
      1,
      expect.stringMatching(/^the history is whole[\s\S]*watch .*is not whole, at entry 1/),
    ]);
  });

  it('says that there is none', () => {
    expect(() => verify(tempFolder())).toThrow('there is none');
    expect(() => verify(tempFolder(), 'x')).toThrow('--head is no digest');
  });
});

describe('find-textd status', () => {
  it('names each folder that is watched by itself', () => {
    const { data, ofWatch } = world();
    expect(readWatches(data)).toMatchObject([{ isRunning: false, sequence: 1, head: ofWatch[0], problem: null }]);
    expect(watchLines(readWatches(data))).toEqual([
      `watches   /srv/p\\xefi: not running, 1 entry, head ${ofWatch[0]?.slice(0, 16)}: \`find-textd verify\``,
    ]);
    expect(readWatches(join(data, 'none'))).toEqual([]);
  });
});
