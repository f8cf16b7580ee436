/** `find-textd baseline` with the real program: each kind of tampering is found, and what proves a baseline. */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  chmodSync,
  chownSync,
  existsSync,
  lutimesSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { HistoryRecord } from '../../indexer/baseline/store.js';
import { FuseVolume, whyNoFuse } from '../helpers/fuse-volume.js';
import { NOBODY, whyNotNobody } from '../helpers/nobody.js';
import { TestEnv, until } from '../helpers/test-env.js';

const hasMinisign = spawnSync('minisign', ['-v']).error === undefined;
const PROGRAM = fileURLToPath(new URL('../../dist/find-textd.js', import.meta.url));
const isRoot = process.getuid?.() === 0;

class Told {
  constructor(readonly file: string) {}

  has(text: string): boolean {
    return existsSync(this.file) && readFileSync(this.file, 'utf8').includes(text);
  }

  get messages(): { readonly type: string }[] {
    const lines = readFileSync(this.file, 'utf8').trimEnd().split('\n');
    return lines.map((line) => JSON.parse(line));
  }
}

class World extends TestEnv {
  readonly folder = join(this.dataDirectory, 'baseline');

  baseline(...args: string[]) {
    return this.run('find-textd', 'baseline', ...args);
  }

  /** Of a tree with two files; the key has no passphrase. */
  static created(...args: string[]): World {
    const world = new World();
    writeFileSync(world.path('a'), 'one');
    writeFileSync(world.path('b'), 'two');
    for (const name of ['a', 'b']) chmodSync(world.path(name), 0o644);
    expect(world.baseline('create', world.tree, ...args)).toMatchObject({ status: 0 });
    return world;
  }

  /** Without the last line, which counts. */
  check(): { status: number | null; lines: string[] } {
    const { status, stdout } = this.baseline('check');
    return { status, lines: stdout.replaceAll(this.tree, 'TREE').split('\n').slice(0, -2) };
  }

  /** All changes of the tree go to a file. */
  tellToFile(): Told {
    const told = new Told(join(this.home, 'told.jsonl'));
    mkdirSync(join(this.home, 'config/find-text'), { recursive: true, mode: 0o700 });
    const config = `[[endpoint]]\nname = "log"\nfile = "${told.file}"\n[[notify]]\nname = "all"\npaths = ["${this.tree}"]\n`;
    writeFileSync(join(this.home, 'config/find-text/config.toml'), config, { mode: 0o600 });
    return told;
  }

  get history(): HistoryRecord[] {
    const lines = readFileSync(join(this.folder, 'history.jsonl'), 'utf8').trimEnd().split('\n');
    return lines.map((line) => JSON.parse(line) as HistoryRecord);
  }
}

