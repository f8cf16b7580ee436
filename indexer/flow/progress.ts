/** Counts what comparing found and what is done of it, for the progress line and `status`. */
export interface ProgressTotals {
  readonly filesFound: number;
  readonly filesDone: number;
  readonly bytesFound: number;
  readonly bytesDone: number;
}

export class Progress {
  #filesFound = 0;
  #filesDone = 0;
  #bytesFound = 0;
  #bytesDone = 0;

  found(files: number, bytes: number): void {
    this.#filesFound += files;
    this.#bytesFound += bytes;
  }

  done(files: number, bytes: number): void {
    this.#filesDone += files;
    this.#bytesDone += bytes;
  }

  get totals(): ProgressTotals {
    return {
      filesFound: this.#filesFound,
      filesDone: this.#filesDone,
      bytesFound: this.#bytesFound,
      bytesDone: this.#bytesDone,
    };
  }
}
