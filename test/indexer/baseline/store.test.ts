/** What is kept of a baseline: its history survives a torn line and stays small, and a pointer that is none is refused. */
import { appendFileSync, readdirSync, readFileSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BaselineStore, baselineNews, type HistoryRecord, KEPT } from '../../../indexer/baseline/store.js';
import { tempFolder } from '../../helpers/temp.js';

function madeStore(): { store: BaselineStore; data: string; at: (name: string) => string } {
  const data = tempFolder();
  const store = new BaselineStore(data);
  store.prepare();
  return { store, data, at: (name) => join(store.folder, name) };
}

function record(kind: HistoryRecord['kind'], number: number, reason = 'x'): HistoryRecord {
  return { at: '2026-11-29T09:00:00.000Z', kind, number, hash: 'a'.repeat(64), by: 'ann as root', reason };
}

describe('the history of baselines', () => {
  it('is that of all records, also after one that was torn', () => {
    const { store, at } = madeStore();
    store.record(record('created', 1));
    appendFileSync(at('history.jsonl'), '{"at":"2026');
    store.record(record('checked', 1));
    expect(store.history().map(({ kind }) => kind)).toEqual(['created', 'checked']);
  });

  it('says what was accepted after a baseline', () => {
    const { store, data } = madeStore();
    expect(baselineNews(data).after(0)).toEqual([]);
    for (const [kind, number] of [
      ['created', 1],
      ['accepted', 2],
      ['checked', 2],
      ['waiting', 3],
      ['imported', 3],
    ] as const)
      store.record(record(kind, number));
    expect(
      baselineNews(data)
        .after(1)
        .map(({ number }) => number),
    ).toEqual([2, 3]);
    expect(baselineNews(data).after(2)).toEqual([record('imported', 3)]);
  });

  it('says what was checked after a check, and when it has grown', () => {
    const { store, data } = madeStore();
    const news = baselineNews(data);
    expect([news.checkedAt, news.version]).toEqual(['', '']);
    const ats = ['2026-11-29T09:00:00.000Z', '2026-11-30T09:00:00.000Z'];
    for (const at of ats) store.record({ ...record('checked', 1), at });
    const { version } = news;
    expect(news.checkedAt).toBe(ats[1]);
    expect(news.checkedAfter(ats[0] ?? '').map(({ at }) => at)).toEqual([ats[1]]);
    store.record(record('accepted', 2));
    expect(news.checkedAfter(ats[1] ?? '')).toEqual([]);
    expect(news.version).not.toBe(version);
  });

  it('loses its older half when it is very long', () => {
    const { store, at } = madeStore();
    const long = `${JSON.stringify(record('checked', 1, 'r'.repeat(1000)))}\n`;
    writeFileSync(at('history.jsonl'), long.repeat(Math.ceil((12 << 20) / long.length) + 1), { mode: 0o600 });
    store.record(record('accepted', 2));
    expect(statSync(at('history.jsonl')).size).toBeLessThan(8 << 20);
    expect(store.history().at(-1)).toMatchObject({ kind: 'accepted' });
    expect(readFileSync(at('history.jsonl'), 'utf8').startsWith('{"at"')).toBe(true);
  });

  it('is written through no symlink', () => {
    const { store, at } = madeStore();
    symlinkSync('elsewhere', at('history.jsonl'));
    expect(() => store.record(record('checked', 1))).toThrow('is a symlink');
  });
});

describe('old baselines', () => {
  it('go, but for the newest and the one that counts; signatures go with them', () => {
    const { store, at } = madeStore();
    const nowMs = Date.now();
    for (let number = 1; number <= KEPT.count + 4; number++) {
      store.put(number, `text ${number}`, `signature ${number}`);
      const daysOld = 1000 - number;
      const seconds = nowMs / 1000 - daysOld * 86_400;
      for (const name of [`baseline-${number}.txt`, `baseline-${number}.txt.minisig`])
        utimesSync(at(name), seconds, seconds);
    }
    const recent = nowMs / 1000 - 399 * 86_400;
    utimesSync(at('baseline-2.txt'), recent, recent);
    writeFileSync(at('current'), '3\n', { mode: 0o600 });
    expect(store.prune(nowMs)).toEqual([1, 4]);
    const left = readdirSync(store.folder).filter((name) => name.startsWith('baseline-'));
    expect(left).toHaveLength(2 * (KEPT.count + 2));
    expect(store.prune(nowMs)).toEqual([]);
  });
});

describe('the baseline that counts', () => {
  it('is none where nothing was made', () => {
    const store = new BaselineStore(tempFolder());
    expect([store.current(), store.currentNumber(), store.waiting(), store.publicKey()]).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  it.each(['', '0\n', '1', '-1\n', '../1\n', '1\n2\n'])('is not found by %j', (text) => {
    const { store, at } = madeStore();
    writeFileSync(at('current'), text, { mode: 0o600 });
    expect(() => store.current()).toThrow('it is no number');
  });
});
