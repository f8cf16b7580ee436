/**
 * The index, kept open from question to question: for front ends that live long. Each question sees one state of it and the judgement
 * of that moment; between two nothing is held that its writer would wait for. A rebuild is noticed by the next question.
 */
import { FindTextError } from '../errors.js';
import { asStoreError } from '../store/open.js';
import { type OpenIndex, openIndex, reopenIndex } from './open-index.js';

export class KeptIndex {
  #last: OpenIndex | undefined;
  /** Of what was seen last; undefined: nothing of this file. */
  #version: number | undefined;

  constructor(private readonly dataDirectory: string) {}

  /** @throws FindTextError FT_STORE_…, and what `use` throws */
  ask<Answer>(use: (index: OpenIndex) => Answer): Answer {
    const index = this.#next();
    try {
      return use(index);
    } catch (error) {
      // What cannot be understood says nothing of the index.
      if (!(error instanceof FindTextError && error.code === 'FT_QUERY_SYNTAX')) this.close();
      throw asStoreError(`search the index ${index.file}`, error);
    } finally {
      if (index.db.open && index.db.inTransaction) index.db.exec('ROLLBACK');
    }
  }

  /** Another process has written to the index since this was asked the last time. True as long as there is none. */
  takeHasChanged(): boolean {
    const { db } = this.#last ?? {};
    const version = db?.pragma('data_version', { simple: true }) as number | undefined;
    const hasChanged = this.#version === undefined || version !== this.#version;
    this.#version = version;
    return hasChanged;
  }

  close(): void {
    this.#last?.db.close();
    this.#last = undefined;
    this.#version = undefined;
  }

  #next(): OpenIndex {
    const again = this.#last && reopenIndex(this.#last);
    if (!again) {
      this.close();
      this.#last = openIndex(this.dataDirectory);
    } else this.#last = again;
    return this.#last;
  }
}

/** For one question. @throws as KeptIndex.ask */
export function askOnce<Answer>(dataDirectory: string, use: (index: OpenIndex) => Answer): Answer {
  const index = new KeptIndex(dataDirectory);
  try {
    return index.ask(use);
  } finally {
    index.close();
  }
}
