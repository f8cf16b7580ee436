import { execFileSync, type StdioOptions, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { guardLooks } from '../../../indexer/disk/looks.js';
import { codeRangeBytes } from '../../../indexer/extract/child-limits.js';
import {
  type ExtractJob,
  type ExtractOutcome,
  ExtractorPool,
  type ExtractorPoolOptions,
} from '../../../indexer/extract/pool.js';
import { PRIORITY, type Priority } from '../../../shared/types.js';
import { bundle } from '../../helpers/bundle.js';
import { tempFolder } from '../../helpers/temp.js';
import { until } from '../../helpers/test-env.js';

const folder = tempFolder();
const badWorker = bundle('test/indexer/extract/bad-worker.ts');
const pools: ExtractorPool[] = [];

function newPool(options: Partial<ExtractorPoolOptions> = {}): ExtractorPool {
  const pool = new ExtractorPool({ workerPath: badWorker, workers: 1, ...options });
  pools.push(pool);
  return pool;
}

afterEach(async () => {
  guardLooks(undefined);
  await Promise.all(pools.splice(0).map((pool) => pool.close()));
});

function file(name: string, content: string | Buffer = 'some text'): ExtractJob {
  writeFileSync(join(folder, name), content);
  return { path: Buffer.from(join(folder, name)) };
}

function files(count: number, extension = 'txt', content = 'some text'): ExtractJob[] {
  return Array.from({ length: count }, (_, at) => file(`${at}.${extension}`, content));
}

/** 'some text' or FT_EXTRACT_… */
function told(outcome: ExtractOutcome | undefined): string {
  if (outcome?.kind === 'extracted') return Buffer.from(outcome.extraction.text).toString();
  return outcome?.kind === 'failed' ? outcome.code : String(outcome?.kind);
}

/** A file that its extractor has in hand until it is let go. */
function heldFile(name: string): { readonly job: ExtractJob; isBegun(): boolean; letGo(): void } {
  const gate = join(folder, `${name}.gate`);
  writeFileSync(gate, '');
  const isBegun = () => existsSync(`${gate}.begun`);
  return { job: file(`${name}.held`, gate), isBegun, letGo: () => rmSync(gate) };
}

function isAlive(pid: number): boolean {
  if (!existsSync(`/proc/${pid}/stat`)) return false;
  return !/\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
}

describe('ExtractorPool', () => {
  it.each([1, 2])('%i children answer in the order of the jobs, whatever is known of their sizes', async (workers) => {
    const sizes = [0, 10, 70_000, undefined, 1000];
    const jobs = Array.from({ length: 300 }, (_, at): ExtractJob => {
      const bytes = sizes[(at >> 5) % sizes.length];
      return { ...file(`size-${at}.txt`, `text ${at}`), ...(bytes !== undefined && { bytes }) };
    });
    const outcomes = await newPool({ workers }).extract(jobs);
    expect(outcomes.map(told)).toEqual(jobs.map((_, at) => `text ${at}`));
  });

  it('answers in the order of the jobs, each text in memory of its own', async () => {
    const jobs = Array.from({ length: 100 }, (_, at) => file(`order-${at}.txt`, `text ${at}`));
    const outcomes = await newPool({ workers: 2 }).extract(jobs);
    expect(outcomes.map(told)).toEqual(jobs.map((_, at) => `text ${at}`));
    for (const outcome of outcomes) {
      if (outcome.kind !== 'extracted') throw new Error('not extracted');
      expect(outcome.extraction.text.buffer.byteLength).toBe(outcome.extraction.text.length);
      expect(outcome).toMatchObject({
        isChanging: false,
        extraction: { isFileText: true, extractor: 'text', type: 'text/plain' },
      });
    }
  });

  it('hands over what happened to the file', async () => {
    const outcomes = await newPool({ maxBytes: 10 }).extract([
      { path: Buffer.from(join(folder, 'missing')) },
      { path: Buffer.from('/dev/null') },
      file('bad.throw', 'this'),
      file('long.txt', 'x'.repeat(100)),
    ]);
    expect(outcomes).toMatchObject([
      { kind: 'gone' },
      { kind: 'special' },
      {
        kind: 'failed',
        code: 'FT_EXTRACT_FAILED',
        message: `extract ${folder}/bad.throw: cannot read this`,
        isTransient: false,
        stat: { size: 4 },
      },
      { kind: 'extracted', stat: { size: 100 }, extraction: { isTruncated: true } },
    ]);
    expect(told(outcomes[3])).toBe('x'.repeat(10));
  });

  it('moves 40 MB of one text and 200 small ones', async () => {
    const big = file('big.txt', Buffer.alloc(40 << 20, 'large text '));
    const outcomes = await newPool({ maxBytes: 64 << 20 }).extract([big, ...files(200)]);
    expect(told(outcomes[0]).length).toBe(40 << 20);
    expect(outcomes.slice(1).map(told)).toEqual(Array(200).fill('some text'));
  });

  it('cuts a text beyond 64 MiB before a character', async () => {
    const [outcome] = await newPool().extract([file('a.huge')]);
    expect(outcome).toMatchObject({ kind: 'extracted', extraction: { isTruncated: true } });
    expect(told(outcome)).toBe('ü'.repeat(32 << 20));
  });

  it('waits for an extractor that waits itself, one file at a time', async () => {
    const outcomes = await newPool().extract([...files(5, 'late'), ...files(5)]);
    expect(outcomes.map(told)).toEqual(Array(10).fill('some text'));
  });

  it('brings the documents within a file', async () => {
    writeFileSync(join(folder, 'box.bin'), '\0BOXsome text');
    const [outcome] = await newPool().extract([{ path: Buffer.from(join(folder, 'box.bin')) }]);
    const child = { text: Buffer.from('some text'), extractor: 'text' };
    expect(outcome).toMatchObject({
      extraction: {
        title: 'Box',
        children: [
          { ...child, innerPath: Buffer.from('a.txt') },
          { ...child, innerPath: Buffer.from('b.txt') },
        ],
      },
    });
  });

  it('resolves an empty batch without starting anything', async () => {
    const pool = newPool();
    expect([await pool.extract([]), pool.pids]).toEqual([[], []]);
  });
});

describe('a file that stops its child', () => {
  it.each([
    ['exit', {}, 'FT_EXTRACT_CRASHED', /the extractor ended \(exit status 3\)$/, false],
    ['abort', {}, 'FT_EXTRACT_CRASHED', /the extractor ended \(SIGABRT/, false],
    ['kill', {}, 'FT_EXTRACT_CRASHED', /the extractor ended \(SIGKILL\)$/, true],
    // So much that no other file needs it on the slowest machine.
    ['loop', { timeoutMs: 5000 }, 'FT_EXTRACT_TIMEOUT', /timed out after 5000 ms$/, false],
    ['never', { timeoutMs: 5000 }, 'FT_EXTRACT_TIMEOUT', /timed out after 5000 ms$/, false],
    ['stray', {}, 'FT_EXTRACT_CRASHED', /exit status 1: Error: nobody waits for this\)$/, false],
    ['heap', { memoryMb: 256 }, 'FT_EXTRACT_CRASHED', /heap out of memory/, false],
    ['garbage', {}, 'FT_EXTRACT_CRASHED', /answer not understood: frame of .* over the limit/, false],
    ['flood', {}, 'FT_EXTRACT_CRASHED', /exit status 1: Error: the last words\\x1b\[2J\)$/, false],
  ] as const)('fails alone: %s', async (extension, options, code, message, isTransient) => {
    const jobs = [...files(5), file(`bad.${extension}`), ...files(40)];
    const outcomes = await newPool(options).extract(jobs);
    expect(outcomes[5]).toMatchObject({ kind: 'failed', code, isTransient });
    expect((outcomes[5] as { isKill?: true }).isKill).toBe(isTransient ? undefined : true);
    expect((outcomes[5] as { message: string }).message).toMatch(message);
    expect((outcomes[5] as { message: string }).message.startsWith(`extract ${folder}/bad.${extension}: `)).toBe(true);
    expect(outcomes.toSpliced(5, 1).map(told)).toEqual(Array(45).fill('some text'));
  });

  it.skipIf(!existsSync('/usr/bin/prlimit'))(
    'fails alone: memory outside the JavaScript heap (needs prlimit)',
    async () => {
      const outcomes = await newPool({ memoryMb: 256 }).extract([...files(3), file('bad.buffers'), ...files(3)]);
      expect(outcomes[3]).toMatchObject({
        kind: 'failed',
        code: /FT_EXTRACT_(?:FAILED|CRASHED)/.exec(told(outcomes[3]))?.[0],
      });
      expect(outcomes.toSpliced(3, 1).map(told)).toEqual(Array(6).fill('some text'));
    },
  );

  it('fails alone among many that do so, with several children', async () => {
    const jobs = Array.from({ length: 60 }, (_, at) => file(`${at}.${at % 6 === 0 ? 'exit' : 'txt'}`));
    const outcomes = await newPool({ workers: 3 }).extract(jobs);
    expect(outcomes.map(told)).toEqual(jobs.map((_, at) => (at % 6 === 0 ? 'FT_EXTRACT_CRASHED' : 'some text')));
  });

  it('has its own time: many slow files together may take longer than the limit', async () => {
    const outcomes = await newPool({ timeoutMs: 15_000 }).extract(files(16, 'sleep', '1000'));
    expect(outcomes.map(told)).toEqual(Array(16).fill('1000'));
  });

  it('is not to blame when somebody kills the child, and it is given more before that is known', async () => {
    const pool = newPool();
    const held = heldFile('blameless');
    const first = pool.extract([held.job]);
    await until('the file is begun', () => held.isBegun());
    const [pid = 0] = pool.pids;
    process.kill(pid, 'SIGKILL');
    while (isAlive(pid));
    const next = pool.extract([file('more.txt')]);
    expect((await next).map(told)).toEqual(['some text']);
    const [outcome] = await first;
    expect(outcome).toMatchObject({ code: 'FT_EXTRACT_CRASHED', isTransient: true });
    expect(outcome).not.toHaveProperty('isKill');
  });

  it('costs one file when somebody kills the child in the middle of a batch', async () => {
    const pool = newPool();
    const jobs = files(30, 'sleep', '10');
    const batch = pool.extract(jobs);
    await pool.extract([file('urgent.txt')], PRIORITY.interactive);
    process.kill(pool.pids[0] as number, 'SIGKILL');
    const failed = (await batch).filter((outcome) => outcome.kind !== 'extracted');
    expect(failed.length).toBeLessThanOrEqual(1);
    for (const outcome of failed) expect(outcome).toMatchObject({ code: 'FT_EXTRACT_CRASHED', isTransient: true });
  });
});

describe('priorities', () => {
  it('on a volume that becomes silent is given up, and the next one too', async () => {
    let isSilent = false;
    guardLooks({
      isSilent: (path) => isSilent && String(path).endsWith('.loop'),
      mayHang: () => true,
      isStuck: false,
      look: (_path, call) => call(),
    });
    const pool = newPool();
    const [hanging, waiting, good] = ['1.loop', '2.loop', 'good.txt'].map((name) => pool.extract([file(name)]));
    await until('there is a child', () => pool.pids.length > 0);
    isSilent = true;
    pool.giveUpSilent();
    expect([await hanging, await waiting].flat()).toEqual([{ kind: 'silent' }, { kind: 'silent' }]);
    expect(await pool.extract([file('3.loop')])).toEqual([{ kind: 'silent' }]);
    expect(told((await good)?.[0])).toBe('some text');
  });

  it('an interactive job waits for the file in progress, not for the batch', async () => {
    const pool = newPool();
    const order: string[] = [];
    const extract = (job: ExtractJob, name: string, priority?: Priority) =>
      pool.extract([job], priority).then(() => order.push(name));
    const inProgress = heldFile('in-progress');
    const bulk = [extract(inProgress.job, 'in progress'), ...files(40).map((job) => extract(job, 'bulk'))];
    await until('the first file is in progress', inProgress.isBegun);
    const urgent = extract(file('urgent.txt'), 'urgent', PRIORITY.interactive);
    inProgress.letGo();
    await Promise.all([...bulk, urgent]);
    expect(order).toEqual(['in progress', 'urgent', ...Array(40).fill('bulk')]);
  });

  it('an interactive job avoids the child that sits on a long file', async () => {
    const pool = newPool({ workers: 2 });
    const long = heldFile('long');
    const answer = pool.extract([long.job]);
    await pool.extract([file('warm.txt')], PRIORITY.interactive);
    await until('a child sits on it', long.isBegun);
    for (let turn = 0; turn < 10; turn++) await pool.extract([file('urgent.txt')], PRIORITY.interactive);
    long.letGo();
    expect((await answer).map(told)).toEqual([join(folder, 'long.gate')]);
  });
});

describe('children', () => {
  it('start when there is work, no more than allowed and no more than jobs, and stop when idle', async () => {
    const pool = newPool({ workers: 3, idleMs: 50 });
    expect(pool.pids).toEqual([]);
    const running = pool.extract(files(2));
    expect(pool.pids.length).toBe(2);
    await running;
    await pool.extract(files(50));
    expect(pool.pids.length).toBeLessThanOrEqual(3);
    await until('all children have ended', () => pool.pids.length === 0);
    expect((await pool.extract(files(1))).map(told)).toEqual(['some text']);
  });

  it('are kept for the next job', async () => {
    const pool = newPool();
    await pool.extract(files(1));
    const { pids } = pool;
    await pool.extract(files(3));
    expect(pool.pids).toEqual(pids);
  });

  it('are as many as they may be, now and from now on', async () => {
    const pool = newPool({ workers: 3 });
    await pool.extract(files(50));
    expect(pool.pids.length).toBe(3);
    pool.limit(1);
    await until('one child is left', () => pool.pids.length === 1);
    expect((await pool.extract(files(50))).map(told)).toEqual(files(50).map(() => 'some text'));
    expect(pool.pids.length).toBe(1);
    pool.limit(Number.POSITIVE_INFINITY);
    await pool.extract(files(50));
    expect(pool.pids.length).toBe(3);
  });

  it('are replaced when they have grown', async () => {
    const outcomes = await newPool().extract(files(100, 'keep'));
    expect(new Set(outcomes.map(told)).size).toBeGreaterThan(1);
  });

  it('have no environment, the disk when nobody else wants it, and their limits', async () => {
    const [outcome] = await newPool({ memoryMb: 300 }).extract([file('a.about')]);
    const about = JSON.parse(told(outcome)) as { env: string[]; ioClass?: string; limits: string };
    expect(about.env).toEqual([]);
    expect(about.ioClass).toBe(existsSync('/usr/bin/ionice') ? 'idle' : undefined);
    if (!existsSync('/usr/bin/prlimit')) return;
    expect(about.limits).toMatch(new RegExp(`Max data size\\s+${(300 << 20) + codeRangeBytes()}\\s`));
    expect(about.limits).toMatch(/Max core file size\s+0\s/);
  });

  it('end in good order with their input, behind their walls', async () => {
    const journal = openSync(join(folder, 'journal'), 'w+');
    const stdio: StdioOptions = ['pipe', 'pipe', 'pipe', journal, 'pipe'];
    const child = spawn(process.execPath, [bundle('indexer/extract/worker.ts')], { stdio, env: {} });
    closeSync(journal);
    let said = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    child.stdin?.end();
    const end = await new Promise((resolve) => child.once('close', (status, signal) => resolve({ status, signal })));
    expect({ end, said }).toEqual({ end: { status: 0, signal: null }, said: '' });
  });

  it('outlive the signals of a terminal and a service manager', async () => {
    const pool = newPool();
    await pool.extract(files(1));
    const { pids } = pool;
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.kill(pids[0] as number, signal);
    expect((await pool.extract(files(5))).map(told)).toEqual(Array(5).fill('some text'));
    expect(pool.pids).toEqual(pids);
  });

  it('die with a parent that is killed, even in an endless loop', async () => {
    const parent = bundle('test/indexer/extract/pool-parent.ts');
    const begun = join(folder, 'has-begun');
    const args = [parent, badWorker, join(folder, '0.txt'), join(folder, 'bad.begun'), begun];
    files(1);
    file('bad.begun', begun);
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    const line = await new Promise<string>((resolve) =>
      child.stdout.once('data', (chunk: Buffer) => resolve(chunk.toString())),
    );
    const pids = JSON.parse(line) as number[];
    expect(pids.map(isAlive)).toEqual([true, true]);
    child.kill('SIGKILL');
    const canEndLoops = existsSync('/usr/bin/setpriv');
    await until('the children have ended, too', () => pids.filter(isAlive).length <= (canEndLoops ? 0 : 1));
    for (const pid of pids.filter(isAlive)) process.kill(pid, 'SIGKILL');
  });

  it('that never start fail the jobs as transient, and the next jobs are tried again', async () => {
    const broken = join(folder, 'broken.mjs');
    writeFileSync(broken, 'throw new Error("no such module");');
    const pool = newPool({ workerPath: broken, workers: 2 });
    const outcomes = await pool.extract(files(20));
    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({ kind: 'failed', code: 'FT_EXTRACT_CRASHED', isTransient: true });
      expect((outcome as { message: string }).message).toMatch(/does not start \(exit status 1: .*no such module/);
    }
    writeFileSync(broken, readFileSync(badWorker));
    expect((await pool.extract(files(2))).map(told)).toEqual(['some text', 'some text']);
  });
});

describe('out of file descriptors', () => {
  /** @param left  so many, or `sent`: all that one user may have on their way to other programs are. */
  function starve(left: string): readonly string[] {
    const script = bundle('test/indexer/extract/pool-starved.ts');
    const path = join(folder, '0.txt');
    const args = ['-c', 'ulimit -n 200; exec "$@"', 'sh', process.execPath, script, badWorker, path, left];
    files(1);
    return execFileSync('sh', args, { encoding: 'utf8' }).trim().split('\n');
  }

  it.each([0, 1, 2, 3, 5, 8, 12])('the jobs fail as transient or succeed, and succeed later: %i left', (left) => {
    const [starved, later] = starve(`${left}`);
    expect(starved).toMatch(/^(?:extracted|FT_EXTRACT_CRASHED true .*|FT_READ_FAILED true .*)$/);
    if (left < 3) expect(starved).not.toBe('extracted');
    expect(later).toBe('extracted');
  });

  it.skipIf(process.geteuid?.() === 0)('whatever is sent by other programs of the user (root may send all)', () => {
    const [starved, later] = starve('sent');
    expect(starved).toMatch(/^FT_READ_FAILED true read .*: programs of this user hand each other too many open files/);
    expect(later).toBe('extracted');
  });
});
