/**
 * Which questions the screen leads to. The next one is asked when the one before is answered, so that a fast typist
 * waits for one at most. The text below is asked for when there is time.
 */
import type { AnyAnswer } from '../../shared/ask/answer-line.js';
import type { Asking } from './ask/asking.js';
import type { RequestObject } from './ask/lines.js';
import { type Event, type Item, limitOf, previewRows, questionOf, type State } from './screen/state.js';

/** What is asked for, and who hears of the answers. */
export interface Screen {
  readonly state: State;
  happened(event: Event): void;
}

export interface QuestionsOptions {
  readonly asking: Pick<Asking, 'ask'>;
  /** What paths in a query are relative to. */
  readonly place: { readonly home?: string; readonly cwd: string };
  readonly screen: Screen;
}

/** So long nothing must have been typed: its answer would be thrown away. */
const PREVIEW_PAUSE_MS = 40;
/** More than are shown, to be moved through. */
const PREVIEW_LINES = 100;
/** Opens the index, and makes whoever answers ready. */
const WARM_UP = { query: 'a', limit: 1 };

export class Questions {
  #asked = '';
  #isAsking = false;
  #askedPreview: Item | undefined;
  #pause: NodeJS.Timeout | undefined;

  constructor(private readonly options: QuestionsOptions) {}

  begin(): void {
    if (questionOf(this.options.screen.state) === '') void this.#ask(WARM_UP).catch(() => {});
    this.follow();
  }

  close(): void {
    clearTimeout(this.#pause);
  }

  /** Who answers is somebody else by now. */
  askAgain(): void {
    this.#asked = '';
    this.#isAsking = false;
  }

  follow(): void {
    const state = this.options.screen.state;
    const question = questionOf(state);
    const limit = limitOf(state);
    const asked = `${limit} ${question}`;
    if (question === '') this.#asked = '';
    else if (!this.#isAsking && asked !== this.#asked) void this.#askHits(asked, question, limit);
    this.#planPreview(state);
  }

  async #askHits(asked: string, question: string, limit: number): Promise<void> {
    this.#asked = asked;
    this.#isAsking = true;
    const event = await this.#hits(question, limit);
    this.#isAsking = false;
    // What was typed meanwhile may be nothing at all.
    if (this.#asked === asked) this.options.screen.happened(event);
    else this.follow();
  }

  #ask(request: RequestObject): Promise<AnyAnswer> {
    const { asking, place } = this.options;
    return asking.ask({ ...place, ...request });
  }

  async #hits(question: string, limit: number): Promise<Event> {
    try {
      const answer = await this.#ask({ query: question, limit });
      if ('hits' in answer) return { kind: 'answer', question, answer };
      return { kind: 'failed', question, text: 'error' in answer ? answer.error.message : 'no answer' };
    } catch (error) {
      return { kind: 'failed', question, text: (error as Error).message };
    }
  }

  #planPreview(state: State): void {
    const item = state.items[state.selected];
    if (!item || item === this.#askedPreview || previewRows(state) === 0) return;
    clearTimeout(this.#pause);
    this.#pause = setTimeout(() => void this.#askPreview(item, state), PREVIEW_PAUSE_MS);
  }

  async #askPreview(item: Item, { shownQuestion, found }: State): Promise<void> {
    this.#askedPreview = item;
    const { path, pathHex, inner, innerHex } = item;
    const query = found?.searched ?? shownQuestion;
    const request = { path, pathHex, inner, innerHex, query, lines: PREVIEW_LINES };
    const answer = await this.#ask(request).catch(() => undefined);
    if (answer && 'preview' in answer)
      this.options.screen.happened({ kind: 'preview', of: item, preview: answer.preview });
  }
}
