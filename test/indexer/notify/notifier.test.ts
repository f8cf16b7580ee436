/** What a comparison finds is told with who did it where an event of it is on its way, and without where none comes. */
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { Looker } from '../../../indexer/notify/looker.js';
import { Notifier } from '../../../indexer/notify/notifier.js';
import type { NotifierParts } from '../../../indexer/notify/notifier-parts.js';
import type { Json } from '../../../indexer/notify/payload.js';
import { Recorder } from '../../../indexer/notify/recorder.js';
import { parseNotify } from '../../../indexer/notify/rules/parse-notify.js';
import { RuleSet } from '../../../indexer/notify/rules/rule-set.js';
import { openNotify, openNotifyForReading } from '../../../indexer/notify/store.js';
import { Watched } from '../../../indexer/notify/watched.js';
import { SYSTEM_CLOCK } from '../../../indexer/system/clock.js';
import type { Looked } from '../../../indexer/witness/look.js';
import type { Witness } from '../../../indexer/witness/witness.js';
import type { Actor } from '../../../shared/file-event.js';
import type { Db } from '../../../shared/store/open.js';
import type { KeptEvent } from '../../../shared/store/read-events.js';
import { tempFolder } from '../../helpers/temp.js';

const ANNA: Actor = { auid: 1000, uid: 0, pid: 7, ppid: 6, exe: '/bin/cp', comm: 'cp', gid: 0, euid: 0, session: 3 };
const ACCOUNTS = { now: { users: new Map([[1000, 'anna']]), groups: new Map() } };
const RULE = '[[notify]]\nname = "all"\npaths = ["*.txt"]\nsettleMs = 0\nwebhook = "http://127.0.0.1/"\n';

let folder: string;
let tree: string;
let file: string;
let events: KeptEvent[];
let told: Json[];
let parts: NotifierParts;
let notifier: Notifier;
/** When a comparison asks for what is on its way. */
let onAsked: () => void | Promise<void>;

/** The index has not looked at what was told. */
let isGoingOn: boolean;
/** Before each look at the disk. */
let onLook: (path: Uint8Array) => Promise<void>;

/** After each. */
let onLooked: (path: Uint8Array) => void;

class WatchedLooker extends Looker {
  override async look(path: Uint8Array, known: Witness | null): Promise<Looked> {
    await onLook(path);
    const looked = await super.look(path, known);
    onLooked(path);
    return looked;
  }
}

/** As the index has them. */
const index: NotifierParts['index'] = {
  name: 'index-000001.db',
  hasNews: () => true,
  get last() {
    return events.length;
  },
  get first() {
    return events[0]?.sequence;
  },
  *after(sequence: number) {
    yield* events.slice(sequence);
  },
  at: (sequences) => sequences.flatMap((sequence) => events[sequence - 1] ?? []),
  idAt: (sequence: number) => events[sequence - 1]?.id,
  isGoingOn: () => isGoingOn,
  get goingOn() {
    return isGoingOn ? [{ path: Buffer.from(file), sequence: events.length }] : [];
  },
  missing: [],
};

beforeEach(() => {
  folder = tempFolder();
  const db = openNotify(folder);
  tree = tempFolder();
  file = join(tree, 'a.txt');
  [isGoingOn, onLooked] = [false, () => {}];
  [events, told, onAsked, onLook] = [[], [], () => {}, async () => {}];
  const roots = [Buffer.from(tree)];
  const places = { home: '/root', realPath: (path: string) => path, exists: () => true };
  const { compiled, rules } = parseNotify(RULE, 'config.toml', { roots, places });
  const options = { rules, endpoints: ['all'], host: { name: 'vm', id: 'a' }, accounts: ACCOUNTS };
  parts = {
    db,
    index,
    rules: new RuleSet(compiled),
    watched: new Watched(new RuleSet(compiled), roots, []),
    recorder: new Recorder(db, {
      ...options,
      outlet: { add: (_, { payload }) => told.push(JSON.parse(payload) as Json) },
    }),
    looker: new WatchedLooker({ maxBytes: 1 << 20, timeoutMs: 1_000 }, () => new Map()),
    accounts: ACCOUNTS,
    clock: SYSTEM_CLOCK,
    newRules: { isNew: () => false },
    findings: { find: async () => ({ findings: {} }), learn: async () => () => {} },
    graceMs: 0,
    arriving: { ask: async () => onAsked() },
  };
  notifier = new Notifier(parts);
});

function comes(kind: KeptEvent['kind'], more: Partial<KeptEvent> = {}): void {
  const rest = { to: null, origin: 'audit', actor: ANNA, isWithheld: false, path: Buffer.from(file) } as const;
  const sequence = events.length + 1;
  events.push({ ...rest, sequence, id: String(sequence), atMs: Date.now(), kind, ...more });
}

