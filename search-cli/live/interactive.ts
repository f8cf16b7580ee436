/**
 * `find-text -i`: keys go in, rows come out, questions go to whoever answers. screen/ decides what a key means and what is shown; here
 * is what has to happen in the world.
 */
import type { Locations } from '../../shared/locations.js';
import { displayPath } from '../../shared/path-text.js';
import type { Output } from '../output.js';
import { type Action, copySequence, openThere, revealAction } from './act.js';
import { Asking } from './ask/asking.js';
import { Questions, type Screen } from './questions.js';
import { runBeside, runInTerminal } from './run-program.js';
import { frame } from './screen/frame.js';
import { KeyReader } from './screen/keys.js';
import { type Event, firstState, type Item, type State, update, type Wish } from './screen/state.js';
import { bytesOf, type View, view } from './screen/view.js';
import { requireTerminal, Terminal } from './terminal.js';

export interface InteractiveWorld {
  readonly locations: Pick<Locations, 'dataDirectory' | 'runtimeDirectory'>;
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  readonly stdout: Output;
}

/** An ESC alone is a key, unless something follows at once. */
const ESCAPE_MS = 50;
const LOST = 'find-textd has ended: the index itself is asked from now on';

/** @returns the exit status. @throws FindTextError without a terminal */
export function interact(query: string, world: InteractiveWorld): Promise<number> {
  requireTerminal();
  const { promise, resolve, reject } = withResolvers<number>();
  const interactive = new Interactive(query, world, { resolve, reject });
  process.once('uncaughtException', reject);
  return promise.finally(() => interactive.close());
}

interface Ending {
  readonly resolve: (status: number) => void;
  readonly reject: (error: unknown) => void;
}

class Interactive implements Screen {
  #state: State;
  #shown: View | undefined;
  #escape: NodeJS.Timeout | undefined;
  readonly #keys = new KeyReader();
  readonly #terminal: Terminal;
  readonly #asking: Asking;
  readonly #questions: Questions;

  constructor(
    query: string,
    private readonly world: InteractiveWorld,
    private readonly ending: Ending,
  ) {
    this.#terminal = new Terminal(world.stdout, {
      onBytes: (bytes) => this.#heard(bytes),
      onRedraw: () => this.#redraw(),
      onGone: () => ending.resolve(0),
    });
    this.#state = firstState(query, this.#terminal.size);
    this.#asking = new Asking({ ...world.locations, onLost: () => this.#lost() });
    const place = { ...(world.env.HOME?.startsWith('/') && { home: world.env.HOME }), cwd: world.cwd };
    this.#questions = new Questions({ asking: this.#asking, place, screen: this });
    this.#terminal.open();
    this.#questions.begin();
  }

  get state(): State {
    return this.#state;
  }

  happened(event: Event): void {
    this.#apply(event);
    this.#follow();
  }

  close(): void {
    clearTimeout(this.#escape);
    this.#terminal.close();
    this.#questions.close();
    this.#asking.close();
  }

  #heard(bytes: Buffer): void {
    clearTimeout(this.#escape);
    for (const key of this.#keys.push(bytes)) this.#apply({ kind: 'key', key });
    if (this.#keys.isWaiting) this.#escape = setTimeout(() => this.#flush(), ESCAPE_MS);
    this.#follow();
  }

  #flush(): void {
    for (const key of this.#keys.flush()) this.#apply({ kind: 'key', key });
    this.#follow();
  }

  #apply(event: Event): void {
    const { state, wish } = update(this.#state, event);
    this.#state = state;
    if (wish) this.#do(wish);
  }

  /** What the new state leads to: another screen, another question. */
  #follow(): void {
    this.#draw();
    this.#questions.follow();
  }

  #redraw(): void {
    this.#shown = undefined;
    this.happened({ kind: 'size', ...this.#terminal.size });
  }

  #draw(): void {
    const { env } = this.world;
    const next = view(this.#state, { hasColor: !env.NO_COLOR && env.TERM !== 'dumb', home: env.HOME });
    this.#terminal.draw(frame(this.#shown, next));
    this.#shown = next;
  }

  #lost(): void {
    this.#questions.askAgain();
    this.happened({ kind: 'message', text: LOST });
  }

  #do(wish: Wish): void {
    if (wish.kind === 'end') this.ending.resolve(wish.status);
    else if (wish.kind === 'suspend') this.#terminal.suspend();
    else if (wish.kind === 'redraw') this.#redraw();
    else if (wish.kind === 'copy') this.#copy(wish.item);
    else this.#act(wish).catch(this.ending.reject);
  }

  async #act({ kind, item }: Extract<Wish, { kind: 'open' | 'reveal' }>): Promise<void> {
    const { env } = this.world;
    const { type, page, snippet, inner } = item;
    const chosen = { path: bytesOf(item), type, page, line: snippet.line, isInner: inner !== undefined };
    await this.#run(kind === 'open' ? await openThere(chosen, env) : revealAction(chosen, env));
  }

  #copy(item: Item): void {
    const path = bytesOf(item);
    this.#terminal.draw(copySequence(path));
    this.#say(`copied, if this terminal allows it: ${displayPath(path)}`);
  }

  async #run(action: Action): Promise<void> {
    if (action.kind === 'say') return this.#say(action.text);
    const [first] = action.commands;
    const why =
      action.needsTerminal && first
        ? await this.#terminal.lend(() => runInTerminal(first))
        : await runBeside(action.commands);
    if (why !== undefined) this.#say(`it could not be opened: ${why}`);
  }

  #say(text: string): void {
    this.happened({ kind: 'message', text });
  }
}

function withResolvers<Value>() {
  let resolve: (value: Value) => void = () => {};
  let reject: (error: unknown) => void = () => {};
  const promise = new Promise<Value>((...both) => {
    [resolve, reject] = both;
  });
  return { promise, resolve, reject };
}
