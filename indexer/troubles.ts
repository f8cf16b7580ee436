/** What is wrong now, one trouble of a kind: tells whoever shows it when that changes. */
import { type Trouble, troubleText } from '../shared/troubles.js';

export class Troubles {
  readonly #all = new Map<string, Trouble>();

  /** @param onChange  called with all there are, and with what has just begun. */
  constructor(private readonly onChange: (all: readonly Trouble[], fresh: string | undefined) => void) {}

  textOf(kind: string): string | undefined {
    return this.#all.get(kind)?.text;
  }

  /** @param text  undefined: it is over. */
  set(kind: string, text: string | undefined, advice?: string): void {
    const before = this.#all.get(kind);
    if (text === before?.text) return;
    const trouble = text === undefined ? undefined : { kind, text, advice, sinceMs: before?.sinceMs ?? Date.now() };
    if (trouble) this.#all.set(kind, trouble);
    else this.#all.delete(kind);
    this.onChange([...this.#all.values()], trouble && troubleText(trouble));
  }
}