/** After the first look at the file. */
function onceLooked(action: () => void): void {
  onLooked = (path) => {
    if (!Buffer.from(path).equals(Buffer.from(file))) return;
    onLooked = () => {};
    action();
  };
}

async function untilTold(): Promise<void> {
  await notifier.scan(() => false);
  await turns();
}

async function turns(): Promise<void> {
  do await notifier.turn();
  while (notifier.pending > 0);
}

/** `created comparison nobody` */
const lines = () =>
  told.map(({ event_type: kind, origin, actor }) => {
    const login = (actor as { login: { name: string } } | null)?.login.name;
    return `${kind} ${origin} ${login ?? 'nobody'}`;
  });

it('is told by the event that comes while it waits, once', async () => {
  writeFileSync(file, 'x');
  onAsked = () => comes('create');
  await untilTold();
  expect(lines()).toEqual(['created audit anna']);
});

it('is told as found by comparing when no event comes, and not again by a late one', async () => {
  writeFileSync(file, 'x');
  await untilTold();
  expect(lines()).toEqual(['created comparison nobody']);
  comes('create');
  await untilTold();
  expect(told).toHaveLength(1);
});

it('asks for nothing where nothing differs', async () => {
  let asked = 0;
  onAsked = () => {
    asked++;
  };
  await untilTold();
  expect(asked).toBe(0);
});

it('is told once where a comparison finds what lies below a folder that moves just now', async () => {
  const [from, to] = [join(tree, 'from'), join(tree, 'to')];
  mkdirSync(from);
  writeFileSync(join(from, 'b.txt'), 'x');
  await untilTold();
  renameSync(from, to);
  comes('rename', { path: Buffer.from(from), to: Buffer.from(to) });
  let times = 0;
  onLook = async (path) => {
    if (!Buffer.from(path).equals(Buffer.from(join(to, 'b.txt'))) || times++ > 0) return;
    await notifier.scan(() => false);
  };
  await turns();
  expect(times).toBeGreaterThan(0);
  expect(told.map(({ event_type: kind }) => kind)).toEqual(['created', 'moved']);
});

it('waits in the index where more has happened than memory should hold, and is decided on all the same', async () => {
  for (let n = 0; n < 8_000; n++) comes('create', { path: Buffer.from(join(tree, `${n}.txt`)) });
  writeFileSync(join(tree, '7999.txt'), 'x');
  let most = 0;
  do {
    await notifier.turn();
    most = Math.max(most, notifier.pending);
  } while (notifier.pending > 0);
  expect(most).toBeLessThan(6_500);
  expect(lines()).toEqual(['created audit anna']);
});

it('is looked at again where more was written between the look and the end of an event', async () => {
  writeFileSync(file, 'x');
  comes('create');
  isGoingOn = true;
  onceLooked(() => {
    // Of the same event: the index has not looked yet. Then it does.
    writeFileSync(file, 'more');
    isGoingOn = false;
  });
  await turns();
  expect(told.map(({ event_type: kind, file: told }) => [kind, (told as Sides).after.size])).toEqual([
    ['created', 1],
    ['modified', 4],
  ]);
});

it.each([
  { when: 'while it is compared', isChanged: false },
  { when: 'while what has changed is compared', isChanged: true },
])('is looked at again after a crash, where the same event goes on $when', async ({ isChanged }) => {
  comes('create');
  writeFileSync(file, 'x');
  isGoingOn = true;
  do await notifier.turn();
  while (told.length === 0);
  notifier = new Notifier(parts);
  if (isChanged) writeFileSync(file, 'xy');
  onceLooked(() => {
    writeFileSync(file, 'more');
    isGoingOn = false;
  });
  await untilTold();
  expect(told.map(({ event_type: kind, file: told }) => [kind, (told as Sides).after.size])).toEqual([
    ['created', 1],
    ['modified', 4],
  ]);
});

it('a comparison tells nothing of what came and went while it ran', async () => {
  writeFileSync(file, 'x');
  onAsked = async () => {
    rmSync(file);
    comes('create');
    comes('delete');
    await turns();
  };
  await untilTold();
  expect(lines()).toEqual([]);
});

it('wakes others when what they are told of is committed, and known after a crash', async () => {
  const other = openNotifyForReading(folder) as Db;
  const seen: unknown[] = [];
  const count = (table: string) => other.prepare(`SELECT count(*) FROM ${table}`).pluck().get();
  const listener = { told: () => seen.push([told.length, count('ledger'), count('known')]) };
  notifier = new Notifier({ ...parts, listener });
  comes('create');
  writeFileSync(file, 'x');
  await turns();
  other.close();
  expect(seen).toEqual([[1, 1, 1]]);
});

interface Sides {
  readonly after: { readonly size: number };
}
