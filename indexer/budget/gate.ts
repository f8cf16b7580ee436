/** Where long work waits between two steps while it may not go on. Pure. */
export class Gate {
  #isOpen = true;
  #waiting: (() => void)[] = [];

  set(isOpen: boolean): void {
    this.#isOpen = isOpen;
    if (isOpen) for (const go of this.#waiting.splice(0)) go();
  }

  /** Resolves when it is open. */
  async pass(): Promise<void> {
    while (!this.#isOpen) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }
}
