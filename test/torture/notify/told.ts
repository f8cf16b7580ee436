/** What was told of files, followed name by name: what does find-text say each of them is? Pure. */
import { NOTHING, type State, stateOf } from './files.js';

interface Side {
  readonly mode: string;
  readonly sha256: string | null;
}

/** As far as it is followed. */
export interface Message {
  readonly id: string;
  readonly type: string;
  readonly event_type: string;
  readonly src_path: string;
  readonly dest_path: string;
  readonly is_directory: boolean;
  readonly sequence: number;
  readonly rule?: string;
  readonly file?: { readonly before: Side | null; readonly after: Side | null };
  readonly count?: number;
  readonly first_sequence?: number;
  readonly last_sequence?: number;
  readonly details?: { readonly endpoint?: string };
}

export class Told {
  /** By path, what each name became. */
  readonly states: Map<string, State[]>;
  readonly faults: string[] = [];
  /** Changes so far. */
  count = 0;
  readonly #now = new Map<string, State>();

  /** @param there  what is known before the first message. */
  constructor(there: ReadonlyMap<string, State>) {
    this.states = new Map([...there].map(([path, state]) => [path, [NOTHING, state]]));
    this.#now = new Map(there);
  }

  now(path: string): State {
    return this.#now.get(path) ?? NOTHING;
  }

  /** In the order of their sequence. */
  add(message: Message): void {
    const { sequence, event_type: kind, src_path: path, dest_path: to, file, is_directory: isFolder } = message;
    if (!file) return;
    this.count++;
    if (isFolder) return;
    const [before, after] = [sideOf(file.before), sideOf(file.after)];
    if (this.now(path) !== before)
      this.faults.push(`${sequence}, ${kind} ${path}: it was ${this.now(path)}, not ${before}`);
    if (kind !== 'moved') return this.#became(path, after);
    this.#became(path, NOTHING);
    this.#arrived(to, { before, after });
  }

  /** That something was overwritten, or is another content than before, is told beside the move. */
  #arrived(path: string, { before, after }: { readonly before: State; readonly after: State }): void {
    if (this.now(path) !== NOTHING) return;
    if (before.split(' ')[0] === after.split(' ')[0]) this.#became(path, after);
    else this.#now.set(path, before);
  }

  #became(path: string, state: State): void {
    this.#now.set(path, state);
    const states = this.states.get(path);
    if (states) states.push(state);
    else this.states.set(path, [NOTHING, state]);
  }
}

function sideOf(side: Side | null): State {
  return side ? stateOf(side.sha256, Number.parseInt(side.mode, 8)) : NOTHING;
}

/** Are all of these in the list, in this order? @returns the first that is not. */
export function missingFrom<T>(list: readonly T[], wanted: readonly T[]): T | undefined {
  let at = 0;
  for (const each of wanted) {
    at = list.indexOf(each, at) + 1;
    if (at === 0) return each;
  }
  return undefined;
}
