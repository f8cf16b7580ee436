/** What the rules say of an event that is kept, clause by clause; what is shown of the rules has no secret in it. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { explain } from '../../../../indexer/commands/notify/explain.js';
import { showNotifyRules } from '../../../../indexer/commands/notify/show-notify-rules.js';
import { Outbox } from '../../../../indexer/notify/deliver/outbox.js';
import { type Delivery, Ledger } from '../../../../indexer/notify/ledger/ledger.js';
import { openNotify } from '../../../../indexer/notify/store.js';
import { ROOTS_KEY } from '../../../../shared/daemon-state.js';
import type { Actor, FileEvent } from '../../../../shared/file-event.js';
import { Events } from '../../../../shared/store/events.js';
import { makeCurrent, nextIndexFile } from '../../../../shared/store/generation.js';
import { Meta } from '../../../../shared/store/meta.js';
import { type Db, openForWriting } from '../../../../shared/store/open.js';
import { encodeRoots } from '../../../../shared/store/roots-file.js';
import { watchedByAudit } from '../../../helpers/audit-setup.js';
import { tempFolder } from '../../../helpers/temp.js';
import { TextSink } from '../../../helpers/text-sink.js';

const VIM: Actor = {
  ...{ auid: 1000, uid: 0, pid: 42, ppid: 7, exe: '/usr/bin/vim', comm: 'vim', gid: 100, euid: 0, session: 3 },
  ...{ parents: ['sudo', 'bash'], isParentsCut: false, unit: null },
};
const accounts = {
  users: new Map([
    [0, 'root'],
    [1000, 'anna'],
  ]),
  groups: new Map(),
};
const AT_MS = 1_700_000_000_000;

function world(config: string, events: readonly Partial<FileEvent>[]) {
  const folder = tempFolder();
  const file = nextIndexFile(folder);
  const db = openForWriting(file);
  const store = new Events(db, { maxBytes: 1 << 20, keepMs: 1e15 });
  for (const event of events)
    store.add({
      event: { atMs: AT_MS, kind: 'write', path: Buffer.from('/srv/a'), origin: 'audit', ...event },
      paths: [],
    });
  store.save();
  const path = Buffer.from('/srv');
  new Meta(db).set(ROOTS_KEY, encodeRoots([{ name: path, path }]));
  db.close();
  makeCurrent(folder, file);
  const configFile = join(folder, 'config.toml');
  writeFileSync(configFile, config);
  const stdout = new TextSink();
  const auditConfig = join(folder, 'audit.json');
  return { io: { dataDirectory: folder, configFile, auditConfig, stdout, accounts }, stdout };
}

/** With a digest at its end that has counted the third. */
function history(folder: string, deliveries: readonly Delivery[]): Db {
  const db = openNotify(folder);
  onTestFinished(() => void db.close());
  const ledger = new Ledger(db);
  const clauses = [{ clause: 'doer', isPassed: false, why: 'x' }];
  const entry = (delivery: Delivery, body: object) => ({ atMs: AT_MS, rule: 'pii', delivery, body: { ...body } });
  for (const [at, delivery] of deliveries.entries()) {
    const body = { id: `evt_${at + 1}`, decision: { clauses } };
    ledger.append({ ...entry(delivery, body), kind: 'modified', path: Buffer.from(`/srv/${at + 1}`) });
  }
  const digest = { text: '1 change', first_sequence: 3, last_sequence: 3 };
  ledger.append({ ...entry('sent', digest), kind: 'digest', path: null });
  return db;
}

async function said(io: ReturnType<typeof world>['io'], name: string): Promise<string> {
  const stdout = new TextSink();
  await explain(name, { ...io, stdout });
  return stdout.text;
}

const RULES = `
[[notify]]
name = "pii"
paths = ["/srv"]
ignore = [{ login = "anna", parent = "sudo" }]
to = []
[[notify]]
name = "all"
paths = ["/srv", "!*.tmp"]
webhook = "https://hooks.example.org/services/secret-part"
secretFile = "/etc/find-text/key"
`;