describe('find-textd baseline check', () => {
  it('finds nothing where nothing has changed, and records it', () => {
    const world = World.created('--reason', 'new server');
    expect(world.check()).toEqual({ status: 0, lines: [] });
    expect(world.history).toMatchObject([
      { kind: 'created', number: 1, reason: 'new server', entries: 3 },
      { kind: 'checked', number: 1, status: 0, counts: { added: 0, removed: 0, changed: 0 } },
    ]);
  });

  it('finds an edit whose size and time are as before', () => {
    const world = World.created();
    const { atime, mtime } = statSync(world.path('a'));
    writeFileSync(world.path('a'), 'eno');
    utimesSync(world.path('a'), atime, mtime);
    const { status, lines } = world.check();
    expect(status).toBe(4);
    expect(lines[0]).toBe('changed  TREE/a');
    expect(lines.at(-1)).toMatch(/^ +content [0-9a-f]{12} → [0-9a-f]{12}/);
  });

  it('finds a mode, a byte, a new, a removed and a swapped file, each in words', () => {
    const world = World.created();
    chmodSync(world.path('a'), 0o4755);
    expect(world.check()).toEqual({
      status: 4,
      lines: ['changed  TREE/a', '           mode 644 → 4755, now setuid, executable'],
    });
    chmodSync(world.path('a'), 0o644);
    for (const [from, to] of [
      ['a', 'x'],
      ['b', 'a'],
      ['x', 'b'],
    ] as const)
      renameSync(world.path(from), world.path(to));
    const swapped = world.check();
    expect([swapped.status, swapped.lines.filter((line) => line.startsWith('changed'))]).toEqual([
      4,
      ['changed  TREE/a', 'changed  TREE/b'],
    ]);
    rmSync(world.path('a'));
    mkdirSync(world.path('new'));
    const { status, lines } = world.check();
    expect([status, lines.slice(0, 3)]).toEqual([
      7,
      ['new      TREE/new (folder)', 'removed  TREE/a', 'changed  TREE/b'],
    ]);
  });

  it.skipIf(!isRoot)('finds another owner', () => {
    const world = World.created();
    chownSync(world.path('a'), 12_345, 0);
    expect(world.check()).toMatchObject({
      status: 4,
      lines: ['changed  TREE/a', expect.stringMatching(/owner root → 12345/)],
    });
  });

  it('finds a file that is no longer immutable', (context) => {
    const world = new World();
    writeFileSync(world.path('log'), '');
    const chattr = (how: string) => spawnSync('chattr', [how, world.path('log')]).status === 0;
    if (!chattr('+i')) return context.skip('chattr cannot do its work here');
    try {
      world.baseline('create', world.tree);
      expect(world.check()).toEqual({ status: 0, lines: [] });
    } finally {
      chattr('-i');
    }
    expect(world.check()).toEqual({ status: 4, lines: ['changed  TREE/log', '           no longer immutable'] });
  });

  it('finds what stands in the place of a file: a symlink, a FIFO', () => {
    const world = World.created();
    rmSync(world.path('a'));
    symlinkSync('b', world.path('a'));
    rmSync(world.path('b'));
    execFileSync('mkfifo', ['-m', '644', world.path('b')]);
    const { status, lines } = world.check();
    expect([status, lines.filter((line) => /type/.test(line))]).toEqual([
      4,
      ['           type file → symlink', '           type file → FIFO'],
    ]);
  });

  it('finds another target of a symlink, with the time of before', () => {
    const world = new World();
    symlinkSync('one', world.path('link'));
    lutimesSync(world.path('link'), 5, 5);
    world.baseline('create', world.tree);
    rmSync(world.path('link'));
    symlinkSync('two', world.path('link'));
    lutimesSync(world.path('link'), 5, 5);
    const { status, lines } = world.check();
    // Another inode, if it got one, is said as well.
    expect([status, lines.slice(0, 2)]).toEqual([4, ['changed  TREE/link', '           target one → two']]);
  });

  it('knows names with line feeds, blanks and percent signs, and names that are no UTF-8', () => {
    const world = new World();
    const odd = Buffer.concat([Buffer.from(`${world.tree}/a%20 b\nnew  c`), Buffer.from([0xff])]);
    writeFileSync(odd, '1');
    world.baseline('create', world.tree);
    expect(world.check()).toEqual({ status: 0, lines: [] });
    writeFileSync(odd, '22');
    expect(world.check().lines[0]).toBe('changed  TREE/a%20 b\\x0anew  c\\xff');
    const { changed } = JSON.parse(world.baseline('check', '--json').stdout);
    expect(changed[0]).toMatchObject({ pathHex: odd.toString('hex'), attributes: { size: { old: '1', new: '2' } } });
  });

  it('leaves out what is excepted, and covers a file that comes later', () => {
    const world = new World();
    mkdirSync(world.path('site/uploads'), { recursive: true });
    expect(
      world.baseline('create', world.path('site'), world.path('later'), '--preset', 'web', '--except', '*.tmp').status,
    ).toBe(0);
    for (const name of ['site/uploads/x', 'site/y.tmp', 'site/index.php', 'later']) writeFileSync(world.path(name), '');
    expect(world.check()).toEqual({ status: 1, lines: ['new      TREE/later', 'new      TREE/site/index.php'] });
  });

  it('covers the folder behind a symlink, and the symlink', () => {
    const world = new World();
    mkdirSync(world.path('real'));
    symlinkSync('real', world.path('site'));
    world.baseline('create', world.path('site'));
    writeFileSync(world.path('real/new'), '');
    rmSync(world.path('site'));
    expect(world.check()).toEqual({ status: 3, lines: ['new      TREE/real/new', 'removed  TREE/site'] });
  });

  it.each([
    ['a line', (file: string) => edit(file, /(\/a f) 0644/, '$1 4755')],
    ['its head', (file: string) => edit(file, /^by .*$/m, 'by the admin')],
    ['a signature of another file', (file: string) => edit(`${file}.minisig`, /^R.*$/m, 'RUQ=')],
    ['no signature', (file: string) => rmSync(`${file}.minisig`)],
    ['no file', (file: string) => rmSync(file)],
  ])('does not believe a baseline with %s that somebody has changed', (_what, change) => {
    const world = World.created();
    change(join(world.folder, 'baseline-1.txt'));
    const { status, stdout, stderr } = world.baseline('check');
    expect([status, stdout]).toEqual([17, '']);
    expect(stderr).toMatch(/^find-textd: read the baseline .*baseline-1\.txt: /);
    expect(world.history.at(-1)).toMatchObject({ kind: 'checked', status: 17 });
    expect(world.baseline('accept', '--reason', 'hide it').status).toBe(2);
  });

  it.skipIf(isRoot && whyNotNobody())('says what cannot be read as an error, and nothing of what is below it', () => {
    const world = new World(undefined, isRoot ? NOBODY : {});
    world.giveToUser();
    world.asUser(() => {
      mkdirSync(world.path('closed'));
      writeFileSync(world.path('closed/in'), '');
      writeFileSync(world.path('file'), 'x');
    });
    expect(world.baseline('create', world.tree).status).toBe(0);
    world.asUser(() => {
      chmodSync(world.path('closed'), 0o000);
      chmodSync(world.path('file'), 0o000);
    });
    const { status, stdout, stderr } = world.baseline('check');
    const accepted = world.baseline('accept', '--reason', 'forget them');
    world.asUser(() => chmodSync(world.path('closed'), 0o700));
    expect(status).toBe(18);
    expect(stderr).toMatch(
      /closed: it cannot be listed: permission denied\n.*file: permission denied|file: permission denied\n.*closed: it cannot be listed/,
    );
    expect(stdout).not.toContain('removed  ');
    expect(stdout).not.toContain('content');
    expect([accepted.status, accepted.stderr]).toEqual([2, expect.stringContaining('the baseline has 1 file there')]);
  });

  const noFuse = whyNoFuse();
  it.skipIf(noFuse)(`waits for no volume that hangs${noFuse ? ` (${noFuse})` : ''}`, async () => {
    const world = new World();
    const volume = await FuseVolume.mount(world.path('net'));
    writeFileSync(join(volume.source, 'far'), '');
    writeFileSync(world.path('near'), '');
    expect(world.baseline('create', world.tree, world.path('net/far')).status).toBe(0);
    volume.freeze();
    writeFileSync(world.path('near'), 'x');
    const { status, stdout, stderr } = world.baseline('check');
    const refused = world.baseline('accept', '--reason', 'x');
    const other = new World().baseline('create', world.path('net/far'));
    volume.thaw();
    expect([status, stderr]).toEqual([18, expect.stringMatching(/tree\/net: its volume does not answer/)]);
    expect(stdout).toMatch(/^changed .*near$/m);
    expect(stdout).not.toContain('removed  ');
    expect([refused.status, other.status]).toEqual([2, 18]);
  });

  it('has exit statuses of its own for what is no difference', () => {
    const world = new World();
    const first = world.baseline('check');
    expect([first.status, first.stderr]).toEqual([17, expect.stringContaining('`find-textd baseline create PATH`')]);
    expect(world.baseline('check', '--unknown').status).toBe(15);
    expect(world.baseline('check', 'word').status).toBe(15);
    expect(world.baseline('check', '--help').status).toBe(0);
    expect(JSON.parse(world.baseline('check', '--json').stdout)).toMatchObject({
      status: 17,
      error: expect.stringContaining('none yet'),
    });
  });
});

