/** How commands are written so that they run as they are printed: from any folder, as this user, whatever is on PATH. */
import { shellWord } from '../../backup/shell-word.js';
import { daemonCommandOfRoot, searchCommand } from '../search-command.js';
import type { Place } from './place.js';

export class Ways {
  readonly #textd: string;
  readonly #textdAsRoot: string;
  readonly #isRoot: boolean;

  constructor({ program, env, uid }: Pick<Place, 'program' | 'env' | 'uid'>) {
    this.#isRoot = uid === 0;
    this.#textd = searchCommand(program, env.PATH, 'find-textd');
    this.#textdAsRoot = daemonCommandOfRoot(program, process.execPath);
  }

  /** `find-textd rebuild` */
  textd(...args: readonly string[]): string {
    return [this.#textd, ...args].join(' ');
  }

  textdAsRoot(...args: readonly string[]): string {
    return this.#isRoot ? this.textd(...args) : this.asRoot([this.#textdAsRoot, ...args].join(' '));
  }

  /** @param command  one program with its arguments */
  asRoot(command: string): string {
    return this.#isRoot ? command : `sudo ${command}`;
  }

  /** @param line  what only a shell understands: `a && b`, `a > b` */
  lineAsRoot(line: string): string {
    return this.#isRoot ? line : `sudo sh -c ${shellWord(line)}`;
  }
}
