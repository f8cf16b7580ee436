/** The hits, of which one is chosen: a list that the search field controls. */
import type { PageHit } from '../words.js';
import { byId, element, marked } from './dom.js';
import { factsText } from './file-words.js';

export class HitList {
  readonly #list = byId('hits', 'div');
  readonly #field = byId('query', 'input');
  #hits: readonly PageHit[] = [];
  #chosen = -1;

  constructor(private readonly onChoice: (hit: PageHit | undefined) => void) {}

  /** Another query begins with its first hit; more hits of the same one leave what is chosen. */
  show(hits: readonly PageHit[], isSame: boolean): void {
    this.#hits = hits;
    this.#list.replaceChildren(...hits.map((hit, at) => this.#itemOf(hit, at)));
    this.#field.setAttribute('aria-expanded', String(hits.length > 0));
    this.choose(isSame ? this.#chosen : 0);
  }

  /** @param by  1: the next one. */
  move(by: number): void {
    this.choose(Math.max(0, Math.min(this.#hits.length - 1, this.#chosen + by)));
    this.#items[this.#chosen]?.scrollIntoView({ block: 'nearest' });
  }

  choose(at: number): void {
    this.#chosen = this.#hits.length === 0 ? -1 : at;
    for (const [i, item] of this.#items.entries()) item.setAttribute('aria-selected', String(i === this.#chosen));
    const id = this.#items[this.#chosen]?.id;
    if (id === undefined) this.#field.removeAttribute('aria-activedescendant');
    else this.#field.setAttribute('aria-activedescendant', id);
    this.onChoice(this.#hits[this.#chosen]);
  }

  get #items(): Element[] {
    return [...this.#list.children];
  }

  #itemOf(hit: PageHit, at: number): HTMLElement {
    const { snippet } = hit;
    const item = element(
      'div',
      { role: 'option', id: `hit-${at}`, 'aria-selected': 'false' },
      element('span', { class: 'name' }, hit.shownName),
      element('span', { class: 'folder faint' }, hit.shownFolder),
      ...(snippet ? [element('span', { class: 'snippet' }, ...marked(snippet.text, snippet.highlights))] : []),
      element('span', { class: 'faint' }, factsText(hit)),
    );
    item.addEventListener('click', () => this.choose(at));
    return item;
  }
}
