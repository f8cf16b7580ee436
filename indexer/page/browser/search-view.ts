/** Search as you type: field, hits, facets and preview, and the keys that move between them. */
import type { FacetWords, HitsWords, PagePath } from '../words.js';
import { countText } from './count-text.js';
import { ask } from './daemon.js';
import { byId } from './dom.js';
import { FacetList } from './facet-list.js';
import { HitList } from './hit-list.js';
import { Latest } from './latest.js';
import { PreviewPane } from './preview-pane.js';

const FIRST = 30;
const MORE = 100;
const MOST = 1000;
/** Facets may wait until somebody looks up. */
const RESTING_MS = 250;

export class SearchView {
  readonly #field = byId('query', 'input');
  readonly #count = byId('count', 'p');
  readonly #notice = byId('notice', 'p');
  readonly #more = byId('more', 'button');
  readonly #preview = new PreviewPane();
  readonly #hits = new HitList((hit) => this.#preview.show(hit, this.#asked));
  readonly #facets = new FacetList((query) => this.#set(query));
  readonly #latestHits = new Latest();
  readonly #latestFacets = new Latest();
  #limit = FIRST;
  #asked = '';

  /** @param onHistory  of a file is asked for. */
  constructor(onHistory: (file: PagePath) => void) {
    this.#preview.onHistory = onHistory;
    byId('search-form', 'form').addEventListener('submit', (event) => event.preventDefault());
    this.#field.addEventListener('input', () => this.#typed());
    this.#field.addEventListener('keydown', (event) => this.#key(event));
    this.#more.addEventListener('click', () => this.#showMore());
    byId('view-search', 'section').addEventListener('keydown', (event) => {
      if (event.key === 'Escape' && this.#preview.hasFocus) this.focus();
    });
  }

  focus(): void {
    this.#field.focus();
  }

  #set(query: string): void {
    this.#field.value = query;
    this.#typed();
  }

  #typed(): void {
    this.#limit = FIRST;
    this.#ask();
    this.#askFacets();
  }

  #showMore(): void {
    this.#limit = Math.min(MOST, this.#limit + MORE);
    this.#ask();
  }

  #ask(): void {
    const query = this.#field.value;
    if (query.trim() === '') return this.#clear();
    const limit = this.#limit;
    this.#latestHits.ask(0, async (signal) => {
      const found = await ask<HitsWords>('hits', { query, limit }, signal);
      const isSame = query === this.#asked;
      this.#asked = query;
      this.#show(found, isSame);
    });
  }

  #askFacets(): void {
    const query = this.#field.value;
    if (query.trim() === '') return this.#latestFacets.cancel();
    this.#latestFacets.ask(RESTING_MS, async (signal) => {
      this.#facets.show(await ask<FacetWords>('facets', { query }, signal), query);
    });
  }

  #clear(): void {
    this.#latestHits.cancel();
    this.#asked = '';
    this.#show({ hits: [], total: 0, isTotalExact: true }, false);
    this.#count.textContent = '';
    this.#facets.show({ kinds: [], folders: [], times: [], isWhole: true }, '');
  }

  #show(found: HitsWords, isSame: boolean): void {
    const { hits, notice } = found;
    this.#hits.show(hits, isSame);
    this.#count.textContent = countText(found);
    this.#more.hidden = hits.length < this.#limit || this.#limit >= MOST;
    this.#notice.hidden = notice === undefined;
    this.#notice.textContent = notice === undefined ? '' : [notice.text, notice.advice].filter(Boolean).join(': ');
  }

  #key(event: KeyboardEvent): void {
    const moves: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1 };
    const by = moves[event.key];
    if (by !== undefined) this.#hits.move(by);
    else if (event.key === 'Enter') this.#preview.focus();
    else if (event.key === 'Escape') this.#set('');
    else return;
    event.preventDefault();
  }
}
