/**
 * Chunks of any size → lines, for AuditStream. Memory is one line: what is longer than `maxLineBytes` is passed over up
 * to its line feed and counted.
 */

/** [start, end) of `bytes` is one line without its line feed; valid during the call only. */
export type LineHandler = (bytes: Buffer, start: number, end: number) => void;

const LINE_FEED = 0x0a;

export class LineSplitter {
  /** Lines given up because of their length. */
  longLines = 0;

  /** The beginning of a line whose end has not come yet. */
  readonly #held: Buffer;
  #heldBytes = 0;
  #isSkipping = false;

  constructor(
    readonly onLine: LineHandler,
    readonly maxLineBytes: number,
  ) {
    this.#held = Buffer.alloc(maxLineBytes);
  }

  push(chunk: Buffer): void {
    let start = 0;
    for (let at = chunk.indexOf(LINE_FEED); at !== -1; at = chunk.indexOf(LINE_FEED, start)) {
      if (this.#heldBytes > 0 || this.#isSkipping) this.#endHeldLine(chunk, start, at);
      else this.#line(chunk, start, at);
      start = at + 1;
    }
    this.#hold(chunk, start, chunk.length);
  }

  /** At the end of input: what is left is a line, too. */
  end(): void {
    const line = this.#takeHeld();
    if (line) this.#line(line, 0, line.length);
  }

  #line(bytes: Buffer, start: number, end: number): void {
    if (end - start > this.maxLineBytes) this.longLines++;
    else if (end > start) this.onLine(bytes, start, end);
  }

  #hold(chunk: Buffer, start: number, end: number): void {
    if (this.#isSkipping || start === end) return;
    if (this.#heldBytes + end - start > this.maxLineBytes) {
      this.longLines++;
      this.#isSkipping = true;
      return;
    }
    this.#heldBytes += chunk.copy(this.#held, this.#heldBytes, start, end);
  }

  #endHeldLine(chunk: Buffer, start: number, end: number): void {
    this.#hold(chunk, start, end);
    const line = this.#takeHeld();
    if (line) this.#line(line, 0, line.length);
  }

  /** A copy, as the next line may begin to be held while this one is used. */
  #takeHeld(): Buffer | undefined {
    const line = this.#isSkipping ? undefined : Buffer.from(this.#held.subarray(0, this.#heldBytes));
    this.#isSkipping = false;
    this.#heldBytes = 0;
    return line;
  }
}
