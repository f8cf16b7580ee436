/** A burst beside rules: few messages, whose counts add up to all that happened, and every change in the history. */
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { verifyLedger } from '../../indexer/notify/ledger/verify.js';
import type { Json } from '../../indexer/notify/payload.js';
import { Recorder } from '../../indexer/notify/recorder.js';
import type { NotifyRule } from '../../indexer/notify/rules/rule.js';
import { openNotify, openNotifyForReading } from '../../indexer/notify/store.js';
import { Receiver, ruleLines, writeConfig } from '../helpers/notify-receiver.js';
import { TestEnv, until } from '../helpers/test-env.js';

const FILES = 2_000;
const FOLDERS = 20;
const CHANGES = FILES + FOLDERS;
const FIRST = 3;
const TWO_MINUTES_MS = 120_000;

const name = (n: number) => `dir${n % FOLDERS}/f${n}.txt`;

/** At once: whoever looks sees all of it. */
function put(env: TestEnv, path: string, text: string): void {
  const file = join(env.home, 'new');
  writeFileSync(file, text);
  renameSync(file, env.path(path));
}

/** Entries of the history. */
function recorded(env: TestEnv, rule: string): number {
  const db = openNotifyForReading(env.dataDirectory);
  const count = db?.prepare<[string], number>('SELECT count(*) FROM ledger WHERE rule = ?').pluck().get(rule);
  db?.close();
  return count ?? 0;
}

/** The digests of two minutes later. */
function digests(env: TestEnv): readonly Json[] {
  const db = openNotify(env.dataDirectory);
  const sent: Json[] = [];
  const outlet = { add: (_: string, { payload }: { payload: string }) => void sent.push(JSON.parse(payload)) };
  const rules = ['all', 'one'].map((each) => ({ name: each, severity: 'notice', tags: [], to: ['hook'] }));
  const options = {
    endpoints: [],
    host: { name: 'vm', id: 'id' },
    accounts: { now: { users: new Map(), groups: new Map() } },
  };
  const recorder = new Recorder(db, { ...options, outlet, rules: rules as unknown as readonly NotifyRule[] });
  db.transaction(() => recorder.digests(Date.now() + TWO_MINUTES_MS)).immediate();
  expect(verifyLedger(recorder.ledger)).toMatchObject({ isWhole: true });
  db.close();
  return sent;
}

it('is told in a few messages, all of it is counted and in the history, and what is told in full does not wait', async () => {
  const [env, receiver] = [new TestEnv(), await Receiver.start()];
  const rules = [
    ruleLines(receiver, `first = ${FIRST}`),
    ruleLines(receiver, `first = ${FIRST}`, 'paths = ["dir7/*"]').replace('"all"', '"one"'),
    ruleLines(receiver, 'first = "all"', 'paths = ["*.key"]').replace('"all"', '"keys"'),
  ];
  writeConfig(env, rules.join('\n'));
  const daemon = await env.startDaemon();
  await until('the folder is compared', () => receiver.all.some(({ event_type: kind }) => kind === 'compared'));
  for (let n = 0; n < FILES; n++) {
    if (n < FOLDERS) mkdirSync(env.path(`dir${n}`));
    put(env, name(n), `words of ${n}`);
  }
  put(env, 'dir7/last.key', 'secret');
  const all = { all: CHANGES + 1, one: FILES / FOLDERS + 1, keys: 1 };
  for (const [rule, count] of Object.entries(all))
    await until(`the rule ${rule} has all of it`, () => recorded(env, rule) >= count);
  const told = (rule: string) => receiver.changes.filter((payload) => payload.rule === rule).length;
  await until('the first are told', () => told('all') + told('one') + told('keys') >= 2 * FIRST + 1);
  await env.untilSettled();
  const lines = env.run('find-textd', 'events', '--json').stdout.trim().split('\n');
  const paths = new Set(lines.map((line) => (JSON.parse(line) as { path: string }).path));
  expect(Array.from({ length: FILES }, (_, n) => n).filter((n) => !paths.has(env.path(name(n))))).toEqual([]);
  // A reader that is slower than the program hears of the last one, too.
  const slowly = 'node "$FIND_TEXTD" events --json | { n=0; while IFS= read -r line; do n=$((n+1)); done; echo $n; }';
  expect(Number(env.shell(slowly).stdout)).toBe(lines.length);
  await daemon.end('SIGTERM');
  // On a busy machine the first minute may be over.
  const made = [...receiver.all.filter(({ type }) => type === 'digest'), ...digests(env)];
  const countedOf = (rule: string) =>
    made.reduce((sum, digest) => sum + (digest.rule === rule ? Number(digest.count) : 0), 0);
  expect(Object.keys(all).map(told)).toEqual([FIRST, FIRST, 1]);
  expect(Object.keys(all).map(countedOf)).toEqual([all.all - FIRST, all.one - FIRST, 0]);
});
