/** find-text prints the same bytes whether the daemon answers in its place or it searches by itself. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { bundle } from '../helpers/bundle.js';
import { tempFolder } from '../helpers/temp.js';
import { type Daemon, TestEnv, until } from '../helpers/test-env.js';

const DIST = fileURLToPath(new URL('../../dist/', import.meta.url));
const FIND_TEXT = join(DIST, 'find-text.js');
const LOADED_MODULES = fileURLToPath(new URL('../helpers/loaded-modules.cjs', import.meta.url));
/** As the build shortens it. */
const BUILD = readFileSync(join(DIST, 'built-from'), 'utf8').slice(0, 16);
/** Of the patient client: nobody answers. */
const [NOT_ASKED, NOT_ANSWERED] = [98, 99];

let client: string;
beforeAll(() => {
  client = bundle('test/helpers/patient-client.ts');
});

const QUESTIONS: readonly (readonly string[])[] = [
  ['apple'],
  ['apples', 'ripe'],
  ['apple', '-pie'],
  ['"dear ann"'],
  ['"apple'],
  ['pears', 'OR', 'plums'],
  ['appl*'],
  ['-n', '1', 'apple'],
  ['-n3', 'apple'],
  ['--limit=2', 'apple'],
  ['-l', 'apple'],
  ['-0', 'apple'],
  ['-l0n2', 'apple'],
  ['-l', 'xyzzyqq'],
  ['--count', 'apple'],
  ['--count', 'xyzzyqq'],
  ['--json', 'apple'],
  ['--json', '--explain', 'apple'],
  ['--explain', 'apple'],
  ['--who', 'apple'],
  ['--all', 'orchard'],
  ['orchard'],
  ['--color=always', 'apple'],
  ['--color', 'never', 'apple'],
  ['aplpes'],
  ['xyzzyqq'],
  ['apple', 'xyzzyqq'],
  ['apple', 'zebra', 'plums'],
  ['type:html'],
  ['ext:nope'],
  ['size:>1', 'apple'],
  ['size:blue'],
  ['modified:today', 'pears'],
  ['modified:someday'],
  ['titel:pie'],
  ['title:pie'],
  ['in:letters', 'apple'],
  ['in:.', 'pears'],
  ['in:~/tree/letters', 'apple'],
  ['in:/nowhere', 'apple'],
  ['letters', 'apple'],
  ['by:root'],
  ['by:no-such-user', 'apple'],
  ['AND', 'apple'],
  ['letters/ann.txt:1'],
  ['äpfel'],
  ['odd'],
  ['a b\\', 'c"'],
  ['--', '-l', 'apple'],
  ['the '.repeat(300)],
];

/** What find-text says by itself. */
const OWN: readonly (readonly string[])[] = [
  ['-n', '0', 'apple'],
  ['-n', '101', 'apple'],
  [''],
  [],
  ['('],
  ['--nope'],
  ['-n', 'x'],
  ['--color=blue', 'apple'],
  ['-l', 'word'],
];

const NOT_A_SEARCH: readonly (readonly string[])[] = [
  ['--help'],
  ['-h'],
  ['--version'],
  ['--preview=1', 'apple'],
  ['-i'],
];

interface Place {
  readonly env?: NodeJS.ProcessEnv;
  /** A command of bash that the program's is put into. */
  readonly line?: string;
}

class World {
  readonly env = new TestEnv();

  constructor() {
    const { env } = this;
    for (const folder of ['letters', 'many']) mkdirSync(env.path(folder));
    writeFileSync(env.path('letters/ann.txt'), 'Dear Ann,\n\nthe apples are   ripe');
    writeFileSync(env.path('letters/bob.html'), '<title>A pie</title><p>an apple pie for Bob');
    writeFileSync(env.path('pears.md'), '# Pears\n\nnothing but pears, and äpfel; 日本');
    writeFileSync(env.path('a b\\c".txt'), 'an apple behind signs');
    writeFileSync(
      Buffer.concat([Buffer.from(env.path('odd')), Buffer.of(0xff, 0x1b, 0x0a), Buffer.from('.txt')]),
      'an odd apple',
    );
    const orchard = 'the orchard has many trees that bear fruit, and each of them wants to be cut in the winter; ';
    for (let i = 0; i < 4; i++)
      writeFileSync(env.path(`many/orchard${i}.txt`), `${orchard.repeat(20)} ${'x'.repeat(i)}`);
    for (let i = 0; i < 15; i++)
      writeFileSync(env.path(`many/plums${i}.txt`), `plums of the year ${1900 + i}\napple ${i}`);
    mkdirSync(Buffer.concat([Buffer.from(env.path('caf')), Buffer.of(0xe9)]));
    const long = 'n'.repeat(200);
    for (let i = 0; i < 400; i++) writeFileSync(env.path(`many/${long}${i}.txt`), `word ${i}`);
  }

  start(): Promise<Daemon> {
    return this.env.startDaemon();
  }

  /** By the daemon. */
  asked(args: readonly string[], place: Place = {}) {
    return this.#run(client, args, { ...place, env: { ...this.env.env, FIND_TEXT_BUILD: BUILD, ...place.env } });
  }