describe('the daemon', () => {
  it('makes good a check that is due, and says what differs', async () => {
    const world = World.created();
    edit(join(world.folder, 'history.jsonl'), /"at":"[^"]*"/, '"at":"2020-01-01T00:00:00.000Z"');
    writeFileSync(world.path('c'), '');
    const daemon = await world.startDaemon();
    await until('the check is recorded', () => world.history.length === 2);
    await until('it is said', () => daemon.stderr().includes('1 new, 0 removed, 0 changed'));
    expect(world.history[1]).toMatchObject({ kind: 'checked', status: 1, entries: 4 });
  });
});

describe('integrity monitoring', () => {
  it('tells who accepted a baseline, also when nothing ran at that time', async () => {
    const world = World.created();
    const told = world.tellToFile();
    const first = await world.startDaemon();
    await until('it has compared', () => told.has('monitor.compared'));
    await first.end('SIGTERM');
    expect(world.baseline('accept', '--reason', 'CHG-9').status).toBe(0);
    await world.startDaemon();
    await until('it is told', () => told.has('monitor.baseline_accepted'));
    const own = told.messages.filter(({ type }) => type === 'monitor.baseline_accepted');
    expect(own).toMatchObject([{ details: { number: 2, reason: 'CHG-9', by: expect.any(String) } }]);
  });
});

