/** Messages that were given up, to be sent again. */
import type { DeadPage, DeadWords } from '../words.js';
import { counted } from './count-text.js';
import { ask } from './daemon.js';
import { button, byId, element, showTrouble } from './dom.js';
import { timeText } from './file-words.js';
import { Latest } from './latest.js';

export class DeadView {
  readonly #place = byId('dead', 'div');
  readonly #said = byId('dead-said', 'p');
  readonly #latest = new Latest();

  load(): void {
    this.#latest.ask(0, async (signal) => this.#show(await ask<DeadPage>('dead', {}, signal)));
  }

  #show({ letters }: DeadPage): void {
    if (letters.length === 0) return this.#place.replaceChildren(element('p', {}, 'No message was given up.'));
    const all = button('Send all again', () => void this.#send('all'));
    const list = element('ul', { class: 'list' }, ...letters.map((letter) => this.#itemOf(letter)));
    this.#place.replaceChildren(element('p', {}, all), list);
  }

  #itemOf({ id, endpoint, createdMs, deadMs, why, entries }: DeadWords): HTMLElement {
    const times = `made ${timeText(createdMs)}, given up ${timeText(deadMs)}`;
    return element(
      'li',
      {},
      element('span', { class: 'event' }, element('strong', {}, endpoint), `: ${why}`),
      element('span', { class: 'faint' }, `message ${id} · history ${entries} · ${times}`),
      element(
        'p',
        { class: 'buttons' },
        button('Send again', () => void this.#send(id), { 'aria-label': `Send again: message ${id}` }),
      ),
    );
  }

  async #send(id: number | 'all'): Promise<void> {
    try {
      const { count } = await ask<{ count: number }>('resend', { id });
      this.#said.textContent = `${counted(count, 'message')} will be sent again.`;
      this.load();
    } catch (error) {
      showTrouble(error);
    }
  }
}
