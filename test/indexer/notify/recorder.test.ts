/** What is told in full, what waits for a digest, and that nothing is counted twice or not at all. */
import { describe, expect, it } from 'vitest';
import { toDoer } from '../../../indexer/notify/doers.js';
import { Windows } from '../../../indexer/notify/flood/windows.js';
import { verifyLedger } from '../../../indexer/notify/ledger/verify.js';
import type { Json } from '../../../indexer/notify/payload.js';
import { Recorder } from '../../../indexer/notify/recorder.js';
import type { NotifyRule } from '../../../indexer/notify/rules/rule.js';
import { openNotify } from '../../../indexer/notify/store.js';
import type { NetChange, OwnKind } from '../../../indexer/notify/words.js';
import { faultsOf } from '../../helpers/notify-schema.js';
import { tempFolder } from '../../helpers/temp.js';

const MINUTE_MS = 60_000;
/** At noon, local time. */
const NOON_MS = new Date(2026, 10, 29, 12).getTime();
const RULE: NotifyRule = {
  name: 'pii',
  paths: [],
  events: new Set(['created']),
  ignore: [],
  only: [],
  severity: 'notice',
  tags: ['pci'],
  diff: { isOn: false, redact: [], never: [] },
  backup: [],
  to: ['hook'],
  first: 3,
  settleMs: 0,
};
const NAMES = { users: new Map([[0, 'root']]), groups: new Map() };
const ANNA = toDoer(
  { auid: 1000, uid: 0, pid: 7, ppid: 6, exe: '/usr/bin/vim', comm: 'vim', gid: 100, euid: 0, session: 3 },
  { users: new Map([[1000, 'anna']]), groups: new Map() },
);

function changeAt(ms: number, path = '/srv/a'): NetChange {
  return {
    kind: 'created',
    path: Buffer.from(path),
    isFolder: false,
    isSynthetic: false,
    origin: 'audit',
    doers: [{ doer: ANNA, count: 1 }],
    isWithheld: false,
    before: null,
    after: {
      type: 'file',
      dev: 1,
      ino: 2,
      size: 3,
      mode: 0o644,
      uid: 0,
      gid: 9,
      mtimeMs: 1.5,
      ctimeMs: 1,
      sha256: 'a'.repeat(64),
      xattrs: 'security.capability=c,user.a%20b=d',
    },
    changed: [],
    count: 1,
    firstMs: ms,
    lastMs: ms,
    eventIds: ['1'],
  };
}

/** Time goes on by `at`; `restart` reads everything from the disk again, as after SIGKILL. */
class World {
  readonly folder = tempFolder();
  readonly sent: Json[] = [];
  #recorder: Recorder;
  nowMs = NOON_MS;
  #db = openNotify(this.folder);

  constructor(
    private readonly rule: NotifyRule,
    private readonly ownKinds?: ReadonlySet<OwnKind>,
  ) {
    this.#recorder = this.#make();
  }

  restart(): void {
    this.#db.close();
    this.#db = openNotify(this.folder);
    this.#recorder = this.#make();
  }

  happens(count: number): void {
    for (let n = 0; n < count; n++) {
      const verdict = { isSent: true, isDoerUnknown: false, clauses: [] };
      const told = { change: changeAt(this.nowMs), rule: this.rule, verdict, findings: {} };
      this.#db.transaction(() => this.#recorder.change(told, this.nowMs)).immediate();
    }
  }

  /** Minutes go by. */
  pass(minutes: number, isBehind = false): void {
    for (let n = 0; n < minutes; n++) {
      this.nowMs += MINUTE_MS;
      this.#db.transaction(() => this.#recorder.digests(this.nowMs, isBehind)).immediate();
    }
  }