describe('a check of the baseline', () => {
  it('that finds differences or fails is told of, a clean one is not; each is in the report, as are pauses', async () => {
    const world = World.created();
    const told = world.tellToFile();
    const first = await world.startDaemon();
    await until('it has compared', () => told.has('monitor.compared'));
    expect(world.run('find-textd', 'pause').status).toBe(0);
    await until('the pause is told', () => told.has('monitor.pause'));
    expect(world.run('find-textd', 'resume').status).toBe(0);
    await until('its end is told', () => told.has('monitor.resume'));
    await first.end('SIGTERM');
    expect(world.check().status).toBe(0);
    appendFileSync(world.path('a'), ' and more');
    expect(world.check().status).toBe(4);
    appendFileSync(join(world.folder, 'baseline-1.txt'), ' ');
    expect(world.check().status).toBe(17);
    await world.startDaemon();
    await until('it is told', () => told.has('monitor.baseline_check_failed') && told.has('"comparison"'));
    const own = told.messages.filter(({ type }) => type.startsWith('monitor.baseline'));
    expect(own).toMatchObject([
      {
        type: 'monitor.baseline_differs',
        severity: 'warning',
        details: { counts: { added: 0, removed: 0, changed: 1 } },
      },
      { type: 'monitor.baseline_check_failed', details: { status: 17 } },
    ]);
    const { status, stdout } = world.run('find-textd', 'report', '--json');
    expect(status).toBe(0);
    const { gaps, ...report } = JSON.parse(stdout) as { gaps: { reason: string }[] };
    // Where another program mounts something for a moment, nobody knows where, that is told as a gap, too.
    expect(gaps.filter(({ reason }) => reason !== 'replaced')).toMatchObject([
      { reason: 'not running', to: expect.any(String) },
    ]);
    expect(report).toMatchObject({
      isMonitored: true,
      scope: { rules: [{ name: 'all' }], problem: null },
      baselines: [{ number: 1, isCurrent: true, signature: expect.stringContaining('it is not what was signed') }],
      checks: expect.arrayContaining([expect.objectContaining({ status: 4, changed: 1 })]),
      pauses: [{ to: expect.any(String) }],
      history: { isWhole: true, fault: null },
      totals: { changes: 1 },
      changes: [{ path: world.path('a'), kind: 'modified', origin: 'comparison', doers: [] }],
    });
  });
});

describe('find-textd baseline accept', () => {
  it('makes the next one: who, when, why, and what was before', () => {
    const world = World.created();
    writeFileSync(world.path('c'), '');
    expect(world.baseline('accept').status).toBe(2);
    expect(world.baseline('accept', '--reason', 'CHG-7\nrelease')).toMatchObject({ status: 0 });
    expect(world.check()).toEqual({ status: 0, lines: [] });
    const text = readFileSync(join(world.folder, 'baseline-2.txt'), 'utf8');
    const [first, accepted] = world.history;
    expect(text).toMatch(
      new RegExp(`^number 2\\nby .+\\nreason CHG-7\\\\x0arelease\\nprevious ${first?.hash}\\n`, 'm'),
    );
    expect(accepted).toMatchObject({ kind: 'accepted', number: 2, counts: { added: 1, removed: 0, changed: 0 } });
  });

  it('needs the passphrase of the key', () => {
    const world = new World();
    const file = join(world.home, 'passphrase');
    writeFileSync(file, 'correct horse\n', { mode: 0o600 });
    world.baseline('create', world.tree, '--passphrase-file', file);
    writeFileSync(file, 'correct house\n');
    const wrong = world.baseline('accept', '--reason', 'x', '--passphrase-file', file);
    expect([wrong.status, wrong.stderr]).toEqual([2, expect.stringContaining('the passphrase is another one')]);
    chmodSync(file, 0o644);
    expect(world.baseline('accept', '--reason', 'x', '--passphrase-file', file).stderr).toContain(
      'other users can read it',
    );
    expect(readFileSync(join(world.folder, 'current'), 'utf8')).toBe('1\n');
  });
});

