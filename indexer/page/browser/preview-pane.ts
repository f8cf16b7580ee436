/** The lines around the match in the file that is chosen: as text, whatever the file is. */
import type { PageHit, PagePath, PreviewWords } from '../words.js';
import { ask } from './daemon.js';
import { button, byId, element, marked } from './dom.js';
import { factsText, pastedFolder, pastedPath } from './file-words.js';
import { Latest } from './latest.js';

const LINES = 60;
const AFTER_MS = 40;

export class PreviewPane {
  readonly #pane = byId('preview', 'section');
  readonly #latest = new Latest();
  onHistory: (file: PagePath) => void = () => {};

  show(hit: PageHit | undefined, query: string): void {
    if (!hit) {
      this.#latest.cancel();
      return this.#pane.replaceChildren();
    }
    this.#latest.ask(AFTER_MS, async (signal) => {
      const { path, pathHex, inner, innerHex } = hit;
      const question = { query, path, pathHex, inner, innerHex, lines: LINES };
      const { preview } = await ask<PreviewWords>('preview', question, signal);
      this.#pane.replaceChildren(...headOf(hit, this.onHistory), ...textOf(preview));
      this.#pane.scrollTop = 0;
    });
  }

  focus(): void {
    this.#pane.focus();
  }

  get hasFocus(): boolean {
    return this.#pane.contains(document.activeElement);
  }
}

function headOf(hit: PageHit, onHistory: (file: PagePath) => void): HTMLElement[] {
  const said = element('span', { role: 'status', class: 'faint' });
  const copying = (text: string, what: string) => () => void copy(text, what, said);
  return [
    element('h3', {}, hit.shownName),
    element('p', { class: 'folder faint' }, hit.shownFolder),
    element('p', { class: 'faint' }, factsText(hit)),
    element(
      'p',
      { class: 'buttons' },
      button('Copy path', copying(pastedPath(hit), 'The path')),
      button('Copy folder', copying(pastedFolder(hit), 'The folder')),
      button('History', () => onHistory(hit)),
      said,
    ),
  ];
}

async function copy(text: string, what: string, said: HTMLElement): Promise<void> {
  said.textContent = await navigator.clipboard.writeText(text).then(
    () => `${what} is copied.`,
    () => `The browser does not allow copying: ${text}`,
  );
}

function textOf(preview: PreviewWords['preview']): HTMLElement[] {
  if (!preview) return [element('p', {}, 'There is no text to show.')];
  const text = element('pre', { tabindex: '0', 'aria-label': 'Text' }, ...marked(preview.text, preview.highlights));
  const line = preview.line === undefined ? [] : [element('p', { class: 'faint' }, `From line ${preview.line}:`)];
  return [...line, text];
}
