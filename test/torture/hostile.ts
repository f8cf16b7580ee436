/**
 * `node test/torture/hostile.mjs`: a folder of files made to harm, at full size. Exit status 0 when the daemon has read
 * them within the time, none of its processes was in the way of the memory limit, each failure is named by `status`, and a
 * good file that comes next is found soon. Prints the load of the machine and the processor time beside the figures.
 */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, realpathSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Status } from '../../indexer/commands/status.js';
import { freshFolder } from '../helpers/fresh-folder.js';
import { hostileFiles } from '../helpers/hostile-files.js';
import { pause } from './machine.js';
import { memoryMb } from './memory.js';
import { copyPrograms } from './prepare.js';

const LIMITS = { seconds: 60, memoryMb: 1500, nextFileSeconds: 2 } as const;
/** So long the run is waited for, to tell what is missed and by how much. */
const PATIENCE_S = 600;
const TEXT_BYTES = 2 ** 30;
const LOOK_EVERY_MS = 100;
const ASK_EVERY_MS = 1000;

interface Figures {
  readonly seconds: number;
  readonly memoryMb: number;
  readonly nextFileSeconds: number;
  readonly cpuSeconds: number;
  readonly files: number;
  readonly status: Status;
}

/** @param top  of the project. @returns the exit status. */
export async function main(top: string): Promise<number> {
  const home = realpathSync(freshFolder(tmpdir(), 'find-text-hostile'));
  const programs = copyPrograms(top, true);
  try {
    return tell(await new Run(home, programs).measure());
  } finally {
    for (const folder of [home, programs]) rmSync(folder, { recursive: true, force: true });
  }
}

function tell({ status, ...figures }: Figures): number {
  const { failures } = status;
  const unnamed = failures.count - failures.newest.length;
  const say = (line: string) => void process.stdout.write(`${line}\n`);
  for (const { code, message } of failures.newest) say(`  ${code}: ${message}`);
  for (const [name, value] of Object.entries(figures)) say(`${name.padEnd(16)} ${Math.round(value * 100) / 100}`);
  say(`${'failures'.padEnd(16)} ${failures.count}, ${unnamed} not named; ${status.partial.count} known in part`);
  say(
    `${'load'.padEnd(16)} ${loadavg()
      .map((load) => load.toFixed(1))
      .join(' ')}`,
  );
  const missed = Object.entries(LIMITS).filter(([name, limit]) => figures[name as keyof typeof LIMITS] > limit);
  for (const [name, limit] of missed) say(`MISSED: ${name} is to be at most ${limit}`);
  return missed.length > 0 || unnamed > 0 || !status.isComplete ? 1 : 0;
}

class Run {
  readonly #tree: string;
  readonly #env: NodeJS.ProcessEnv;

  constructor(
    home: string,
    private readonly programs: string,
  ) {
    this.#tree = join(home, 'tree');
    mkdirSync(join(home, 'run'), { mode: 0o700 });
    const folders = Object.entries({
      DATA_HOME: 'data',
      STATE_HOME: 'state',
      CONFIG_HOME: 'config',
      RUNTIME_DIR: 'run',
    });
    const xdg = folders.map(([name, folder]) => [`XDG_${name}`, join(home, folder)]);
    this.#env = { PATH: process.env.PATH, HOME: home, NO_COLOR: '1', ...Object.fromEntries(xdg) };
  }

  async measure(): Promise<Figures> {
    const files = this.#makeFiles();
    const args = [join(this.programs, 'find-textd.js'), 'run', this.#tree, '--source', 'inotify'];
    const beginMs = performance.now();
    const daemon = spawn(process.execPath, args, { env: this.#env, stdio: 'ignore' });
    try {
      const memoryMb = await this.#untilComplete(daemon, beginMs);
      const seconds = (performance.now() - beginMs) / 1000;
      const nextFileSeconds = await this.#nextFile();
      const status = this.#status() as Status;
      const { mainCpuMs = 0, writerCpuMs = 0, extractorCpuMs = 0 } = status.spent ?? {};
      const cpuSeconds = (mainCpuMs + writerCpuMs + extractorCpuMs) / 1000;
      return { files, seconds, memoryMb, nextFileSeconds, cpuSeconds, status };
    } finally {
      daemon.kill('SIGTERM');
      if (daemon.exitCode === null) await once(daemon, 'exit');
    }
  }

  #makeFiles(): number {
    mkdirSync(this.#tree);
    for (const [name, make] of Object.entries(hostileFiles(1))) writeFileSync(join(this.#tree, name), make());
    const text = join(this.#tree, 'sparse.txt');
    writeFileSync(text, 'words at the beginning\n');
    truncateSync(text, TEXT_BYTES);
    writeFileSync(join(this.#tree, 'lines.txt'), 'a line of a long text\n'.repeat(TEXT_BYTES / 64 / 22));
    execFileSync('ln', ['-s', '/etc/passwd', join(this.#tree, 'link.txt')]);
    execFileSync('mkfifo', [join(this.#tree, 'fifo.txt')]);
    return readdirSync(this.#tree).length;
  }

  /** @returns the most memory that all processes had together. */
  async #untilComplete(daemon: ChildProcess, beginMs: number): Promise<number> {
    let [peak, askedMs] = [0, 0];
    while (performance.now() - beginMs < PATIENCE_S * 1000 && daemon.exitCode === null) {
      peak = Math.max(peak, memoryMb(daemon.pid ?? 0));
      if (performance.now() - askedMs > ASK_EVERY_MS) {
        if (this.#status()?.isComplete) break;
        askedMs = performance.now();
      }
      await pause(LOOK_EVERY_MS);
    }
    return peak;
  }

  async #nextFile(): Promise<number> {
    const beginMs = performance.now();
    writeFileSync(join(this.#tree, 'good.txt'), 'quokka');
    while (performance.now() - beginMs < PATIENCE_S * 1000) {
      if (this.#run('find-text', '-l', 'quokka').includes('good.txt')) break;
    }
    return (performance.now() - beginMs) / 1000;
  }

  #status(): Status | undefined {
    const json = this.#run('find-textd', 'status', '--json');
    return json === '' ? undefined : (JSON.parse(json) as Status);
  }

  #run(program: string, ...args: readonly string[]): string {
    const file = join(this.programs, `${program}.js`);
    return spawnSync(process.execPath, [file, ...args], { env: this.#env, encoding: 'utf8' }).stdout;
  }
}
