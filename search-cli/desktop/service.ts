/** What the front ends of desktops have in common: results for a query, and what is done with one of them. */
import { displayPath } from '../../shared/path-text.js';
import { type Command, openOnDesktop, revealOnDesktop } from '../live/act.js';
import { runBeside } from '../live/run-program.js';
import type { Item } from '../live/screen/state.js';
import { bytesOf } from '../live/screen/view.js';
import type { Finder } from './finder.js';
import { type Result, readId } from './result.js';
import { terminalCommand } from './terminal-command.js';

export interface ServiceParts {
  readonly finder: Pick<Finder, 'find'>;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Node and the file that is find-text. */
  readonly searchProgram: readonly string[];
  /** Says what has failed. */
  readonly complain: (text: string) => void;
}

/** A person opens one file after the other. */
const MOST_STARTED = 10;
const WITHIN_MS = 10_000;

export class Service {
  #started: readonly number[] = [];

  constructor(private readonly parts: ServiceParts) {}

  get home(): string | undefined {
    return this.parts.env.HOME;
  }

  find(query: string): Promise<readonly Result[]> {
    return this.parts.finder.find(query);
  }

  /** The file of a result, with the program that the desktop has for it, there where the match is. */
  async open(id: string): Promise<void> {
    const item = await this.#itemOf(id);
    const chosen = item && { ...item, path: bytesOf(item), isInner: item.inner !== undefined };
    if (chosen) this.#start(`open ${displayPath(chosen.path)}`, await openOnDesktop(chosen));
  }

  /** In the file manager. */
  async reveal(id: string): Promise<void> {
    const item = await this.#itemOf(id);
    if (!item) return;
    const path = bytesOf(item);
    this.#start(`show ${displayPath(path)} in its folder`, revealOnDesktop(path));
  }

  /** `find-text -i` in a terminal: more than a list of ten. */
  searchFor(query: string): void {
    const { env, searchProgram, complain } = this.parts;
    const command = terminalCommand([...searchProgram, '-i', '--', query], env.PATH);
    if (command) this.#start('search in a terminal', [command]);
    else complain('search in a terminal: none that is known is on the PATH; install xdg-terminal-exec or xterm');
  }

  /** Nothing but what the index has for that query now. */
  async #itemOf(id: string): Promise<Item | undefined> {
    const known = readId(id);
    const results = known ? await this.find(known.query) : [];
    return results.find((result) => result.id === id)?.item;
  }

  #start(doing: string, commands: readonly Command[]): void {
    const { complain } = this.parts;
    const nowMs = performance.now();
    this.#started = this.#started.filter((startedMs) => nowMs - startedMs < WITHIN_MS);
    if (this.#started.length >= MOST_STARTED)
      return complain(`${doing}: more was asked for in ${WITHIN_MS / 1000} seconds than a person opens`);
    this.#started = [...this.#started, nowMs];
    void runBeside(commands).then((why) => why !== undefined && complain(`${doing}: ${why}`));
  }
}
