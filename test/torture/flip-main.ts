/**
 * `node test/torture/flip.mjs --seed N --places 200`: flips one byte at random places of an index file that was closed cleanly.
 * A search of each copy must answer as before, or say that something is wrong; the daemon must heal each copy.
 */
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildSync } from 'esbuild';
import { currentIndexFile } from '../../shared/store/generation.js';
import { type Db, openForReading } from '../../shared/store/open.js';
import { freshFolder } from '../helpers/fresh-folder.js';
import { snapshot } from '../helpers/snapshot.js';
import type { Answer } from './flip-probe.js';
import { pause } from './machine.js';
import { randomText } from './names.js';
import { type Programs, preparePrograms } from './prepare.js';
import { Random } from './random.js';

const FILES = 300;
const QUERIES = ['w1', 'w2 w3', '"w4"', 'w5 OR w6', 'name:note1', 'w7', 'w10 w20', 'page', 'type:text/html w8', 'w9'];
const READY_PATIENCE_MS = 30_000;

type Kind = 'right' | 'told' | 'WRONG' | 'CRASH';

interface Bench {
  readonly folder: string;
  readonly tree: string;
  readonly home: string;
  readonly data: string;
  readonly programs: Programs;
  readonly probe: string;
}

export async function main(top: string, args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: { seed: { type: 'string', default: '1' }, places: { type: 'string', default: '200' } },
  });
  const bench = prepare(top);
  const random = new Random(`flip ${values.seed}`);
  const counts = new Map<string, number>();
  let failed = 0;
  try {
    await index(bench, random);
    cpSync(bench.data, `${bench.data}.good`, { recursive: true });
    const good = { answers: ask(bench), seen: seenIn(bench), tables: tablesByPage(bench) };
    for (let place = 1; place <= Number(values.places); place++) {
      const { at, table } = flip(bench, random, good.tables);
      const answers = ask(bench);
      const kind = judge(answers, good.answers);
      const healed = await heals(bench, good.seen);
      const isFine = kind !== 'WRONG' && kind !== 'CRASH' && healed === 'healed';
      if (!isFine) failed++;
      const key = `${table}: ${kind}, ${healed}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
      process.stdout.write(`${place}: byte ${at} in ${table}: search ${kind}, daemon ${healed}\n`);
    }
  } finally {
    for (const folder of [bench.folder, bench.programs.folder]) rmSync(folder, { recursive: true, force: true });
  }
  for (const [key, count] of [...counts].sort()) process.stdout.write(`${String(count).padStart(4)} ${key}\n`);
  process.stdout.write(`${failed} of ${values.places} places are not as they must be\n`);
  return failed === 0 ? 0 : 1;
}

function prepare(top: string): Bench {
  const folder = realpathSync(freshFolder(tmpdir(), 'find-text-flip'));
  const [tree, home] = [join(folder, 'tree'), join(folder, 'home')];
  for (const each of [tree, home]) mkdirSync(each);
  const programs = preparePrograms(top, true);
  const probe = join(programs.folder, 'flip-probe.mjs');
  const options = { bundle: true, packages: 'external', platform: 'node', format: 'esm' } as const;
  buildSync({ ...options, entryPoints: [join(top, 'test/torture/flip-probe.ts')], outfile: probe });
  return { folder, tree, home, data: join(home, 'data/find-text'), programs, probe };
}

function environment({ home }: Bench) {
  return { PATH: process.env.PATH, HOME: home, XDG_DATA_HOME: join(home, 'data'), XDG_RUNTIME_DIR: join(home, 'run') };
}

async function index(bench: Bench, random: Random): Promise<void> {
  for (let n = 0; n < FILES; n++) {
    const name = random.pick(['note', 'page', 'read']) + n + random.pick(['.txt', '.html', '.md', '']);
    writeFileSync(join(bench.tree, name), randomText(random));
  }
  await runDaemon(bench, () => false);
}

/** Runs it until it has nothing left to do, or `isEnough`, and ends it. @returns what it said. */
async function runDaemon(bench: Bench, isEnough: () => boolean): Promise<string> {
  const args = [bench.programs.daemon, 'run', bench.tree, '--source', 'inotify'];
  const child = spawn(process.execPath, args, { env: environment(bench), stdio: 'pipe' });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk));
  const ended = new Promise((resolve) => child.on('exit', resolve));
  const deadline = Date.now() + READY_PATIENCE_MS;
  while (!/^ready/m.test(said) && child.exitCode === null && Date.now() < deadline && !isEnough()) await pause(20);
  await pause(300);
  child.kill('SIGTERM');
  await ended;
  return said;
}

/** Puts a fresh copy in place and flips a byte of it. */
function flip({ data }: Bench, random: Random, tables: ReadonlyMap<number, string>): { at: number; table: string } {
  rmSync(data, { recursive: true });
  cpSync(`${data}.good`, data, { recursive: true });
  const file = currentIndexFile(data) as string;
  const bytes = readFileSync(file);
  const at = random.below(bytes.length);
  bytes[at] = (bytes[at] as number) ^ random.between(1, 255);
  writeFileSync(file, bytes);
  return { at, table: at < 100 ? 'header' : (tables.get(Math.floor(at / 4096) + 1) ?? 'unused') };
}

function ask(bench: Bench): Answer[] | undefined {
  const { status, stdout } = spawnSync(process.execPath, [bench.probe, ...QUERIES], {
    env: environment(bench),
    encoding: 'utf8',
  });
  return status === 0 ? (JSON.parse(stdout) as Answer[]) : undefined;
}

function judge(answers: Answer[] | undefined, good: Answer[] | undefined): Kind {
  if (!answers || !good) return 'CRASH';
  const wrong = answers.filter(({ status, stdout }, at) => status !== good[at]?.status || stdout !== good[at]?.stdout);
  if (wrong.length === 0) return 'right';
  return wrong.every(({ stderr }) => /damaged|corrupt|malformed|not a database/.test(stderr)) ? 'told' : 'WRONG';
}

async function heals(bench: Bench, good: string): Promise<string> {
  const said = await runDaemon(bench, () => false);
  try {
    return seenIn(bench) === good ? 'healed' : 'NOT HEALED';
  } catch (error) {
    return `NOT HEALED (${(error as Error).message.slice(0, 80)}; ${said.slice(-200)})`;
  }
}

function seenIn({ data }: Bench): string {
  const db = openForReading(currentIndexFile(data) as string);
  try {
    return JSON.stringify([...snapshot(db)]);
  } finally {
    db.close();
  }
}

function tablesByPage({ data }: Bench): Map<number, string> {
  const db: Db = openForReading(currentIndexFile(data) as string);
  const rows = db.prepare<[], { pageno: number; name: string }>('SELECT pageno, name FROM dbstat').all();
  db.close();
  return new Map(rows.map(({ pageno, name }) => [pageno, name]));
}
