/** States of the screen, as keys and answers make them. */

import type { Key, KeyName } from '../../../../search-cli/live/screen/keys.js';
import {
  type Event,
  firstState,
  type Item,
  questionOf,
  type State,
  update,
} from '../../../../search-cli/live/screen/state.js';
import type { HitsAnswer } from '../../../../shared/ask/answer-line.js';

export function item(path: string, more: Partial<Item> = {}): Item {
  return {
    path,
    name: path.slice(path.lastIndexOf('/') + 1),
    title: '',
    type: 'text/plain',
    size: 1200,
    modified: '2026-05-01T12:00:00.000Z',
    snippet: { text: 'an apple a day', highlights: [[3, 8]] },
    ...more,
  };
}

export function answerOf(items: readonly Item[], more: Partial<HitsAnswer> = {}): HitsAnswer {
  const hits = items as unknown as HitsAnswer['hits'];
  return { index: '/i', hits, total: items.length, isTotalExact: true, reasons: [], ...more };
}

export function key(name: KeyName): Event {
  return { kind: 'key', key: { kind: 'key', name } };
}

export function typed(text: string, kind: 'text' | 'paste' = 'text'): Event {
  return { kind: 'key', key: { kind, text } satisfies Key };
}

export function followed(state: State, ...events: readonly Event[]): State {
  return events.reduce((last, event) => update(last, event).state, state);
}

/** 80 by 24, with this typed and these answered. */
export function found(query: string, items: readonly Item[], more: Partial<HitsAnswer> = {}): State {
  const state = firstState(query, { columns: 80, rows: 24 });
  return followed(state, { kind: 'answer', question: questionOf(state), answer: answerOf(items, more) });
}
