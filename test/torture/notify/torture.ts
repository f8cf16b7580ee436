/**
 * A torture run of integrity monitoring: files change in waves while the receiver fails in every way in turn and the
 * daemon is killed. After each wave the history must say what is on the disk; at the end every message must have
 * arrived. Used by main.ts and, for a few waves, by the e2e tests.
 */
import { readDeadLetters } from '../../../indexer/notify/deliver/outbox.js';
import { openNotify } from '../../../indexer/notify/store.js';
import { pause } from '../machine.js';
import { Random } from '../random.js';
import { Files, type State } from './files.js';
import { type Message, Told } from './told.js';
import { faultsIn } from './verdict.js';
import { type Telling, World } from './world.js';

export interface TortureOptions {
  readonly seed: string;
  readonly changes: number;
  readonly kills: number;
  readonly files: number;
  readonly telling: Telling;
  /** So many messages are taken from one way to fail to the next. */
  readonly between: number;
  readonly say: (line: string) => void;
  readonly onOpen?: (world: World) => void;
}

const WAVE = [1, 80] as const;
const LONGEST_REST_MS = 600;
const POLL_MS = 200;

/** @param programs  the folder they are in. @returns what was wrong; empty: nothing. */
export async function torture(programs: string, options: TortureOptions): Promise<readonly string[]> {
  const world = await World.open(programs, options);
  options.onOpen?.(world);
  try {
    return await tortureIn(world, options);
  } catch (error) {
    world.kill(Number.POSITIVE_INFINITY);
    options.say(`what there is: ${world.env.home}`);
    throw error;
  }
}

async function tortureIn(world: World, options: TortureOptions): Promise<readonly string[]> {
  const random = new Random(options.seed);
  const files = new Files(world.env.tree, random, options.files);
  const there = new Map([...files.histories].map(([path]) => [path, files.now(path)]));
  await world.start();
  const run = new Run({ world, random, files, options }, new Told(there));
  await run.all();
  const { lines, faults, turns } = world;
  const entries = world.entries();
  const { rests, givenUp } = run;
  const evidence = { taken: turns.taken, lines, entries, givenUp, there, histories: files.histories, rests };
  const found = [...faults, ...faultsIn(evidence), ...verifyFaults(world, options)];
  await world.stop();
  world.close();
  options.say(`${run.state}; ${entries.length} entries`);
  options.say(`ways: ${[...turns.met].map(([way, times]) => `${way} ${times}`).join(', ')}`);
  return found;
}

/** The digest that was received last is in the history. */
function verifyFaults({ turns, env }: World, { say }: TortureOptions): readonly string[] {
  const last = [...turns.taken.values()].at(-1)?.[0]?.body ?? '{}';
  const { status, stdout, stderr } = env.run('find-textd', 'verify', '--head', (JSON.parse(last) as Head).chain.hash);
  say(stdout.trim().replaceAll('\n', '; '));
  return status === 0 ? [] : [`verify: ${stdout}${stderr}`];
}

interface Head {
  readonly chain: { readonly hash: string };
}

interface Parts {
  readonly world: World;
  readonly random: Random;
  readonly files: Files;
  readonly options: TortureOptions;
}

class Run {
  readonly rests = new Map<string, State[]>();
  readonly givenUp = new Set<string>();
  #changes = 0;
  #sequence = 0;
  #resent = 0;

  constructor(
    private readonly parts: Parts,
    /** As the history says it. */
    private readonly told: Told,
  ) {
    this.#killAtRequests();
  }

  get state(): string {
    const { world, options } = this.parts;
    const { turns, kills, requests, waiting, enabled } = world;
    const repeats = [...turns.taken.values()].reduce((sum, { length }) => sum + length - 1, 0);
    return [
      `${this.#changes} of ${options.changes} changes, ${this.told.count} told, ${kills} kills, ${requests} requests`,
      `${turns.taken.size} messages taken, ${repeats} of them again, ${waiting} wait, ${world.held} held`,
      `${turns.met.size} ways, switched on ${enabled} times, ${this.#resent} sent again by hand`,
    ].join('; ');
  }