  get windows(): Windows {
    return new Windows(this.#db);
  }

  get recorder(): Recorder {
    return this.#recorder;
  }

  /** `created`, `digest 17`, `window_opened`; the list is empty afterwards. */
  told(): string[] {
    for (const payload of this.sent) expect(faultsOf(payload)).toEqual([]);
    expect(verifyLedger(this.#recorder.ledger).isWhole).toBe(true);
    return this.sent
      .splice(0)
      .map(({ event_type: kind, count }) => (kind === 'digest' ? `digest ${count}` : String(kind)));
  }

  #make(): Recorder {
    const outlet = { add: (_: string, { payload }: { payload: string }) => void this.sent.push(JSON.parse(payload)) };
    const host = { name: 'web1', id: 'id' };
    const rest = { host, accounts: { now: NAMES }, outlet, ...(this.ownKinds && { ownKinds: this.ownKinds }) };
    return new Recorder(this.#db, { rules: [this.rule], endpoints: ['hook'], ...rest });
  }
}

describe('a burst of changes', () => {
  it('is worth finding out about only as far as it is told in full', () => {
    const world = new World(RULE);
    const toTell = () => world.recorder.toTell(RULE, world.nowMs);
    expect(toTell()).toBe(3);
    world.happens(2);
    expect(toTell()).toBe(1);
    world.happens(1);
    expect(toTell()).toBe(0);
    world.happens(1);
    expect(toTell()).toBe(0);
  });

  it('is not over while more of it waits to be recorded', () => {
    const world = new World(RULE);
    world.happens(4);
    world.pass(1);
    expect(world.told()).toEqual(['created', 'created', 'created', 'digest 1']);
    world.pass(5, true);
    world.happens(2);
    world.pass(1);
    expect(world.told()).toEqual(['digest 2']);
    world.pass(15);
    world.happens(1);
    expect(world.told()).toEqual(['created']);
  });

  it('is told one by one at first, then counted after 1, 5, 15 and 60 minutes, as long as it lasts', () => {
    const world = new World(RULE);
    world.happens(20);
    expect(world.told()).toEqual(['created', 'created', 'created']);
    const digests: string[] = [];
    for (let minute = 1; minute <= 150; minute++) {
      world.happens(2);
      world.pass(1);
      digests.push(...world.told().map((line) => `${minute}: ${line}`));
    }
    expect(digests).toEqual(['1: digest 19', '6: digest 10', '21: digest 30', '81: digest 120', '141: digest 120']);
  });

  it('is over when a digest would have nothing to count', () => {
    const world = new World(RULE);
    world.happens(4);
    world.pass(1);
    expect(world.told()).toEqual(['created', 'created', 'created', 'digest 1']);
    world.pass(5);
    world.happens(2);
    expect(world.told()).toEqual(['created', 'created']);
  });

  it('does not wait for the clock that was set back, and neither does what a change window has held', () => {
    for (const minutes of [90, 26 * 60]) {
      const world = new World(RULE);
      world.happens(20);
      world.told();
      world.nowMs -= minutes * MINUTE_MS;
      world.pass(1);
      expect(world.told()).toEqual(['digest 17']);
      world.windows.open({ fromMs: world.nowMs, untilMs: world.nowMs + MINUTE_MS, reason: 'x', openedBy: 'anna' });
      world.happens(5);
      world.nowMs -= minutes * MINUTE_MS;
      world.pass(1);
      expect(world.told()).toEqual(['digest 5']);
    }
  });

  it('loses no count when it is killed at any moment', () => {
    const world = new World(RULE);
    world.restart();
    for (let n = 0; n < 10; n++) {
      world.happens(1);
      world.restart();
    }
    world.pass(1);
    world.restart();
    world.pass(5);
    const told = world.told();
    expect(told).toEqual(['created', 'created', 'created', 'digest 7']);
  });

  it('adds up by the numbers in the history', () => {
    const world = new World(RULE);
    world.happens(10);
    world.pass(1);
    const payloads = [...world.sent];
    const digest = payloads.at(-1) as Json;
    expect(digest).toMatchObject({ count: 7, first_sequence: 4, last_sequence: 10, sequence: 11, why: 'burst' });
    expect(digest.counts).toEqual({
      kinds: { created: 7 },
      actors: { 'anna as 0, vim': 7 },
      folders: { '/srv': 7 },
    });
    expect(world.told()).toHaveLength(4);
  });

  it('of a rule that wants all has no digest', () => {
    const world = new World({ ...RULE, first: 'all' });
    world.happens(50);
    world.pass(10);
    expect(world.told()).toHaveLength(50);
  });
});

describe('quiet hours', () => {
  const quiet = { from: '22:00', to: '06:00' };

  it('hold changes back, and a digest opens the day', () => {
    const world = new World({ ...RULE, quiet });
    world.nowMs = new Date(2026, 10, 29, 23).getTime();
    world.happens(5);
    world.pass(6 * 60 + 59);
    expect(world.told()).toEqual([]);
    world.pass(2);
    expect(world.told()).toEqual(['digest 5']);
    world.happens(1);
    expect(world.told()).toEqual(['created']);
  });

  it('let through what is critical', () => {
    const world = new World({ ...RULE, quiet, severity: 'critical' });
    world.nowMs = new Date(2026, 10, 29, 23).getTime();
    world.happens(1);
    expect(world.told()).toEqual(['created']);
  });
});

describe('a change window', () => {
  it('is told, holds changes, and ends in a digest with its reason, also over a kill', () => {
    const world = new World(RULE);
    const window = { fromMs: world.nowMs, untilMs: world.nowMs + 30 * MINUTE_MS, reason: 'CHG-123', openedBy: 'anna' };
    world.windows.open(window);
    world.happens(5);
    world.pass(1);
    expect(world.told()).toEqual(['window_opened']);
    world.restart();
    world.happens(2);
    world.pass(30);
    expect(world.sent).toContainEqual(expect.objectContaining({ why: 'window', reason: 'CHG-123', count: 7 }));
    expect(world.told()).toEqual(['digest 7', 'window_closed']);
    world.happens(1);
    expect(world.told()).toEqual(['created']);
  });

  it('may be ended early', () => {
    const world = new World(RULE);
    world.windows.open({ fromMs: world.nowMs, untilMs: world.nowMs + 99 * MINUTE_MS, reason: 'x', openedBy: 'anna' });
    world.happens(1);
    world.pass(1);
    expect(world.windows.end(world.nowMs)).toBe(1);
    world.pass(1);
    expect(world.told()).toEqual(['window_opened', 'digest 1', 'window_closed']);
  });
});

describe('the work of a package manager', () => {
  const owner = { manager: 'dpkg', name: 'many', version: '1.1' } as const;
  const verdict = { isSent: true, isDoerUnknown: false, clauses: [] };
  const book = {
    versions: { 'many:all': '1.1' },
    changes: { 'many:all': { before: '1.0', after: '1.1', atMs: NOON_MS } },
  };

  it('is recorded, and told in one line when it is done; what is no such work is told at once', () => {
    const world = new World(RULE);
    for (let n = 0; n < 300; n++) {
      const change = changeAt(NOON_MS, `/usr/share/many/${n}`);
      world.recorder.change({ change, rule: RULE, verdict, findings: n === 7 ? {} : { package: owner } }, NOON_MS);
    }
    world.pass(10);
    world.restart();
    expect(world.told()).toEqual(['created']);
    world.recorder.packages(book, world.nowMs);
    expect(world.sent).toEqual([
      expect.objectContaining({
        type: 'monitor.package_changed',
        text: 'package many 1.0 → 1.1: 299 files, all as packaged',
        details: {
          ...{ manager: 'dpkg', name: 'many', before: '1.0', after: '1.1', files: 299, rules: ['pii'] },
          ...{ first_sequence: 1, last_sequence: 300 },
        },
      }),
    ]);
    expect(world.told()).toEqual(['package_changed']);
    world.recorder.packages(book, world.nowMs);
    expect(world.told()).toEqual([]);
  });

  it('is told to nobody where its rule leaves it out, and is part of a change window', () => {
    const world = new World(RULE);
    const change = changeAt(NOON_MS);
    const findings = { package: owner };
    world.recorder.change({ change, rule: RULE, verdict: { ...verdict, isSent: false }, findings }, NOON_MS);
    world.windows.open({ fromMs: NOON_MS, untilMs: NOON_MS + MINUTE_MS, reason: 'CHG-123', openedBy: 'anna' });
    world.recorder.change({ change, rule: RULE, verdict, findings }, NOON_MS);
    world.recorder.packages(book, NOON_MS);
    expect(world.told()).toEqual([]);
    world.pass(2);
    expect(world.told()).toEqual(['window_opened', 'digest 1', 'window_closed']);
  });
});

describe('what find-text tells of itself', () => {
  it('is in the history also where it is told to nobody', () => {
    const world = new World(RULE, new Set<OwnKind>(['gap_opened']));
    for (const kind of ['start', 'gap_opened', 'stop'] as const)
      world.recorder.own({ kind, atMs: NOON_MS, text: 'in words' });
    expect(world.told()).toEqual(['gap_opened']);
    expect([...world.recorder.ledger.entries()].map(({ kind, delivery }) => `${kind} ${delivery}`)).toEqual([
      'start kept back',
      'gap_opened sent',
      'stop kept back',
    ]);
  });
});

describe('what a rule keeps back', () => {
  it('is in the history, with the reason, and told to nobody', () => {
    const world = new World(RULE);
    const clauses = [{ clause: 'doer', isPassed: false, why: 'anna: ignored' }] as const;
    const verdict = { isSent: false, isDoerUnknown: false, clauses };
    world.recorder.change({ change: changeAt(NOON_MS), rule: RULE, verdict, findings: {} }, NOON_MS);
    expect(world.told()).toEqual([]);
    const [entry] = world.recorder.ledger.entries();
    expect([entry?.delivery, JSON.parse(entry?.json ?? '').decision]).toEqual([
      'kept back',
      { is_sent: false, clauses },
    ]);
  });
});
