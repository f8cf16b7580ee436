/** What happened to files, the newest first; of one file or folder, where that is asked for. */
import type { EventsWords, EventWords, PagePath } from '../words.js';
import { ask } from './daemon.js';
import { button, byId, element } from './dom.js';
import { timeText } from './file-words.js';
import { Latest } from './latest.js';

export class HistoryView {
  readonly #list = byId('events', 'ol');
  readonly #more = byId('more-events', 'button');
  readonly #of = byId('history-of', 'p');
  readonly #latest = new Latest();
  #file: PagePath | undefined;
  #before: number | null = null;

  constructor() {
    this.#more.addEventListener('click', () => this.#ask(this.#before));
  }

  /** @param file  only what concerns it; undefined: all. */
  setFile(file: PagePath | undefined): void {
    this.#file = file;
    const all = button('All files', () => {
      this.setFile(undefined);
      this.load();
    });
    this.#of.replaceChildren(...(file ? ['Only of ', element('bdi', {}, file.path), ' ', all] : []));
  }

  load(): void {
    this.#ask(null);
  }

  /** @param before  null: from the newest on. */
  #ask(before: number | null): void {
    const { path, pathHex } = this.#file ?? {};
    this.#latest.ask(0, async (signal) => {
      const found = await ask<EventsWords>('events', { path, pathHex, ...(before !== null && { before }) }, signal);
      this.#show(found, before === null);
    });
  }

  #show({ events, before }: EventsWords, isFirst: boolean): void {
    const items = events.map(itemOf);
    const none = element(
      'li',
      {},
      before === null ? 'Nothing is kept of what happened.' : 'None of the newest events concerns it.',
    );
    if (isFirst) this.#list.replaceChildren(...(items.length > 0 ? items : [none]));
    else this.#list.append(...items);
    this.#before = before;
    this.#more.hidden = before === null;
  }
}

function itemOf({ atMs, action, path, to, who, source }: EventWords): HTMLElement {
  const names = [element('bdi', {}, path), ...(to === undefined ? [] : [' → ', element('bdi', {}, to)])];
  return element(
    'li',
    {},
    element('span', { class: 'event' }, element('strong', {}, action), ': ', ...names),
    element('span', { class: 'faint' }, `${timeText(atMs)} · ${who} · ${source}`),
  );
}