describe.skipIf(spawnSync('script', ['-V']).error !== undefined)('at a terminal', () => {
  /** Types each answer when the question stands there; what is printed. */
  async function typed(world: World, command: string, answers: readonly string[]): Promise<string> {
    const line = `'${process.execPath}' '${PROGRAM}' baseline ${command}`;
    const child = spawn('script', ['-qec', line, '/dev/null'], { env: world.env });
    let [output, answered] = ['', 0];
    child.stdout.on('data', (bytes: Buffer) => {
      output += bytes.toString();
      if (output.split(': ').length - 1 <= answered || !output.endsWith(': ')) return;
      child.stdin.write(`${answers[answered++] ?? ''}\r`);
    });
    await once(child, 'close');
    return output;
  }

  it('the passphrase is asked for, and not shown', async () => {
    const world = new World();
    const created = await typed(world, `create '${world.tree}'`, ['pässwort', 'pässwort']);
    expect(created).toMatch(/^Passphrase for the key .*: \r\nAgain: \r\nbaseline 1: /);
    expect(readFileSync(join(world.folder, 'key.secret'), 'utf8')).toMatch(/^RWRTY0Iy/m);
    const accepted = await typed(world, 'accept --reason next', ['pä\x7fässx\x7fwort']);
    expect(accepted).toMatch(/^Passphrase: \r\nbaseline 2: /);
    expect(await typed(world, 'accept --reason next', ['other'])).toContain('the passphrase is another one');
    expect(created + accepted).not.toContain('ssw');
  });
});

describe('find-textd baseline create', () => {
  it('refuses to cover nothing, or to replace one that is there', () => {
    const world = new World();
    expect(world.baseline('create')).toMatchObject({ status: 2, stderr: expect.stringContaining('nothing to cover') });
    expect(world.baseline('create', world.tree, '--preset', 'no').status).toBe(2);
    expect(world.baseline('create', world.tree, '--except', '[').status).toBe(2);
    expect(existsSync(world.folder)).toBe(false);
    world.baseline('create', world.tree);
    expect(world.baseline('create', world.tree)).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('there is one'),
    });
  });

  it('covers the audit tools and find-text itself', () => {
    const world = new World();
    mkdirSync(join(world.home, 'config/find-text'), { recursive: true, mode: 0o700 });
    const config = '[[endpoint]]\nname = "chat"\nwebhookFile = "~/address"\nsecretFile = "~/secret"\n';
    writeFileSync(join(world.home, 'config/find-text/config.toml'), config, { mode: 0o600 });
    for (const name of ['address', 'secret']) writeFileSync(join(world.home, name), name, { mode: 0o600 });
    world.baseline('create', '--preset', 'system');
    const text = readFileSync(join(world.folder, 'baseline-1.txt'), 'utf8');
    expect(text).toMatch(/^path \/(usr\/)?sbin\/auditctl$/m);
    expect(text).toMatch(/^\S+\/dist\/find-textd\.js f /m);
    for (const name of ['config\\.toml', 'address', 'secret'])
      expect(text).toMatch(new RegExp(`^\\S+/${name} f 0600 `, 'm'));
    appendFileSync(join(world.home, 'config/find-text/config.toml'), '# x\n');
    // Others than root may not look into /etc/audit.
    expect(world.check()).toMatchObject({
      status: isRoot ? 4 : expect.any(Number),
      lines: expect.arrayContaining([expect.stringMatching(/^changed .*config\.toml$/)]),
    });
  });
});

