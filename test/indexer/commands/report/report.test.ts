/** What an auditor gets: counts and each change with its doer, only of the time asked for, checks, and a history that was tampered with. */
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BaselineStore } from '../../../../indexer/baseline/store.js';
import { placeOfWatch } from '../../../../indexer/commands/histories.js';
import { runReport } from '../../../../indexer/commands/report/report.js';
import { changeText } from '../../../../indexer/commands/report/report-text.js';
import type { ReportJson } from '../../../../indexer/commands/report/report-words.js';
import { toDoer } from '../../../../indexer/notify/doers.js';
import { Windows } from '../../../../indexer/notify/flood/windows.js';
import { Recorder } from '../../../../indexer/notify/recorder.js';
import type { NotifyRule } from '../../../../indexer/notify/rules/rule.js';
import { openNotify } from '../../../../indexer/notify/store.js';
import type { NetChange, OwnEvent } from '../../../../indexer/notify/words.js';
import { rememberRoots } from '../../../../shared/store/roots-file.js';
import { tempFolder } from '../../../helpers/temp.js';
import { TextSink } from '../../../helpers/text-sink.js';

const RULE: NotifyRule = {
  ...{ name: 'pii', paths: ['/srv'], events: new Set(['modified'] as const), ignore: [], only: [] },
  ...{ severity: 'notice', tags: [], diff: { isOn: false, redact: [], never: [] }, backup: [] },
  ...{ to: ['hook'], first: 'all', settleMs: 0 },
};
const NAMES = { users: new Map([[0, 'root']]), groups: new Map() };
const ANN = toDoer(
  { auid: 1000, uid: 0, pid: 7, ppid: 6, exe: '/usr/bin/vim', comm: 'vim', gid: 0, euid: 0, session: 3 },
  {
    users: new Map([
      [1000, 'ann'],
      [0, 'root'],
    ]),
    groups: new Map(),
  },
);
const CONFIG = '[[notify]]\nname = "pii"\npaths = ["/srv"]\nto = []\nignore = [{ comm = "backup" }]\n';

function day(day: number): number {
  return Date.parse(`2026-11-${String(day).padStart(2, '0')}T12:00:00.000Z`);
}

class World {
  /** Of notify.db. */
  place: string;

  constructor(readonly data = tempFolder()) {
    this.place = data;
  }

  readonly configFile = join(tempFolder(), 'config.toml');

  write(action: (recorder: Recorder, db: ReturnType<typeof openNotify>) => void): void {
    const db = openNotify(this.place);
    const [host, outlet] = [{ name: 'web1', id: 'id' }, { add: () => {} }];
    const recorder = new Recorder(db, { rules: [RULE], endpoints: [], host, accounts: { now: NAMES }, outlet });
    db.transaction(() => action(recorder, db)).immediate();
    db.close();
  }

  own(atMs: number, kind: OwnEvent['kind'], details = {}): void {
    this.write((recorder) => void recorder.own({ kind, atMs, text: `${kind} in words`, details }));
  }

  changed(atMs: number, path: string, { doer = ANN as typeof ANN | null, isSent = true } = {}): void {
    const change: NetChange = {
      ...{ kind: 'modified', path: Buffer.from(path, 'latin1'), isFolder: false, isSynthetic: false, origin: 'audit' },
      ...{ doers: doer ? [{ doer, count: 1 }] : [], isWithheld: false, before: null, after: null, changed: ['sha256'] },
      ...{ count: 1, firstMs: atMs, lastMs: atMs, eventIds: ['1'] },
    };
    const verdict = { isSent, isDoerUnknown: false, clauses: [] };
    this.write((recorder) => void recorder.change({ change, rule: RULE, verdict, findings: {} }, atMs));
  }

  /** What is written from now on is of a watch. */
  watch(folder: Buffer): void {
    this.place = placeOfWatch(this.data, folder);
    mkdirSync(this.place, { recursive: true, mode: 0o700 });
    rememberRoots(this.place, [{ name: folder, path: folder }]);
  }

  async text(
    args: { since?: string; until?: string; json?: boolean; folder?: Buffer } = {},
  ): Promise<[number, string]> {
    const stdout = new TextSink();
    const status = await runReport(args, { dataDirectory: this.data, configFile: this.configFile, stdout });
    return [status, stdout.text];
  }

