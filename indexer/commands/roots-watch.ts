/**
 * Looks every two seconds whether the names of the roots lead where they did: a symlink may be switched (`current` to
 * another release), appear or go. Made for each session, which is opened anew when one leads to another
 * folder.
 */
import { displayPath } from '../../shared/path-text.js';
import type { NamedRoot } from '../../shared/store/roots-file.js';
import { observe } from '../disk/observe.js';
import type { Session } from '../session.js';
import { Chores } from '../system/chores.js';
import { whereItLeads } from './real-path.js';
import type { SessionEnding } from './session-ending.js';

export interface RootsWatchDeps {
  /** Has a trouble while names lead nowhere, and what they led to is still there. */
  readonly session: Pick<Session, 'trouble'>;
  /** Opened anew when a name leads to another folder than its path. */
  readonly ended: Pick<SessionEnding, 'end'>;
}

const EVERY_MS = 2_000;

export class RootsWatch {
  readonly #chores: Chores;
  #isClosed = false;

  constructor(
    private readonly roots: readonly NamedRoot[],
    private readonly deps: RootsWatchDeps,
  ) {
    const look = { everyMs: EVERY_MS, run: () => this.#lookAtAll() };
    const fail = (error: unknown) => deps.ended.end({ error });
    this.#chores = new Chores([look], fail);
    this.#chores.start();
    this.#lookAtAll().catch(fail);
  }

  close(): void {
    this.#isClosed = true;
    this.#chores.close();
  }

  async #lookAtAll(): Promise<void> {
    const lost: NamedRoot[] = [];
    for (const root of this.roots) {
      const led = await isWhereItWas(root);
      if (this.#isClosed) return;
      if (led === 'elsewhere') return this.deps.ended.end('reopen');
      if (led === 'nowhere' && (await isFolder(root.path))) lost.push(root);
    }
    this.deps.session.trouble('roots', lost.length > 0 ? lost.map(lostText).join('; ') : undefined);
  }
}

function lostText({ name, path }: NamedRoot): string {
  return `${displayPath(name)} leads nowhere: ${displayPath(path)}, where it led, is kept current meanwhile`;
}

/** `unknown`: a volume does not answer. */
async function isWhereItWas({ name, path }: NamedRoot): Promise<'there' | 'elsewhere' | 'nowhere' | 'unknown'> {
  const real = await whereItLeads(name);
  if (real === 'silent') return 'unknown';
  if (real?.equals(path)) return 'there';
  return real && (await isFolder(real)) ? 'elsewhere' : 'nowhere';
}

async function isFolder(path: Uint8Array): Promise<boolean> {
  return (await observe(path)).kind === 'directory';
}
