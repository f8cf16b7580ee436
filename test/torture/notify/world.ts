/**
 * The world of a torture run of integrity monitoring: a tree that a rule watches, the daemon, which dies and comes back, a
 * receiver that fails in every way in turn, and a file beside it that takes everything.
 */
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Webhook } from 'standardwebhooks';
import { readHealth } from '../../../indexer/notify/deliver/health.js';
import { Ledger, type LedgerEntry } from '../../../indexer/notify/ledger/ledger.js';
import { openNotifyForReading } from '../../../indexer/notify/store.js';
import { orUndefined } from '../../../shared/errors.js';
import type { Db } from '../../../shared/store/open.js';
import { writeConfig } from '../../helpers/config-file.js';
import { AUTHORITY_FILE, type Received, Receiver } from '../../helpers/receiver.js';
import { type Daemon, TestEnv, until } from '../../helpers/test-env.js';
import { failingWays, Turns, type Way } from '../../helpers/turns.js';
import type { Message } from './told.js';

/** Lines of the rule. */
export const TELLING = {
  /** Each change by itself. */
  all: ['first = "all"', 'severity = "critical"'],
  /** Held by a change window. */
  window: ['first = "all"'],
  /** Some, then digests. */
  burst: ['first = 10'],
} as const;
export type Telling = keyof typeof TELLING;

const PATH = '/services/T00/B00/v3ry-s3cr3t-token';
const SECRET = `whsec_${randomBytes(32).toString('base64')}`;
/** Of the schedule: after the fourth failure more than half an hour has passed, after the next more than two. */
const FAILURES_OF_AN_HOUR = 4;

interface LaneRow {
  readonly failures: number;
  readonly isOff: number;
  readonly problem: string | null;
  readonly problemMs: number | null;
}

export class World {
  readonly env: TestEnv;
  readonly turns: Turns;
  readonly faults: string[] = [];
  kills = 0;
  requests = 0;
  /** How often the user switched the endpoint on again. */
  enabled = 0;
  /** Of each request that arrives whole. */
  onRequest: () => void = () => {};
  readonly #urlFile: string;
  readonly #linesFile: string;
  #daemon: Daemon | undefined;
  #startMs = 0;
  #db: Db | undefined;
  #failure: unknown;

