/** With a real auditd, from the system call to the message: each names the right doer, and rules keep back whom they mean and nobody else. */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { AUDIT_TEST_MS, whyNoAudit } from '../helpers/audit-machine.js';
import { sh, startWorld } from '../helpers/audit-world.js';
import { Auditd } from '../helpers/auditd.js';
import { type Received, Receiver } from '../helpers/notify-receiver.js';
import { TestEnv, until } from '../helpers/test-env.js';

const whyNot = whyNoAudit();
const ANN = 12_345;
const BOB = 12_346;
/** An editor that runs commands. */
const EDITOR = spawnSync('ed', ['--version']).error === undefined ? 'ed' : 'perl';

/** Everybody may come in and write. */
const OPEN = 'chmod 755 ..; chmod 777 .';

/** Each is told of all, but for those whom it names. */
const IGNORED: Readonly<Record<string, string>> = {
  people: `{ login = ${BOB} }`,
  programs: `{ exe = "${realpathSync('/bin/sh')}" }, { login = ${ANN}, parent = "${EDITOR}" }`,
  roots: '{ user = "root" }',
  names: '{ comm = "cp" }',
};

const rulesTo = (url: string) =>
  Object.entries(IGNORED)
    .map(
      ([name, who]) => `
[[notify]]
name = "${name}"
paths = ["."]
events = ["any"]
webhook = "${url}"
first = "all"
settleMs = 300
ignore = [${who}]
`,
    )
    .join('');

const become = (login: number, user: number) =>
  `echo ${login} > /proc/self/loginuid; exec setpriv --reuid ${user} --regid ${user} --clear-groups sh -ec "$0"`;

/** Logged in as one, acting as another, as under sudo. */
function as(login: number, user: number, script: string, cwd: string): void {
  execFileSync('sh', ['-ec', become(login, user), script], { cwd, stdio: ['ignore', 'ignore', 'inherit'] });
}

async function untilCompared(receiver: Receiver): Promise<void> {
  await until('the folder is compared', () => receiver.all.some(({ event_type: kind }) => kind === 'compared'));
}

/** Of one rule, as `created a`. */
async function untilTold(env: TestEnv, receiver: Receiver, line: string): Promise<Received> {
  const [kind, name = ''] = line.split(' ');
  const find = () =>
    receiver.changes.find(({ event_type: told, src_path: path }) => told === kind && path === env.path(name));
  await until(
    () => `it is told: ${line}; not ${receiver.linesIn(env.tree).join(', ')}`,
    () => find() !== undefined,
  );
  return find() as Received;
}

/** The rules that have told of it. */
function rulesOf(env: TestEnv, receiver: Receiver, name: string): string[] {
  const told = receiver.changes.filter(
    ({ src_path: path, event_type: kind }) => path === env.path(name) && kind === 'created',
  );
  return told.map(({ rule = '' }) => rule).sort();
}

/** What was told before it is told. */
async function untilLastIsTold(env: TestEnv, receiver: Receiver): Promise<void> {
  as(ANN, ANN, 'perl -e "open(F, q(>), q(last.txt))"', env.tree);
  await until('all rules tell of the last change', () => rulesOf(env, receiver, 'last.txt').length === 4);
}

function isAnn(actor: Received['actor']): boolean {
  return typeof actor?.login === 'object' && actor.login?.id === ANN;
}

const title = `messages about who did it${whyNot ? ` (not here: ${whyNot})` : ''}`;

