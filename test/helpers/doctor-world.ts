/** A user, a machine and an index for `find-textd doctor`: what is wrong there is made wrong for real, and repaired by the printed command. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { auditPaths } from '../../indexer/audit/install/audit-paths.js';
import { runCommand } from '../../indexer/audit/install/run-command.js';
import { diagnose } from '../../indexer/commands/doctor/diagnose.js';
import { type Facts, gather } from '../../indexer/commands/doctor/facts.js';
import type { Finding, FindingName } from '../../indexer/commands/doctor/finding.js';
import type { Place } from '../../indexer/commands/doctor/place.js';
import { Ways } from '../../indexer/commands/doctor/ways.js';
import { ROOTS_KEY } from '../../shared/daemon-state.js';
import { orUndefined } from '../../shared/errors.js';
import { locate } from '../../shared/locations.js';
import { Meta } from '../../shared/store/meta.js';
import { encodeRoots, rememberRoots } from '../../shared/store/roots-file.js';
import { SampleIndex } from './sample-index.js';

const PROGRAM = realpathSync(fileURLToPath(new URL('../../dist/find-textd.js', import.meta.url)));

/** A user and a machine. */
export class DoctorPlace {
  readonly env: NodeJS.ProcessEnv;
  place: Place;
  /** Of what was started last. */
  ended: Promise<unknown> = Promise.resolve();
  /** What no test can make wrong for real. */
  pretend: (facts: Facts) => Facts = (facts) => facts;

  constructor(
    readonly home: string,
    env: NodeJS.ProcessEnv,
  ) {
    const bin = join(home, 'bin');
    mkdirSync(bin);
    symlinkSync(PROGRAM, join(bin, 'find-textd'));
    symlinkSync(process.execPath, join(bin, 'node'));
    this.env = { ...env, PATH: `${bin}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin` };
    this.place = {
      locations: locate(this.env),
      env: this.env,
      uid: process.geteuid?.() ?? 0,
      // Beside it there is no extractor: one that is tried each time takes most of the time.
      program: join(bin, 'find-textd'),
      version: packageVersion(),
      audit: {
        paths: auditPaths(join(home, 'machine')),
        tools: { auditctl: undefined, systemctl: undefined, service: undefined, augenrules: undefined, node: '' },
        run: runCommand,
        program: '',
      },
      proc: procWithoutProcesses(home),
      base: '/',
      nowMs: Date.now(),
    };
  }

  /** With its extractors. */
  get program(): string {
    return PROGRAM;
  }

  change(part: Partial<Place>): void {
    this.place = { ...this.place, ...part };
  }

  configure(text: string): void {
    const { configFile } = this.place.locations;
    mkdirSync(dirname(configFile), { recursive: true, mode: 0o700 });
    writeFileSync(configFile, text, { mode: 0o600 });
  }

  async find(name: FindingName): Promise<Finding | undefined> {
    const facts = this.pretend(await gather(this.place));
    const { findings, unseen } = diagnose(facts, new Ways(this.place));
    const failed = unseen.filter(({ command }) => command === undefined);
    if (failed.length > 0) throw new Error(failed.map(({ text }) => text).join('; '));
    return findings.find(({ finding }) => finding === name);
  }

  /** @throws what it says when it fails */
  run(command: string): void {
    const env = { ...this.env, EDITOR: 'truncate -s 0' };
    const { status, stdout, stderr } = spawnSync('sh', ['-c', command], { env, encoding: 'utf8', cwd: '/' });
    if (status !== 0) throw new Error(`${command}: ${stdout}${stderr}`);
  }

  isDaemon(pid: number): boolean {
    return orUndefined(() => readFileSync(`/proc/${pid}/comm`, 'utf8')) === 'find-textd\n';
  }

  /** Ended with the test. */
  start(program: string, ...args: readonly string[]): ChildProcess {
    const child = spawn(program, args, { env: this.env, stdio: ['ignore', 'pipe', 'inherit'] });
    this.ended = new Promise((resolve) => child.once('exit', resolve));
    onTestFinished(() => void child.kill('SIGKILL'));
    return child;
  }
}

/** With an index of one file. */
export class DoctorWorld extends DoctorPlace {
  constructor(readonly sample = new SampleIndex({ 'a.txt': 'some words' })) {
    super(sample.home, {
      HOME: sample.home,
      XDG_DATA_HOME: dirname(sample.dataDirectory),
      XDG_RUNTIME_DIR: join(sample.home, 'run'),
    });
    const root = Buffer.from(sample.root);
    const roots = [{ name: root, path: root }];
    rememberRoots(sample.dataDirectory, roots);
    new Meta(sample.db).set(ROOTS_KEY, encodeRoots(roots));
  }

  get dataDirectory(): string {
    return this.sample.dataDirectory;
  }
}

/** Where many programs run, looking at all of them takes longer than anything else. */
function procWithoutProcesses(home: string): string {
  const proc = join(home, 'proc');
  mkdirSync(proc);
  for (const name of ['sys', 'locks', 'cmdline']) symlinkSync(join('/proc', name), join(proc, name));
  return proc;
}

function packageVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
