/** The table of operations in docs/integrity.md, done for real, each in a folder of its own: as inotify tells them, and as audit does. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { AUDIT_TEST_MS, whyNoAudit } from '../helpers/audit-machine.js';
import { startDaemon } from '../helpers/audit-world.js';
import { Auditd } from '../helpers/auditd.js';
import { Receiver, writeConfig } from '../helpers/notify-receiver.js';
import { TestEnv, until } from '../helpers/test-env.js';

interface Operation {
  /** Before anything watches. `$OUT` is a folder outside. */
  readonly before?: string;
  readonly act: string;
  /** Only where reads are seen. */
  readonly isRead?: true;
  /** inotify may come too late to what is in a new folder: then a comparison finds it. */
  readonly isFound?: true;
}

/** For a name that is removed and made again in no time; linux/fs.h: RENAME_EXCHANGE. */
const RENAMEAT2 = { x64: 316, arm64: 276 }[process.arch as string];
const EXCHANGE = `perl -e 'my ($a, $b) = ("a", "b"); exit(syscall(${RENAMEAT2}, -100, $a, -100, $b, 2) != 0)'`;

const OPERATIONS: Readonly<Record<string, Operation>> = {
  'echo x > new': { act: 'echo x > a' },
  'echo x > existing': { before: 'echo old > a', act: 'echo x > a' },
  'the same text again': { before: 'echo x > a', act: 'echo x > a' },
  cat: { before: 'echo x > a', act: 'cat a' },
  'cat, where reads are asked for': { before: 'echo x > a', act: 'cat a', isRead: true },
  'echo x >> f': { before: 'echo x > a', act: 'echo x >> a' },
  rm: { before: 'echo x > a', act: 'rm a' },
  ': > new': { act: ': > a' },
  'touch existing': { before: 'echo x > a', act: 'touch a' },
  'chmod 4755': { before: 'echo x > a', act: 'chmod 4755 a' },
  'mv within': { before: 'echo x > a', act: 'mv a b' },
  'mv in': { before: 'echo x > "$OUT/a"', act: 'mv "$OUT/a" a' },
  'mv out': { before: 'echo x > a', act: 'mv a "$OUT/a"' },
  'mv over an existing file': { before: 'echo x > a; echo old > b', act: 'mv a b' },
  cp: { before: 'echo x > a', act: 'cp a b' },
  'a temporary file renamed to it': { before: 'echo old > a', act: 'echo x > a.tmp; mv a.tmp a' },
  'a temporary file renamed to a new name': { act: 'echo x > a.tmp; mv a.tmp a' },
  'sed -i': { before: 'echo old > a', act: 'sed -i s/old/new/ a' },
  'vim, with its backup': {
    before: 'echo old > a',
    act: ': > .a.swp; mv a a~; echo x > a; rm a~ .a.swp',
  },
  'an editor that leaves its backup': { before: 'echo old > a', act: 'mv a a~; echo x > a' },
  mkdir: { act: 'mkdir d' },
  ln: { before: 'echo x > a', act: 'ln a b' },
  'ln -s': { act: 'ln -s target a' },
  'a symlink turned elsewhere': { before: 'ln -s one a', act: 'rm a; ln -s two a' },
  'truncate -s': { before: 'echo x > a', act: 'truncate -s 1 a' },
  'mkdir -p, and a file at once': { act: 'mkdir -p d/e; echo x > d/e/a', isFound: true },
  'mv of a folder': { before: 'mkdir d; echo x > d/a', act: 'mv d e' },
  'mv of a folder in': { before: 'mkdir "$OUT/d"; echo x > "$OUT/d/a"', act: 'mv "$OUT/d" d' },
  'mv of a folder out': { before: 'mkdir d; echo x > d/a', act: 'mv d "$OUT/d"' },
  'rm -r': { before: 'mkdir d; echo x > d/a', act: 'rm -r d' },
  'a file that comes and goes': { act: 'echo x > a; rm a' },
  'a file that is made, written and made readable': { act: ': > a; echo x > a; chmod 640 a' },
  'a file that is deleted and made again': { before: 'echo old > a', act: 'rm a; echo x > a' },
  'a new file that gets the inode of a deleted one': { before: 'echo x > a', act: 'rm a; echo other > b' },
  'a slow writer, three times': {
    before: 'echo x > a',
    act: 'exec 3>> a; for n in 1 2 3; do echo $n >&3; /bin/true; done; exec 3>&-',
  },
  ...(RENAMEAT2 && { exchange: { before: 'echo x > a; echo other > b', act: EXCHANGE } }),
  'mv, and a write after it': { before: 'echo x > a', act: 'mv a b; echo more >> b' },
  'ls of a folder': { before: 'echo x > a', act: 'ls -l .' },
};
/** No two steps of an operation are so far apart, however busy the machine. */
const SETTLE = 'settleMs = 5000';
const CHANGES = ['paths = ["."]', 'events = ["created", "modified", "moved", "deleted", "attrib", "touched"]'];
const READS = ['paths = ["*.reads"]', 'events = ["opened", "closed_no_write"]'];