describe('find-textd notify explain', () => {
  it('says of each rule which clause decided', async () => {
    const { io, stdout } = world(RULES, [{ id: 'a:1:2:write', actor: VIM }]);
    await explain('a:1:2:write', io);
    expect(stdout.text).toContain('write /srv/a, which alone is modified\n');
    expect(stdout.text).toContain('rule pii: kept back\n  yes  paths: "/srv" decides\n');
    expect(stdout.text).toMatch(
      / {2}no {3}doer: vim \(\/usr\/bin\/vim\), logged in as anna.*: ignore login = anna, parent = sudo fits\n/,
    );
    expect(stdout.text).toContain('rule all: told\n');
  });

  it('takes the number of an event, too, and says where too little is known', async () => {
    const { io, stdout } = world(RULES, [{ actor: VIM }, { isWithheld: true }]);
    await explain('2', io);
    expect(stdout.text).toContain('rule pii: told, marked: who did it is not known\n');
    expect(stdout.text).toContain('kept back from you');
  });

  it.each(['3', 'x', '-1', ''])('refuses %j, which is no event', async (name) => {
    const { io } = world(RULES, [{}]);
    await expect(explain(name, io)).rejects.toThrow('there is none');
  });

  it('says of a message why it came: what was decided then, and that its endpoint has not taken it', async () => {
    const { io, stdout } = world(RULES, [{ id: 'a:1:2:write' }]);
    const db = history(io.dataDirectory, ['sent', 'kept back', 'counted', 'digest']);
    await explain('evt_1', io);
    expect(stdout.text).toMatch(
      /^entry 1 of the history, .*: modified \/srv\/1, rule pii: told in full\n {2}no {3}doer: x\n/,
    );
    expect(stdout.text).toContain('\n  no message with it waits: whoever it was for has taken it\n');
    const message = { sequence: 1, severity: 'info', createdMs: 1, payload: '{}' } as const;
    new Outbox(db).add('chat', { ...message, webhookId: 'evt_1' });
    expect(await said(io, 'evt_1')).toContain('\n  chat: waits: `find-textd status` says');
    db.exec(`UPDATE outbox SET dead_ms = 1, dead_why = 'HTTP 400'`);
    expect(await said(io, 'evt_1')).toContain('\n  chat: given up: HTTP 400; `find-textd notify dead` sends it again');
    expect(await said(io, 'evt_2')).toMatch(/rule pii: kept back\n {2}no {3}doer: x\n$/);
    expect(await said(io, 'evt_3')).toMatch(/: counted in entry 5, a digest\n/);
    expect(await said(io, '5')).toMatch(/^entry 5 of the history, .*: digest: 1 change, rule pii: told in full\n/);
    expect(await said(io, 'evt_4')).toMatch(/: not told yet: it waits for the digest of a burst\n/);
  });

  it('tells of both where a number is that of an event and that of a message', async () => {
    const { io } = world(RULES, [{ id: 'a:1:2:write' }]);
    history(io.dataDirectory, ['sent']);
    expect(await said(io, '1')).toMatch(/^entry 1 of the history, [\s\S]*\n\nevent 1, .*: write \/srv\/a/);
    expect(await said(io, '2')).toMatch(/^entry 2 of the history, .*: digest: 1 change, rule pii: told in full\n/);
  });

  it('cannot write to a terminal what a name has in it', async () => {
    const { io, stdout } = world(RULES, [{ path: Buffer.from('/srv/\x1b[2J'), actor: { ...VIM, comm: '\x1b[2J' } }]);
    await explain('1', io);
    expect(stdout.text).not.toContain('\x1b');
  });

  it('says that there are no rules', async () => {
    const { io, stdout } = world('', [{}]);
    await explain('1', io);
    expect(stdout.text).toContain('there are no rules');
  });
});

describe('find-textd notify rules', () => {
  it('shows them without secrets', async () => {
    const { io, stdout } = world(RULES, []);
    await showNotifyRules(io);
    expect(stdout.text).toContain('rule pii\n  paths       /srv\n');
    expect(stdout.text).toContain('ignore      login = anna, parent = sudo\n');
    expect(stdout.text).toContain('told to     nobody, only recorded\n');
    expect(stdout.text).toContain('target      webhook at hooks.example.org\n');
    expect(stdout.text).toContain('signed      with that of /etc/find-text/key\n');
    expect(stdout.text).not.toContain('secret-part');
  });

  it('says which reads the audit rules that are loaded do not tell of', async () => {
    const reads = '[[notify]]\nname = "readers"\npaths = ["/srv"]\nevents = ["opened", "denied"]\nto = []\n';
    const { io, stdout } = world(reads, []);
    await watchedByAudit(io.auditConfig, Buffer.from('/srv'), undefined);
    await showNotifyRules(io);
    expect(stdout.text).toMatch(/not told {4}opened, denied: the audit rules that are loaded do not tell of it/);
  });
});
