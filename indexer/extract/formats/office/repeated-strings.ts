/** The strings of a workbook that cells point to by number: a small file may have a million cells with one long string. */

/** Characters that are shown again. */
const MAX_REPEATED = 8 * 1024 * 1024;

export class RepeatedStrings {
  readonly #all: string[] = [];
  readonly #shown = new Set<number>();
  #room = MAX_REPEATED;
  #isCut = false;

  push(text: string): void {
    this.#all.push(text);
  }

  /** Some were not shown again. */
  get isCut(): boolean {
    return this.#isCut;
  }

  /** Each once, and again as long as there is room. */
  show(number: number): string {
    const text = this.#all[number] ?? '';
    if (!this.#shown.has(number)) this.#shown.add(number);
    else if (text.length <= this.#room) this.#room -= text.length;
    else {
      this.#isCut = true;
      return '';
    }
    return text;
  }
}