  async all(): Promise<void> {
    const { world, options } = this.parts;
    if (options.telling === 'window')
      world.env.run('find-textd', 'notify', 'window', '--for', '5h', '--reason', 'CHG-123');
    await this.#waves();
    await this.#killOften();
    await this.#deliverAll();
  }

  async #waves(): Promise<void> {
    const { options, random } = this.parts;
    for (let wave = 1; this.#changes < options.changes; wave++) {
      const size = Math.min(random.between(...WAVE), options.changes - this.#changes);
      await this.#wave(size);
      if (wave % 20 === 0) options.say(`wave ${wave}: ${this.state}`);
    }
  }

  async #wave(size: number): Promise<void> {
    const { world, random, files, options } = this.parts;
    const touched = new Set<string>();
    const killEvery = Math.ceil(options.changes / (options.kills / 2 + 1));
    for (let n = 0; n < size; n++) {
      for (const path of files.change()) touched.add(path);
      this.#changes += 1;
      if (this.#changes % killEvery === 0) this.#kill();
      if (random.chance(0.2)) await pause(random.below(80));
      world.care();
    }
    await world.until(
      () =>
        `it is told that ${this.#untold(touched).map((path) => `${path} is ${files.now(path)}, not ${this.told.now(path)}`)}`,
      () => this.#untold(touched).length === 0,
    );
    for (const path of touched) this.#rest(path, files.now(path));
  }

  #untold(touched: ReadonlySet<string>): readonly string[] {
    const { world, files } = this.parts;
    for (const { sequence, json } of world.entries(this.#sequence)) {
      this.told.add(JSON.parse(json) as Message);
      this.#sequence = sequence;
    }
    return [...touched].filter((path) => files.now(path) !== this.told.now(path));
  }

  #rest(path: string, state: State): void {
    const rests = this.rests.get(path) ?? [];
    if (rests.at(-1) !== state) this.rests.set(path, [...rests, state]);
  }

  #kill(): void {
    const { world, random, options } = this.parts;
    if (world.kills < options.kills) world.kill(random.below(LONGEST_REST_MS));
  }

  /** Half of the kills: before the answer, with it, after it. */
  #killAtRequests(): void {
    const { world, random, options } = this.parts;
    const every = Math.max(7, Math.floor(options.changes / (options.kills + 1)));
    world.onRequest = () => {
      if (world.requests % every === 0 && world.kills * 2 < options.kills * 1.5)
        setTimeout(() => this.#kill(), random.below(5));
    };
  }

  /** What is left of them. */
  async #killOften(): Promise<void> {
    const { world, options } = this.parts;
    while (world.kills < options.kills) {
      const starts = () => world.entries().filter(({ kind }) => kind === 'start').length;
      const before = starts();
      this.#kill();
      await world.until('the daemon is at work again', () => starts() > before);
    }
  }

  async #deliverAll(): Promise<void> {
    const { world, options } = this.parts;
    // Digests are few: not every way is met.
    const areAllMet = () => options.telling !== 'all' || world.turns.areAllMet;
    await this.#goOn(() => areAllMet() || world.waiting === 0);
    world.turns.end();
    if (options.telling === 'window') world.env.run('find-textd', 'notify', 'window', '--end');
    await this.#goOn(() => world.held === 0 && world.waiting === 0);
    this.#resend();
    await this.#goOn(() => world.waiting === 0);
    if (!areAllMet()) world.faults.push('the receiver did not fail in every way');
  }

  /** The patience is for each message, not for all of them; a digest takes its time. What waits is not counted all the time. */
  async #goOn(isDone: () => boolean): Promise<void> {
    const { world } = this.parts;
    while (!isDone()) {
      const { requests } = world;
      await world.until(
        () => `a message arrives: ${this.state}`,
        () => world.requests > requests || world.waiting === 0,
      );
      await pause(POLL_MS);
    }
  }

  #resend(): void {
    const { env } = this.parts.world;
    const db = openNotify(env.dataDirectory);
    for (const { webhookId } of readDeadLetters(db)) this.givenUp.add(webhookId);
    db.close();
    this.#resent = this.givenUp.size;
    if (this.givenUp.size > 0) env.run('find-textd', 'notify', 'dead', '--resend', 'all');
  }
}