  private constructor(
    programs: string,
    readonly receiver: Receiver,
    { telling, between }: { readonly telling: Telling; readonly between: number },
  ) {
    this.env = new TestEnv(undefined, {}, programs);
    const { home } = this.env;
    this.#urlFile = join(home, 'url');
    this.#linesFile = join(home, 'lines.jsonl');
    const secretFile = join(home, 'secret');
    writeFileSync(secretFile, `${SECRET}\n`, { mode: 0o600 });
    this.#leadTo(receiver.url);
    const ops = [
      ...['[[endpoint]]', 'name = "ops"', `webhookFile = "${this.#urlFile}"`, `secretFile = "${secretFile}"`],
      ...[`ca = "${AUTHORITY_FILE}"`, 'format = "json"'],
    ];
    const lines = ['[[endpoint]]', 'name = "lines"', `file = "${this.#linesFile}"`];
    const rule = ['[[notify]]', 'name = "all"', 'paths = ["."]', 'settleMs = 50', ...TELLING[telling]];
    writeConfig(this.env, [...rule, ...ops, ...lines, ''].join('\n'));
    this.turns = new Turns(receiver, this.#ways(), between);
    receiver.onRequest = (received) => this.#arrived(received);
  }

  static async open(programs: string, how: { readonly telling: Telling; readonly between: number }): Promise<World> {
    return new World(programs, await Receiver.open({ isTls: true }), how);
  }

  /** The first time. */
  async start(): Promise<void> {
    this.#daemon = await this.env.startDaemon();
    await this.until('the tree is compared', () => this.entries().some(({ kind }) => kind === 'compared'));
  }

  /** @param restMs  so long nothing runs. */
  kill(restMs: number): void {
    if (!this.#isRunning) return;
    this.kills += 1;
    this.#daemon?.process.kill('SIGKILL');
    this.#startMs = performance.now() + restMs;
  }

  async stop(): Promise<void> {
    const status = await this.#daemon?.end('SIGTERM');
    if (status !== 0) this.faults.push(`the daemon ended with ${status}`);
  }

  async until(what: string | (() => string), condition: () => boolean): Promise<void> {
    await until(what, () => {
      this.care();
      return condition();
    });
  }

  /** What the user does: starts what has ended, switches on what was switched off. @throws when the daemon ended by itself */
  care(): void {
    if (this.#failure) throw this.#failure;
    if (this.#daemon && !this.#isRunning) this.#startAgain();
    if (this.#lane?.isOff) {
      this.enabled += 1;
      this.env.run('find-textd', 'notify', 'enable', 'ops');
    }
  }

  get #isRunning(): boolean {
    const { exitCode, signalCode } = this.#daemon?.process ?? {};
    return exitCode === null && signalCode === null;
  }

  #startAgain(): void {
    const { process, stderr } = this.#daemon as Daemon;
    if (process.signalCode !== 'SIGKILL') throw new Error(`the daemon ended by itself: ${stderr().slice(-2_000)}`);
    if (performance.now() >= this.#startMs) this.#daemon = this.env.spawnDaemon([this.env.tree, '--source', 'inotify']);
  }

  /** Of the history, from the first one after this. */
  entries(afterSequence = 0): readonly LedgerEntry[] {
    const db = this.#history;
    return db ? [...new Ledger(db).entries(afterSequence)] : [];
  }

  /** How many changes wait for a digest. */
  get held(): number {
    return this.#history ? new Ledger(this.#history).waitingCount : 0;
  }

  /** How many messages wait. */
  get waiting(): number {
    return this.#history ? readHealth(this.#history).reduce((sum, { waiting }) => sum + waiting, 0) : 0;
  }

  get #lane(): LaneRow | undefined {
    return this.#history
      ?.prepare<[], LaneRow>(
        "SELECT failures, is_off AS isOff, problem, problem_ms AS problemMs FROM lane WHERE endpoint = 'ops'",
      )
      .get();
  }

  get #history(): Db | undefined {
    // At first it is being made: it can be opened a moment later.
    this.#db ??= orUndefined(() => openNotifyForReading(this.env.dataDirectory));
    return this.#db;
  }

  /** To be called when the daemon has ended. */
  close(): void {
    this.#db?.close();
    this.#db = undefined;
  }

  /** What the endpoint beside the receiver was told. */
  get lines(): readonly Message[] {
    const lines = readFileSync(this.#linesFile, 'utf8').split('\n');
    return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Message);
  }

  #leadTo(url: string): void {
    writeFileSync(this.#urlFile, `${url}${PATH}\n`, { mode: 0o600 });
  }

  #ways(): ReadonlyMap<string, Way> {
    const isLongEnough = () => this.#untilFailed('an hour passes', ({ failures }) => failures >= FAILURES_OF_AN_HOUR);
    const noSuchName: Way = {
      times: 1,
      answer: ({ socket }) => {
        socket?.destroy();
        void this.#misled();
      },
    };
    return new Map([...failingWays(this.receiver, { times: 2, isLongEnough }), ['no such name', noSuchName]]);
  }

  /** For a while the address has a name that there is not. */
  async #misled(): Promise<void> {
    const sinceMs = Date.now();
    this.#leadTo('https://no-such-host.invalid');
    const isTried = ({ problem, problemMs }: LaneRow) =>
      (problemMs ?? 0) >= sinceMs && /ENOTFOUND|EAI_AGAIN/.test(problem ?? '');
    await this.#untilFailed('the name is looked up', isTried);
    this.#leadTo(this.receiver.url);
  }

  /** Meanwhile the run goes on: what goes wrong here ends it. */
  async #untilFailed(what: string, test: (lane: LaneRow) => boolean): Promise<void> {
    const isDone = () => this.#lane !== undefined && test(this.#lane);
    await this.until(() => `${what}: ${JSON.stringify(this.#lane)}`, isDone).catch((error: unknown) => {
      this.#failure = error;
    });
  }

  #arrived({ headers, body, path }: Received): void {
    this.requests += 1;
    try {
      new Webhook(SECRET).verify(body, headers);
      if (path !== PATH) throw new Error(`it was sent to ${path}`);
    } catch (error) {
      this.faults.push(`request ${this.requests}: ${(error as Error).message}`);
    }
    this.onRequest();
  }
}
