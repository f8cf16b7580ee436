import { describe, expect, it } from 'vitest';
import { SORTS } from '../../../../search-cli/live/screen/choices.js';
import type { Mouse } from '../../../../search-cli/live/screen/keys.js';
import {
  type Event,
  firstState,
  listRows,
  previewRows,
  questionOf,
  update,
} from '../../../../search-cli/live/screen/state.js';
import { parseQuery } from '../../../../shared/search/parse-query.js';
import { answerOf, followed, found, item, key, typed } from './sample-state.js';

const bySort = () => key('sort');
const SIZE = { columns: 80, rows: 24 };
const MANY = Array.from({ length: 50 }, (_, i) => item(`/a/${i}`));

describe('update', () => {
  it('asks for what is typed, with the kind that was chosen before the last word', () => {
    const state = followed(firstState('', SIZE), typed('red ap'));
    expect(questionOf(state)).toBe('red ap');
    expect(questionOf(followed(state, key('tab')))).toMatch(/^type:\S+ red ap$/);
    expect(questionOf(followed(state, key('tab'), key('back tab')))).toBe('red ap');
    expect(questionOf(followed(state, key('delete to start')))).toBe('');
  });

  it('asks in the order that was chosen, which the language knows', () => {
    const orders = SORTS.map((_, count) =>
      questionOf(followed(found('red', []), ...SORTS.slice(0, count).map(bySort))),
    );
    expect(orders[0]).toBe('red');
    expect(orders[1]).toBe('sort:modified red');
    expect(new Set(orders).size).toBe(SORTS.length);
    for (const order of orders.slice(1)) expect(parseQuery(order, { nowMs: 0 }).order).toHaveLength(1);
    expect(questionOf(followed(found('red', []), ...SORTS.map(bySort)))).toBe('red');
  });

  it('shows nothing where nothing is asked', () => {
    const state = followed(found('a', MANY), key('backspace'));
    expect(state).toMatchObject({ items: [], found: undefined, shownQuestion: '' });
  });

  it('begins at the top with another question, and stays where it is with more of the same', () => {
    const down = followed(found('a', MANY), key('page down'), key('down'));
    expect(down.selected).toBeGreaterThan(5);
    const more = followed(down, { kind: 'answer', question: 'a', answer: answerOf([...MANY, item('/b')]) });
    expect(more.selected).toBe(down.selected);
    const other = followed(down, typed('b'), { kind: 'answer', question: 'ab', answer: answerOf(MANY) });
    expect(other).toMatchObject({ selected: 0, top: 0 });
  });

  it('keeps the chosen file on the screen, and in the list', () => {
    let state = found('a', MANY);
    for (const name of ['page down', 'page down', 'down', 'page down', 'up', 'page up', 'down'] as const) {
      state = followed(state, key(name));
      expect(state.selected).toBeGreaterThanOrEqual(state.top);
      expect(state.selected).toBeLessThan(state.top + listRows(state));
    }
    state = followed(state, { kind: 'size', columns: 80, rows: 6 });
    expect(state.selected).toBeLessThan(state.top + listRows(state));
    for (let i = 0; i < 60; i++) state = followed(state, key('down'));
    expect(state.selected).toBe(MANY.length - 1);
    expect(followed(found('a', []), key('down'), key('up')).selected).toBe(0);
  });

  it('asks for more when somebody comes near the end', () => {
    let state = found('a', MANY, { total: 200 });
    const first = state.limit;
    for (let i = 0; i < 48; i++) state = followed(state, key('down'));
    expect(state.limit).toBeGreaterThan(first);
    expect(followed(state, typed('b')).limit).toBe(first);
  });

  it('takes a preview of the chosen file only', () => {
    const state = found('a', MANY);
    const preview = { text: 'x', highlights: [] };
    const [one, two] = state.items;
    expect(followed(state, { kind: 'preview', of: two as never, preview }).preview).toBeNull();
    const shown = followed(state, { kind: 'preview', of: one as never, preview });
    expect(shown.preview).toBe(preview);
    expect(followed(shown, key('down')).preview).toBeNull();
  });

  it.each([
    ['interrupt', { kind: 'end', status: 130 }],
    ['escape', { kind: 'end', status: 0 }],
    ['enter', { kind: 'open', item: MANY[0] }],
    ['reveal', { kind: 'reveal', item: MANY[0] }],
    ['copy', { kind: 'copy', item: MANY[0] }],
    ['suspend', { kind: 'suspend' }],
  ] as const)('wishes by %s', (name, wish) => {
    expect(update(found('a', MANY), key(name)).wish).toEqual(wish);
  });

  it('does nothing to a file where there is none, and to none behind the help', () => {
    expect(update(found('a', []), key('enter')).wish).toBeUndefined();
    const help = followed(found('a', MANY), key('help'));
    expect(update(help, key('enter')).wish).toBeUndefined();
    const closed = update(help, key('escape'));
    expect(closed).toMatchObject({ state: { isHelp: false } });
    expect(closed.wish).toBeUndefined();
  });

  it('ends by ^D on an empty line only', () => {
    expect(update(firstState('', SIZE), key('end of input')).wish).toEqual({ kind: 'end', status: 0 });
    expect(update(firstState('a', SIZE), key('end of input')).wish).toBeUndefined();
  });

  const mouse = (does: Mouse['does'], row: number): Event => ({ kind: 'key', key: { kind: 'mouse', does, row } });

  it('chooses what is pressed, and opens it when it is pressed again', () => {
    const down = followed(found('a', MANY), ...Array.from({ length: 12 }, () => key('down')));
    const chosen = followed(down, mouse('press', 4));
    expect(chosen.selected).toBe(down.top + 2);
    expect(update(down, mouse('press', 4)).wish).toBeUndefined();
    expect(update(chosen, mouse('press', 4)).wish).toEqual({ kind: 'open', item: MANY[down.top + 2] });
  });

  it('takes a press for nothing where no file is, and to close the help', () => {
    for (const row of [0, 1, 2 + listRows(SIZE), 23]) {
      const before = found('a', MANY);
      expect(update(before, mouse('press', row))).toEqual({ state: { ...before, message: undefined } });
    }
    expect(update(found('a', []), mouse('press', 2)).wish).toBeUndefined();
    const help = followed(found('a', MANY), key('help'));
    expect(update(help, mouse('press', 2))).toMatchObject({ state: { isHelp: false } });
    expect(update(help, mouse('press', 2)).wish).toBeUndefined();
  });

  it('moves by the wheel the part it is over', () => {
    const preview = { text: 'one\ntwo\nthree', highlights: [] };
    const state = found('a', MANY);
    const shown = followed(state, { kind: 'preview', of: state.items[0] as never, preview });
    expect(followed(shown, mouse('wheel down', 5), mouse('wheel down', 5), mouse('wheel up', 5)).selected).toBe(1);
    expect(followed(shown, mouse('wheel down', 20))).toMatchObject({ selected: 0, previewTop: 1 });
    expect(followed(shown, mouse('wheel down', 20), mouse('wheel up', 20)).previewTop).toBe(0);
  });

  it('takes a message away with the next key', () => {
    const told = followed(found('a', MANY), { kind: 'message', text: 'copied' });
    expect(followed(told, key('down')).message).toBeUndefined();
  });
});

it.each([1, 2, 3, 4, 5, 8, 11, 12, 24, 200])('divides %i rows', (rows) => {
  const parts = listRows({ rows }) + (previewRows({ rows }) > 0 ? previewRows({ rows }) + 1 : 0);
  expect(parts).toBeLessThanOrEqual(Math.max(0, rows - 3));
});
