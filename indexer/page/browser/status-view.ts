/** How the index is: in one sentence, and as `find-textd status` has it. */
import type { StatusWords, TimelineWords } from '../words.js';
import { ask } from './daemon.js';
import { byId, element, fact } from './dom.js';
import { Latest } from './latest.js';
import { timelineOf } from './timeline.js';

export class StatusView {
  readonly #place = byId('status', 'div');
  readonly #latest = new Latest();

  load(): void {
    this.#latest.ask(0, async (signal) => {
      const asked = [ask<StatusWords>('status', {}, signal), ask<TimelineWords>('timeline', {}, signal)] as const;
      this.#show(...(await Promise.all(asked)));
    });
  }

  #show({ isComplete, headline, advice, lines }: StatusWords, timeline: TimelineWords): void {
    const text = advice === undefined ? headline : `${headline}: ${advice}`;
    this.#place.replaceChildren(
      element('p', { class: `headline ${isComplete ? 'good' : 'bad'}`, role: 'status' }, text),
      ...timelineOf(timeline),
      element('h3', {}, 'As `find-textd status` has it'),
      element('dl', { class: 'facts' }, ...factsOf(lines)),
    );
  }
}

/** A line without a label goes on with what the line before it says. */
function factsOf(lines: StatusWords['lines']): HTMLElement[] {
  const facts: { label: string; texts: string[] }[] = [];
  for (const { label, text } of lines) {
    const last = facts.at(-1);
    if (label === '' && last) last.texts.push(text);
    else facts.push({ label, texts: [text] });
  }
  return facts.flatMap(({ label, texts }) => fact(label, ...texts.map((text) => element('div', {}, text))));
}