  async json(args: { since?: string; until?: string; folder?: Buffer } = {}): Promise<ReportJson> {
    return JSON.parse((await this.text({ ...args, json: true }))[1]);
  }
}

describe('find-textd report', () => {
  it('says that integrity monitoring was never at work', async () => {
    const world = new World();
    const [status, text] = await world.text();
    expect([status, text]).toEqual([0, expect.stringContaining('integrity monitoring was never at work here')]);
    expect(await world.json()).toMatchObject({ isMonitored: false, history: { isWhole: null }, changes: [], gaps: [] });
  });

  it('is about one folder that was watched where it is asked for, or where there is no other history', async () => {
    const world = new World();
    const [one, other] = [tempFolder(), tempFolder()].map((folder) => Buffer.from(folder)) as [Buffer, Buffer];
    world.watch(one);
    world.changed(day(5), '/one/a');
    expect(await world.json()).toMatchObject({
      ...{ isMonitored: true, watch: { path: one.toString() }, otherWatches: [] },
      ...{ scope: { configFile: null, rules: [] }, totals: { changes: 1 }, changes: [{ path: '/one/a' }] },
    });
    world.watch(other);
    world.changed(day(5), '/other/a');
    world.changed(day(5), '/other/b');
    expect(await world.json()).toMatchObject({
      ...{ isMonitored: false, watch: null },
      otherWatches: expect.arrayContaining([{ path: one.toString() }, { path: other.toString() }]),
    });
    expect((await world.json({ folder: other })).changes.map(({ path }) => path)).toEqual(['/other/a', '/other/b']);
    world.place = world.data;
    world.changed(day(5), '/srv/a');
    const [, text] = await world.text();
    expect(text).toContain(`not in it: \`find-textd watch ${one}\`, see \`find-textd report ${one}\``);
    expect(text).toContain('/srv/a');
    expect(text).not.toContain('/one/a');
    await expect(world.text({ folder: Buffer.from('/nowhere') })).rejects.toMatchObject({
      code: 'FT_STORE_MISSING',
      hint: expect.stringContaining(one.toString()),
    });
  });

  it('has the checks of the baseline also where there are no rules', async () => {
    const world = new World();
    const store = new BaselineStore(world.data);
    store.prepare();
    const record = { number: 1, hash: 'a'.repeat(64), by: 'ann as root' };
    store.record({ ...record, at: '2026-11-01T12:00:00.000Z', kind: 'created', reason: 'CHG-1' });
    for (const [at, changed] of [
      [2, 0],
      [3, 2],
    ] as const)
      store.record({
        ...record,
        ...{ at: new Date(day(at)).toISOString(), kind: 'checked', status: changed ? 4 : 0, errors: 0, entries: 9 },
        counts: { added: 0, removed: 0, changed },
      });
    const { baselines, checks } = await world.json();
    expect(baselines).toMatchObject([{ kind: 'created', reason: 'CHG-1', isCurrent: false, signature: null }]);
    expect(checks.map(({ isClean, changed }) => [isClean, changed])).toEqual([
      [true, 0],
      [false, 2],
    ]);
    const [, text] = await world.text();
    expect(text).toContain('by ann as root: nothing differs (status 0)');
    expect(text).toContain('0 new, 0 removed, 2 changed (status 4)');
  });

  it('counts changes by rule, kind and doer, and lists those of the time that is asked for', async () => {
    const world = new World();
    world.changed(day(1), '/srv/early');
    world.changed(day(5), '/srv/a');
    world.changed(day(6), '/srv/b', { doer: null });
    world.changed(day(7), '/srv/\xff\x1b[31m', { isSent: false });
    world.changed(day(9), '/srv/late');
    const span = { since: '2026-11-04', until: '2026-11-08' };
    const { totals, changes } = await world.json(span);
    expect(totals).toEqual({
      changes: 3,
      rules: [{ name: 'pii', count: 3 }],
      kinds: [{ name: 'modified', count: 3 }],
      doers: [
        { name: 'ann as root (/usr/bin/vim)', count: 2 },
        { name: 'not known', count: 1 },
      ],
      deliveries: [
        { name: 'sent', count: 2 },
        { name: 'kept back', count: 1 },
      ],
    });
    expect(changes.map(({ path, doers }) => [path, doers])).toEqual([
      ['/srv/a', ['ann as root (/usr/bin/vim)']],
      ['/srv/b', []],
      [expect.stringContaining('/srv/\ufffd'), ['ann as root (/usr/bin/vim)']],
    ]);
    expect(changes[2]?.pathHex).toBe(Buffer.from('/srv/\xff\x1b[31m', 'latin1').toString('hex'));
    const [, text] = await world.text(span);
    expect(text).toContain('by doer: ann as root (/usr/bin/vim) 2, not known 1');
    expect(text).not.toContain('\x1b');
    const lines = text.split('\n').filter((line) => line.includes('modified /srv/'));
    expect(lines.map((line) => / {2}\((\w+)/.exec(line)?.[1])).toEqual(['recorded', 'recorded', 'kept']);
    expect(text).toContain('what became of them: recorded 2, kept back 1');
  });

  it('says that a change was sent where there is an endpoint', async () => {
    const world = new World();
    world.changed(day(2), '/srv/a');
    const { changes, deliveries } = await world.json();
    const [change] = changes;
    const endpoints = [{ name: 'hook', place: '', state: 'works' as const, delivered: 1, waiting: 0, dead: 0 }];
    const texts = [deliveries, { ...deliveries, endpoints }].map((told) => change && changeText(change, told));
    expect(texts).toEqual([expect.stringContaining('(recorded)'), expect.stringContaining('(sent)')]);
  });

  it('has rules, the digest of the configuration, comparisons, gaps, windows and what was not delivered', async () => {
    const world = new World();
    writeFileSync(world.configFile, CONFIG, { mode: 0o600 });
    world.own(day(1), 'start');
    world.own(day(2), 'endpoint_failing');
    world.own(day(3), 'stop');
    world.own(day(4), 'start');
    world.own(day(5), 'compared', { began: new Date(day(4)).toISOString(), names: 7, changes: 0, unreachable: 0 });
    world.own(day(6), 'rules_changed');
    world.write((_, db) => new Windows(db).open({ fromMs: day(6), untilMs: day(7), reason: 'CHG-2', openedBy: 'ann' }));
    const { scope, comparisons, gaps, windows, deliveries } = await world.json({ since: '2026-11-01' });
    expect(scope).toMatchObject({
      problem: null,
      configSha256: createHash('sha256').update(CONFIG).digest('hex'),
      rules: [{ name: 'pii', ignore: ['comm = backup'] }],
      ruleChanges: [{ kind: 'rules_changed' }],
    });
    expect(comparisons).toMatchObject([{ names: 7, changes: 0 }]);
    expect(gaps[0]).toMatchObject({ reason: 'not running', comparedAt: new Date(day(5)).toISOString() });
    expect(gaps[1]).toMatchObject({ reason: 'not running', to: null });
    expect(windows).toMatchObject([{ reason: 'CHG-2', by: 'ann' }]);
    expect(deliveries.failures).toMatchObject([{ kind: 'endpoint_failing' }]);
    const [, text] = await world.text();
    expect(text).toContain('7 names, 0 changes found that no event told of');
  });

  it('is made also when the configuration is wrong: it says so', async () => {
    const world = new World();
    writeFileSync(world.configFile, '[[notify]]\nname = 7\n', { mode: 0o600 });
    expect((await world.json()).scope).toMatchObject({ problem: expect.stringContaining('line 2'), rules: [] });
  });

  it('says that the history was tampered with, and ends with 1', async () => {
    const world = new World();
    for (const at of [1, 2, 3]) world.changed(day(at), `/srv/${at}`);
    world.write((_, db) => void db.prepare("UPDATE ledger SET json = '{' WHERE sequence = 2").run());
    const [status, text] = await world.text();
    expect([status, text]).toEqual([1, expect.stringContaining('not whole, at entry 2')]);
  });

  it('refuses a time that ends before it begins', async () => {
    const world = new World();
    await expect(world.text({ since: '1d', until: '2d' })).rejects.toThrow('--since is not before --until');
  });
});
