/** What narrows a search by pointing: a facet adds its condition to the query, and takes it away again. */
import type { Facet, FacetWords } from '../words.js';
import { button, byId, element } from './dom.js';

export class FacetList {
  readonly #place = byId('facets', 'div');

  /** @param onQuery  the query with a condition more or less. */
  constructor(private readonly onQuery: (query: string) => void) {
    byId('narrow', 'details').open = matchMedia('(min-width: 60rem)').matches;
  }

  show({ kinds, folders, times, isWhole }: FacetWords, query: string): void {
    const groups = [
      this.#groupOf('Kind', kinds, query),
      this.#groupOf('Folder', folders, query),
      this.#groupOf('Changed', times, query),
    ].flat();
    const note = isWhole ? [] : [element('p', { class: 'faint' }, 'Counted in the first 5,000 documents.')];
    this.#place.replaceChildren(...groups, ...note);
  }

  #groupOf(title: string, facets: readonly Facet[], query: string): HTMLElement[] {
    if (facets.length === 0) return [];
    const items = facets.map((facet) => element('li', {}, this.#buttonOf(facet, query)));
    return [element('h3', {}, title), element('ul', {}, ...items)];
  }

  #buttonOf({ term, text, count }: Facet, query: string): HTMLElement {
    const isOn = hasTerm(query, term);
    const made = button('', () => this.onQuery(isOn ? without(query, term) : `${query.trimEnd()} ${term}`), {
      'aria-pressed': String(isOn),
      title: term,
    });
    made.append(element('bdi', {}, text), element('span', { class: 'faint' }, count.toLocaleString()));
    return made;
  }
}

function hasTerm(query: string, term: string): boolean {
  return ` ${query} `.includes(` ${term} `);
}

function without(query: string, term: string): string {
  return ` ${query} `.replace(` ${term} `, ' ').trim();
}