describe.skipIf(!hasMinisign)('a baseline and minisign', () => {
  function minisign(...args: string[]): number | null {
    return spawnSync('minisign', args, { input: '', timeout: 120_000 }).status;
  }

  it('is verified by it, and not when it was edited', () => {
    const world = World.created();
    const file = join(world.home, 'copy');
    expect(world.baseline('export', file).status).toBe(0);
    const key = join(world.folder, 'key.pub');
    expect(minisign('-Vm', file, '-p', key)).toBe(0);
    edit(file, /0644/, '4755');
    expect(minisign('-Vm', file, '-p', key)).toBe(1);
    expect(world.baseline('export', file)).toMatchObject({ status: 2, stderr: expect.stringContaining('EEXIST') });
  });

  it('proves, beside it, each kind of tampering: one world, one after the other, each found and undone', () => {
    const world = new World();
    const [a, b] = [world.path('a'), world.path('b')];
    const SECONDS = 1_700_000_000;
    const restore = () => {
      writeFileSync(a, 'one');
      chmodSync(a, 0o644);
      if (isRoot) chownSync(a, 0, 0);
      utimesSync(a, SECONDS, SECONDS);
    };
    restore();
    writeFileSync(b, 'two');
    expect(world.baseline('create', world.tree).status).toBe(0);
    const swap = () => {
      for (const [from, to] of [
        [a, `${a}.x`],
        [b, a],
        [`${a}.x`, b],
      ] as const)
        renameSync(from, to);
    };
    const kinds: readonly (readonly [what: string, change: () => void, said: RegExp, undo: () => void])[] = [
      ['a mode', () => chmodSync(a, 0o666), /mode 644 → 666, now writable by everybody/, restore],
      ['an owner', () => chownSync(a, 12_345, 0), /owner root → 12345/, restore],
      ['a byte', () => writeFileSync(a, 'onE'), /content [0-9a-f]{12} → [0-9a-f]{12}/, restore],
      [
        'an edit that keeps the time',
        () => {
          writeFileSync(a, 'eno');
          utimesSync(a, SECONDS, SECONDS);
        },
        /though its time is as before/,
        restore,
      ],
      ['two files that are swapped', swap, /changed {2}TREE\/a[\s\S]*inode [\s\S]*changed {2}TREE\/b/, swap],
    ];
    for (const [what, change, said, undo] of kinds.filter(([each]) => isRoot || each !== 'an owner')) {
      change();
      const { status, lines } = world.check();
      expect([what, status, lines.join('\n')]).toEqual([what, 4, expect.stringMatching(said)]);
      undo();
      expect([what, world.check()]).toEqual([what, { status: 0, lines: [] }]);
    }
    const file = join(world.folder, 'baseline-1.txt');
    const verify = () => minisign('-Vm', file, '-p', join(world.folder, 'key.pub'));
    expect(verify()).toBe(0);
    edit(file, /(\/a f) 0644/, '$1 0666');
    expect([verify(), world.check().status]).toEqual([1, 17]);
  });

  it('is signed elsewhere: exported, signed, imported, and the next one, too', () => {
    const world = new World();
    const at = (name: string) => join(world.home, name);
    writeFileSync(world.path('a'), '');
    expect(minisign('-GW', '-p', at('pub'), '-s', at('key'))).toBe(0);
    const [, key = ''] = readFileSync(at('pub'), 'utf8').split('\n');
    expect(world.baseline('create', world.tree, '--key', key).stdout).toContain('waits for its signature');
    expect(existsSync(join(world.folder, 'key.secret'))).toBe(false);
    expect(world.baseline('check').status).toBe(17);
    world.baseline('export', at('one'));
    expect(world.baseline('import', at('one'))).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('minisign -Sm'),
    });
    expect(minisign('-SW', '-m', at('one'), '-s', at('key'))).toBe(0);
    expect(world.baseline('import', at('one')).status).toBe(0);
    expect(world.check().status).toBe(0);

    writeFileSync(world.path('b'), '');
    world.baseline('accept', '--reason', 'b is new');
    expect(world.check().status).toBe(1);
    world.baseline('export', at('two'));
    expect(minisign('-SW', '-m', at('two'), '-s', at('key'))).toBe(0);
    expect(world.baseline('import', at('two')).status).toBe(0);
    expect(world.check().status).toBe(0);
    expect(world.baseline('import', at('one'))).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('does not follow baseline 2'),
    });
    expect(world.history.map(({ kind }) => kind).filter((kind) => kind !== 'checked')).toEqual([
      'waiting',
      'imported',
      'waiting',
      'imported',
    ]);
  });

  it('is refused when another key has signed it, or it is of another machine', () => {
    const world = World.created();
    const at = (name: string) => join(world.home, name);
    world.baseline('export', at('one'));
    rmSync(at('one.minisig'));
    expect(minisign('-GW', '-p', at('pub'), '-s', at('key'))).toBe(0);
    expect(minisign('-SW', '-m', at('one'), '-s', at('key'))).toBe(0);
    expect(world.baseline('import', at('one')).stderr).toContain('is signed with the key');
    edit(at('one'), /^host .*$/m, 'host elsewhere');
    expect(minisign('-SW', '-m', at('one'), '-s', at('key'))).toBe(0);
    const [, key = ''] = readFileSync(at('pub'), 'utf8').split('\n');
    expect(world.baseline('import', at('one'), '--key', key).stderr).toContain('of the machine elsewhere');
  });
});

function edit(file: string, what: RegExp, instead: string): void {
  const text = readFileSync(file, 'utf8');
  const edited = text.replace(what, instead);
  expect(edited).not.toBe(text);
  writeFileSync(file, edited);
}
