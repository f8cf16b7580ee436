/** The history of integrity monitoring: each change with who did it, what is different, and its diff. */
import type { ToldPage, ToldWords } from '../words.js';
import { ask } from './daemon.js';
import { byId, element } from './dom.js';
import { timeText } from './file-words.js';
import { Latest } from './latest.js';

const NOT_KEPT = 'Integrity monitoring has never run: a [[notify]] rule in the configuration asks for it.';

export class ToldView {
  readonly #list = byId('told', 'ol');
  readonly #more = byId('more-told', 'button');
  readonly #latest = new Latest();
  #before: number | null = null;

  constructor() {
    this.#more.addEventListener('click', () => this.#ask(this.#before));
  }

  load(): void {
    this.#ask(null);
  }

  #ask(before: number | null): void {
    this.#latest.ask(0, async (signal) => {
      this.#show(await ask<ToldPage>('told', before === null ? {} : { before }, signal), before === null);
    });
  }

  #show({ isKept, entries, before }: ToldPage, isFirst: boolean): void {
    const items = entries.map(itemOf);
    const none = element('li', {}, isKept ? 'Nothing was told yet.' : NOT_KEPT);
    if (isFirst) this.#list.replaceChildren(...(items.length > 0 ? items : [none]));
    else this.#list.append(...items);
    this.#before = before;
    this.#more.hidden = before === null;
  }
}

function itemOf(entry: ToldWords): HTMLElement {
  const { sequence, atMs, kind, rule, severity, path, to, who, source, changes, diff, noDiff, text } = entry;
  const names = [element('bdi', {}, text ?? path), ...(to === undefined ? [] : [' → ', element('bdi', {}, to)])];
  const facts = [`${sequence}`, timeText(atMs), rule, severity, who, source].filter((fact) => fact !== '');
  const why =
    noDiff === undefined || noDiff === 'none' ? [] : [element('span', { class: 'faint' }, ` · no diff: ${noDiff}`)];
  return element(
    'li',
    {},
    element('span', { class: 'event' }, element('strong', {}, kind), ': ', ...names),
    element('span', { class: 'faint' }, facts.join(' · ')),
    ...why,
    ...changes.map((change) => element('span', { class: 'event' }, change)),
    ...(diff === undefined ? [] : [diffOf(diff)]),
  );
}

/** A sign stands before each line, so that colour is not all that tells them apart. */
function diffOf(diff: string): HTMLElement {
  const lines = diff.replace(/\n$/, '').split('\n');
  const shown = lines.map((line) => element('span', { class: lineClass(line) }, `${line}\n`));
  const text = element('pre', { tabindex: '0', 'aria-label': 'Diff' }, ...shown);
  return element('details', { open: '' }, element('summary', {}, 'Diff'), text);
}

function lineClass(line: string): string {
  if (line.startsWith('+')) return 'added';
  if (line.startsWith('-')) return 'removed';
  return line.startsWith('@@') ? 'faint' : '';
}