function ruleText({ url }: Receiver, name: string, lines: readonly string[]): string {
  return ['[[notify]]', `name = "${name}"`, `webhook = "${url}"`, SETTLE, 'first = "all"', ...lines, ''].join('\n');
}

/** What the table says, by the operation; nothing: ''. */
function table(): ReadonlyMap<string, string> {
  const page = readFileSync(new URL('../../docs/integrity.md', import.meta.url), 'utf8');
  const [, section = ''] = page.split('operations -->');
  const rows = section.split('\n').flatMap((line) => {
    const [, name, , told] = line.replaceAll('\\~', '~').split(' | ').join('|').split('|');
    return name === undefined || told === undefined || /^[ -]*$/.test(told)
      ? []
      : [[name.trim(), told.trim()] as const];
  });
  return new Map(rows.slice(1).map(([name, told]) => [name, told === 'nothing' ? '' : told]));
}

class Operations {
  readonly #names: readonly string[];

  constructor(
    private readonly env: TestEnv,
    hasReads: boolean,
  ) {
    this.#names = Object.keys(OPERATIONS).filter((name) => hasReads || !OPERATIONS[name]?.isRead);
  }

  prepare(): void {
    for (const name of this.#names)
      for (const folder of [this.env.path(this.#folder(name)), this.#out(name)]) mkdirSync(folder, { recursive: true });
    this.#run('before');
  }

  /** In a process that is started now. */
  act(): void {
    this.#run('act');
  }

  /** `created a, …`, by the operation. */
  told(receiver: Receiver): ReadonlyMap<string, string> {
    const lines = receiver.changes.map(({ is_synthetic: isSynthetic }, at) => {
      const line = receiver.linesIn(this.env.tree)[at] ?? '';
      return `${line.replace(/\bsed\w{6}\b/g, 'sedX')}${isSynthetic ? ' (synthetic)' : ''}`;
    });
    return new Map(
      this.#names.map((name) => {
        const folder = `${this.#folder(name)}/`;
        const own = lines.filter((line) => line.includes(folder)).map((line) => line.replaceAll(folder, ''));
        const told = sorted(own.join(', '));
        return [name, OPERATIONS[name]?.isFound ? told.replaceAll(' (synthetic)', '') : told];
      }),
    );
  }

  expected(): ReadonlyMap<string, string> {
    const all = table();
    return new Map(this.#names.map((name) => [name, sorted(all.get(name) ?? 'it is not in the table')]));
  }

  #folder(name: string): string {
    const number = Object.keys(OPERATIONS).indexOf(name);
    return `op${number}${OPERATIONS[name]?.isRead ? '.reads' : ''}`;
  }

  #out(name: string): string {
    return join(this.env.home, 'out', this.#folder(name));
  }

  #run(step: 'before' | 'act'): void {
    const parts = this.#names.map(
      (name) =>
        `cd '${this.env.path(this.#folder(name))}'\nOUT='${this.#out(name)}'\n( ${OPERATIONS[name]?.[step] ?? ':'}\n) > /dev/null`,
    );
    const { status, stderr } = spawnSync('sh', ['-ec', parts.join('\n')], { encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, '']);
  }
}

/** Of one operation the order is not said: most of its changes are one. */
function sorted(told: string): string {
  return told.split(', ').sort().join(', ');
}

async function expectTable(env: TestEnv, receiver: Receiver, operations: Operations): Promise<void> {
  operations.act();
  const missing = () => {
    const told = operations.told(receiver);
    return [...operations.expected()]
      .filter(([name, line]) => line !== '' && told.get(name) !== line)
      .map(([name]) => `${name}: ${told.get(name)}`);
  };
  await until(
    () => `all is told: ${missing().join('; ')}`,
    () => missing().length === 0,
  );
  writeFileSync(env.path('last'), '');
  await until('what comes after it is told', () => receiver.linesIn(env.tree).includes('created last'));
  expect(operations.told(receiver)).toEqual(operations.expected());
}

const isCompared = ({ all }: Receiver) => all.some(({ event_type: kind }) => kind === 'compared');

describe('each operation of the table is told as it says', () => {
  it('with inotify', async () => {
    const [env, receiver] = [new TestEnv(), await Receiver.start()];
    const operations = new Operations(env, true);
    operations.prepare();
    writeConfig(env, ruleText(receiver, 'changes', CHANGES) + ruleText(receiver, 'reads', READS));
    await env.startDaemon();
    await until('it is compared', () => isCompared(receiver));
    await expectTable(env, receiver, operations);
  });

  const why = whyNoAudit();
  it.skipIf(why)(`with audit${why ? ` (not here: ${why})` : ''}`, { timeout: AUDIT_TEST_MS }, async () => {
    const [env, receiver] = [new TestEnv(), await Receiver.start()];
    const auditd = await Auditd.start([env.tree]);
    const operations = new Operations(env, false);
    operations.prepare();
    await startDaemon(env, auditd, ruleText(receiver, 'changes', CHANGES));
    await until('it is compared', () => isCompared(receiver));
    await expectTable(env, receiver, operations);
  });
});