  /** Without it: it looks for its socket elsewhere. */
  alone(args: readonly string[], place: Place = {}) {
    const env = { ...this.env.env, ...place.env, XDG_RUNTIME_DIR: this.env.home };
    return this.#run(FIND_TEXT, args, { ...place, env });
  }

  #run(program: string, args: readonly string[], { env, line = '"$@"' }: Place) {
    const argv = ['-c', line, 'bash', process.execPath, program, ...args];
    const { status, stdout, stderr } = spawnSync('bash', argv, { env, cwd: this.env.tree });
    return { status, stdout: stdout.toString('latin1'), stderr: stderr.toString('latin1') };
  }
}

describe('find-text beside a daemon', () => {
  it('prints the same bytes with the same status, whoever searches', async () => {
    const world = new World();
    await world.start();
    await world.env.untilSettled();
    for (const args of QUESTIONS) expect([args, world.asked(args)]).toEqual([args, world.alone(args)]);
    for (const args of OWN) expect([args, world.asked(args).status]).toEqual([args, NOT_ANSWERED]);
    for (const args of NOT_A_SEARCH) expect([args, world.asked(args).status]).toEqual([args, NOT_ASKED]);
    const places: readonly Place[] = [
      { line: '"$@" 2>&1' },
      { line: '"$@" | head -c 20; echo $PIPESTATUS' },
      { line: '"$@" >/dev/full; echo $?' },
      { line: 'exec 2>/dev/full; "$@"; echo $?' },
      { line: 'cd $\'caf\\xe9\' && "$@" in:.' },
      { env: { HOME: undefined } },
      {
        env: { NO_COLOR: undefined, TERM: 'xterm' },
        line: 'script -qec "stty cols 50; $(printf "%q " "$@")" /dev/null',
      },
      { env: { NO_COLOR: undefined, TERM: 'dumb' }, line: 'script -qec "$(printf "%q " "$@")" /dev/null' },
      { env: { NO_COLOR: '1', TERM: 'xterm' }, line: 'script -qec "stty cols 200; $(printf "%q " "$@")" /dev/null' },
    ];
    for (const place of places)
      for (const args of [['aplpes'], ['-n5', 'apple', 'OR', 'orchard']])
        expect([place, args, world.asked(args, place)]).toEqual([place, args, world.alone(args, place)]);
  });

  it('searches by itself where the daemon may see or say something else', async () => {
    const world = new World();
    const daemon = await world.start();
    await world.env.untilSettled();
    const statusWith = (env: NodeJS.ProcessEnv, line?: string) =>
      world.asked(['apple'], { env, ...(line && { line }) }).status;
    expect(statusWith({})).toBe(0);
    expect(statusWith({ FIND_TEXT_BUILD: 'of another version' })).toBe(NOT_ANSWERED);
    expect(statusWith({ TZ: 'Asia/Tokyo' })).toBe(NOT_ANSWERED);
    expect(statusWith({ XDG_DATA_HOME: tempFolder() })).toBe(NOT_ANSWERED);
    expect(statusWith({ XDG_RUNTIME_DIR: tempFolder() })).toBe(NOT_ASKED);
    if (process.geteuid?.() === 0) {
      expect(statusWith({}, 'unshare --mount "$@"')).toBe(NOT_ANSWERED);
      expect(statusWith({}, 'setpriv --groups 1,2,3 "$@"')).toBe(NOT_ANSWERED);
    }
    expect(world.asked(['x'.repeat(70_000)]).status).toBe(NOT_ASKED);

    await daemon.end('SIGKILL');
    expect(statusWith({})).toBe(NOT_ANSWERED);
    const after = world.env.run('find-text', 'apple');
    expect(after).toMatchObject({ status: 0, stderr: expect.stringContaining('nothing keeps the index current') });
  });

  it('is asked by find-text itself, and has not long to answer', async () => {
    const world = new World();
    const daemon = await world.start();
    await world.env.untilSettled();
    const alone = world.alone(['apple']);
    const modules = join(tempFolder(), 'modules');
    /** @returns whether nothing of the search was loaded for it. */
    const isAsked = () => {
      const env = { ...world.env.env, LOADED_MODULES: modules };
      const argv = ['--require', LOADED_MODULES, FIND_TEXT, 'apple'];
      const { stdout, stderr, status } = spawnSync(process.execPath, argv, { env, encoding: 'latin1' });
      expect({ stdout, stderr, status }).toEqual(alone);
      return !readFileSync(modules, 'utf8').includes('NativeModule vm\n');
    };
    await until('the daemon answers', isAsked);

    daemon.process.kill('SIGSTOP');
    const { status, stdout, stderr } = world.env.run('find-text', 'apple');
    expect({ status, stdout }).toEqual({ status: 0, stdout: alone.stdout });
    expect(stderr).toContain('find-textd stands still');
    daemon.process.kill('SIGCONT');
    await until('it answers again', isAsked);
    renameSync(world.env.path('pears.md'), world.env.path('apple-pears.md'));
    await until('what has changed is found', () =>
      world.env.run('find-text', '-l', 'pears').stdout.includes('apple-pears'),
    );
  });
});
