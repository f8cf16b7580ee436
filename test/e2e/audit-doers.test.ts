/** With a real auditd, rules keep back exactly those whom they mean: users, programs, what is above them, and nobody unknown. */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, realpathSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { EventLine } from '../../indexer/commands/events.js';
import { Ledger } from '../../indexer/notify/ledger/ledger.js';
import { openNotifyForReading } from '../../indexer/notify/store.js';
import { AUDIT_TEST_MS, whyNoAudit } from '../helpers/audit-machine.js';
import { startWorld } from '../helpers/audit-world.js';
import { type TestEnv, until } from '../helpers/test-env.js';

const whyNot = whyNoAudit();
const ANN = 12_345;
const BOB = 12_346;
/** An editor that runs commands. */
const EDITOR = spawnSync('ed', ['--version']).error === undefined ? 'ed' : 'perl';

const RULES = `
[[notify]]
name = "people"
paths = ["/"]
ignore = [{ login = ${BOB} }, { login = "unset", comm = "touch" }]
to = []
[[notify]]
name = "programs"
paths = ["/"]
ignore = [{ exe = "${realpathSync('/bin/sh')}" }]
to = []
[[notify]]
name = "editor"
paths = ["/"]
ignore = [{ parent = "${EDITOR}" }]
to = []
[[notify]]
name = "ann"
paths = ["/"]
only = [{ login = ${ANN}, user = 0 }]
to = []
`;

const become = (login: number, user: number) =>
  `echo ${login} > /proc/self/loginuid; exec setpriv --reuid ${user} --regid ${user} --clear-groups sh -ec "$0"`;

/** Logged in as one, acting as another, as under sudo. */
function as(login: number, user: number, script: string, cwd: string): void {
  execFileSync('sh', ['-ec', become(login, user), script], { cwd, stdio: ['ignore', 'ignore', 'inherit'] });
}

function eventsOf(env: TestEnv): EventLine[] {
  const { stdout } = env.run('find-textd', 'events', '--json');
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as EventLine);
}

async function untilEvent(env: TestEnv, name: string): Promise<EventLine> {
  const find = () => eventsOf(env).find(({ path, to }) => [path, to].includes(`${env.tree}/${name}`));
  await until(`there is an event of ${name}`, () => find() !== undefined);
  return find() as EventLine;
}

/** The rules that tell of it. */
function tell(env: TestEnv, event: EventLine): string[] {
  const { stdout, stderr, status } = env.run('find-textd', 'notify', 'explain', `${event.sequence}`);
  expect([status, stderr]).toEqual([0, '']);
  return [...stdout.matchAll(/^rule (\w+): told/gm)].map(([, name = '']) => name);
}

interface Entry {
  readonly type: string;
  readonly rule: string;
  readonly src_path: string;
  readonly event_type: string;
  readonly actors?: readonly { readonly actor: { readonly login: { readonly id: number } } }[];
}

/** Of the history of integrity monitoring. */
function entriesOf(env: TestEnv): Entry[] {
  const db = openNotifyForReading(env.dataDirectory);
  const entries = db ? [...new Ledger(db).entries()].map(({ json }) => JSON.parse(json) as Entry) : [];
  db?.close();
  return entries;
}

async function world() {
  const { env } = await startWorld({ settings: RULES });
  chmodSync(env.home, 0o755);
  chmodSync(env.tree, 0o777);
  await env.untilSettled();
  return env;
}

const title = `rules about who did it${whyNot ? ` (not here: ${whyNot})` : ''}`;

describe.skipIf(whyNot)(title, { timeout: AUDIT_TEST_MS }, () => {
  it('tell two users, two programs and an act as another user apart', async () => {
    const env = await world();
    as(ANN, ANN, 'echo x > ann.txt; cp ann.txt copy.txt', env.tree);
    as(BOB, BOB, 'echo x > bob.txt', env.tree);
    as(ANN, 0, 'echo x > sudo.txt', env.tree);
    expect(tell(env, await untilEvent(env, 'ann.txt'))).toEqual(['people', 'editor']);
    const copied = await untilEvent(env, 'copy.txt');
    expect(copied.who).toMatchObject({ auid: ANN, uid: ANN, euid: ANN, gid: ANN, comm: 'cp' });
    expect(tell(env, copied)).toEqual(['people', 'programs', 'editor']);
    expect(tell(env, await untilEvent(env, 'bob.txt'))).toEqual(['editor']);
    const sudo = await untilEvent(env, 'sudo.txt');
    expect(sudo.who).toMatchObject({ auid: ANN, uid: 0, euid: 0, gid: 0 });
    expect(tell(env, sudo)).toEqual(['people', 'editor', 'ann']);
  });

  it('know what was above a process, and tell of it where that is not known', async () => {
    const env = await world();
    const command = 'cp /etc/hostname by-editor.txt; while [ ! -e seen ]; do sleep 0.1; done';
    const script =
      EDITOR === 'ed' ? `printf '!%s\\nq\\n' '${command}' | ed -s` : `perl -e 'system("${command}"); exit 0'`;
    const editing = spawn('sh', ['-ec', become(ANN, ANN), script], { cwd: env.tree, stdio: 'ignore' });
    const ended = once(editing, 'exit');
    const edited = await untilEvent(env, 'by-editor.txt');
    writeFileSync(`${env.tree}/seen`, '');
    await ended;
    expect(edited.who?.parents?.slice(0, 2)).toEqual(['sh', EDITOR]);
    expect(tell(env, edited)).toEqual(['people', 'programs']);
    as(ANN, ANN, '(setsid sh -c "sleep 1; cp /etc/hostname detached.txt" &)', env.tree);
    const detached = await untilEvent(env, 'detached.txt');
    expect(detached.who).toMatchObject({ auid: ANN, uid: ANN, comm: 'cp' });
    expect(detached.who?.parents).not.toContain(EDITOR);
    expect(tell(env, detached)).toContain('people');
  });

  it('name everybody who wrote within one settle time, and tell of it for those who are not ignored', async () => {
    const { env, daemon } = await startWorld({ settings: RULES });
    chmodSync(env.home, 0o755);
    chmodSync(env.tree, 0o777);
    // What is there at the first comparison is nobody's change.
    await until('the rules have been compared', () => entriesOf(env).some(({ type }) => type === 'monitor.compared'));
    // What both have done is heard at once.
    daemon.process.kill('SIGSTOP');
    as(ANN, ANN, 'echo x > both.txt; chmod 666 both.txt', env.tree);
    as(BOB, BOB, 'echo y >> both.txt', env.tree);
    daemon.process.kill('SIGCONT');
    const both = `${env.tree}/both.txt`;
    const told = () => entriesOf(env).filter(({ src_path: path, rule }) => path === both && rule === 'people');
    await until('it is in the history', () => told().length > 0);
    expect(told()).toMatchObject([{ event_type: 'created', decision: { is_sent: true } }]);
    const logins = told()[0]?.actors?.map(({ actor }) => actor.login.id);
    expect([...new Set(logins)].sort()).toEqual([ANN, BOB]);
  });

  it('never have an event of what the daemon itself does', async () => {
    const env = await world();
    const before = eventsOf(env).length;
    as(ANN, ANN, 'echo "<p>readmeword</p>" > page.html', env.tree);
    await env.untilFound('readmeword', ['page.html']);
    env.run('find-text', 'readmeword');
    await env.untilSettled();
    const later = eventsOf(env).slice(before);
    expect(later.length).toBeGreaterThan(0);
    expect(later.filter(({ who }) => who?.auid !== ANN || who.comm !== 'sh')).toEqual([]);
  });
});