describe.skipIf(whyNot)(title, { timeout: AUDIT_TEST_MS }, () => {
  it('have the doer of each change, and rules keep back exactly those whom they mean', async () => {
    const receiver = await Receiver.start();
    const { env } = await startWorld({
      settings: rulesTo(receiver.url),
      prepare: `${OPEN}; echo first > shared.txt; chmod 666 shared.txt`,
    });
    await untilCompared(receiver);

    as(ANN, ANN, 'echo x > ann.txt; cp ann.txt copy.txt', env.tree);
    as(BOB, BOB, 'echo x > bob.txt; cp bob.txt bob-copy.txt', env.tree);
    as(ANN, 0, 'echo x > sudo.txt', env.tree);
    const ann = await untilTold(env, receiver, 'created ann.txt');
    expect(ann.actor).toMatchObject({
      login: { id: ANN },
      user: { id: ANN },
      process: { name: 'sh', executable: realpathSync('/bin/sh') },
    });
    const copied = await untilTold(env, receiver, 'created copy.txt');
    expect(copied.actor).toMatchObject({
      login: { id: ANN },
      user: { id: ANN },
      process: { name: 'cp', executable: realpathSync('/bin/cp') },
    });
    const sudo = await untilTold(env, receiver, 'created sudo.txt');
    expect(sudo.actor).toMatchObject({ login: { id: ANN }, user: { id: 0, name: 'root' }, process: { name: 'sh' } });

    const command = 'cp /etc/hostname by-editor.txt; while [ ! -e seen ]; do sleep 0.1; done';
    const script =
      EDITOR === 'ed' ? `printf '!%s\\nq\\n' '${command}' | ed -s` : `perl -e 'system("${command}"); exit 0'`;
    const editing = spawn('sh', ['-ec', become(ANN, ANN), script], { cwd: env.tree, stdio: 'ignore' });
    const ended = once(editing, 'exit');
    const edited = await untilTold(env, receiver, 'created by-editor.txt');
    writeFileSync(env.path('seen'), '');
    await ended;
    expect(edited.actor).toMatchObject({ login: { id: ANN }, process: { name: 'cp' } });
    expect(edited.actor?.process.parents?.slice(0, 2)).toEqual(['sh', EDITOR]);
    as(ANN, ANN, '(setsid sh -c "sleep 1; cp /etc/hostname detached.txt" &)', env.tree);
    const detached = await untilTold(env, receiver, 'created detached.txt');
    expect(detached.actor).toMatchObject({ login: { id: ANN }, user: { id: ANN }, process: { name: 'cp' } });
    expect(JSON.stringify(detached.actor)).not.toContain(`"${EDITOR}"`);

    // Whoever is ignored is told of where another one had a part in it.
    as(BOB, BOB, 'echo bob >> shared.txt', env.tree);
    as(ANN, ANN, 'cp ann.txt shared.txt', env.tree);
    const shared = await untilTold(env, receiver, 'modified shared.txt');
    expect(shared.actors?.map(({ actor }) => actor.login)).toEqual(
      expect.arrayContaining([expect.objectContaining({ id: ANN }), expect.objectContaining({ id: BOB })]),
    );
    await untilLastIsTold(env, receiver);
    const told = ['ann.txt', 'copy.txt', 'bob.txt', 'bob-copy.txt', 'sudo.txt', 'by-editor.txt', 'detached.txt'];
    expect(Object.fromEntries(told.map((name) => [name, rulesOf(env, receiver, name)]))).toEqual({
      'ann.txt': ['names', 'people', 'roots'],
      'copy.txt': ['people', 'programs', 'roots'],
      'bob.txt': ['names', 'roots'],
      'bob-copy.txt': ['programs', 'roots'],
      'sudo.txt': ['names', 'people'],
      'by-editor.txt': ['people', 'roots'],
      'detached.txt': ['people', 'programs', 'roots'],
    });
  });

  it('never are of what find-text does itself, also where reads are asked for', async () => {
    const receiver = await Receiver.start();
    const { env } = await startWorld({
      settings: rulesTo(receiver.url),
      reads: { isOpened: true, isDenied: true, exes: [] },
      prepare: `${OPEN}; echo "<p>oldword</p>" > old.html; echo plainword > plain.txt`,
    });
    await untilCompared(receiver);
    as(ANN, ANN, 'cp /etc/hostname a.txt; echo "<p>readmeword</p>" > page.html', env.tree);
    await env.untilFound('readmeword', ['page.html']);
    // It shows a line of the file.
    expect(env.run('find-text', 'plainword').stdout).toContain('plainword');
    for (const command of ['rebuild', 'status', 'events']) expect(env.run('find-textd', command).status).toBe(0);
    writeFileSync(`${env.home}/passphrase`, 'word', { mode: 0o600 });
    const key = ['--passphrase-file', `${env.home}/passphrase`];
    expect(env.run('find-textd', 'baseline', 'create', env.tree, ...key).status).toBe(0);
    as(ANN, ANN, 'cat plain.txt', env.tree);
    await untilTold(env, receiver, 'opened plain.txt');
    await untilLastIsTold(env, receiver);
    expect(receiver.changes.filter(({ actor }) => !isAnn(actor))).toEqual([]);
  });

  it('tell that the rule of audit was taken away, however soon it is back', async () => {
    const receiver = await Receiver.start();
    const { env, auditd } = await startWorld({ settings: rulesTo(receiver.url), prepare: OPEN });
    await untilCompared(receiver);
    auditd.reloadRule(env.tree);
    // Each endpoint is told.
    const own = () => [...new Map(receiver.all.map((each) => [each.id, each])).values()];
    const gaps = () =>
      own()
        .filter(({ details }) => details?.reason === 'rule removed')
        .map(({ event_type: kind }) => kind);
    await until('the gap is told, and its end', () => gaps().length >= 3);
    expect(gaps()).toEqual(['audit_rule_removed', 'gap_opened', 'gap_closed']);
    const removed = own().find(({ event_type: kind }) => kind === 'audit_rule_removed');
    expect(removed).toMatchObject({ severity: 'critical', details: { folder: env.tree } });
    as(ANN, ANN, 'cp /etc/hostname a.txt', env.tree);
    expect(isAnn((await untilTold(env, receiver, 'created a.txt')).actor)).toBe(true);
  });

  it('of `watch` have the doer, too', async () => {
    const [env, receiver] = [new TestEnv(), await Receiver.start()];
    const auditd = await Auditd.start([env.tree]);
    const config = join(env.home, 'config/find-text/config.toml');
    mkdirSync(dirname(config), { recursive: true });
    writeFileSync(config, `[audit]\nconfig = "${auditd.configFile}"\n`);
    chmodSync(env.home, 0o755);
    chmodSync(env.tree, 0o777);
    env.env.WATCH_WEBHOOK_URL = receiver.url;
    const watch = env.spawn('watch', env.tree);
    await until('it watches', () => {
      if (watch.process.exitCode !== null) throw new Error(`it has ended: ${watch.stderr()}`);
      return /^watching .* audit/m.test(watch.stdout());
    });
    as(ANN, ANN, 'cp /etc/hostname a.txt', env.tree);
    const told = await untilTold(env, receiver, 'created a.txt');
    expect(told.actor).toMatchObject({ login: { id: ANN }, user: { id: ANN }, process: { name: 'cp' } });
    await until('it is printed', () => watch.stdout().includes(`${env.path('a.txt')}  (${ANN}`));
    sh('rm a.txt', env.tree);
    expect((await untilTold(env, receiver, 'deleted a.txt')).actor).toMatchObject({
      login: 'unset',
      user: { name: 'root' },
      process: { name: 'rm' },
    });
  });
});
