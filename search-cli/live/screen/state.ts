/**
 * What `find-text -i` knows, and what an event makes of it. Pure: what is to be done in the world comes back as wishes.
 */
import type { HitsAnswer, PreviewAnswer } from '../../../shared/ask/answer-line.js';
import { KINDS, type Kind, SORTS, type Sort } from './choices.js';
import type { Key, KeyName, Mouse } from './keys.js';
import { edit, insert, type Line } from './line.js';

/** A hit in JSON, as far as it is shown. docs/search-json.md */
export interface Item {
  readonly path: string;
  readonly pathHex?: string;
  readonly inner?: string;
  readonly innerHex?: string;
  readonly name: string;
  readonly title: string;
  readonly type: string;
  readonly size: number;
  readonly modified: string;
  readonly page?: number;
  readonly snippet: {
    readonly text: string;
    readonly highlights: readonly (readonly [number, number])[];
    /** Of the file. */
    readonly line?: number;
  };
  readonly missing?: readonly string[];
  readonly stale?: boolean;
}

export interface State {
  readonly columns: number;
  readonly rows: number;
  readonly line: Line;
  readonly kind: Kind;
  readonly sort: Sort;
  /** So many hits are asked for: more when somebody goes down the list. */
  readonly limit: number;
  readonly items: readonly Item[];
  readonly found: Pick<HitsAnswer, 'total' | 'isTotalExact' | 'searched' | 'offered' | 'reasons'> | undefined;
  /** Why there is no answer. */
  readonly problem: string | undefined;
  /** Of the question that is shown; the next answers may be on their way. */
  readonly shownQuestion: string;
  readonly selected: number;
  /** The first item on the screen. */
  readonly top: number;
  readonly preview: PreviewAnswer['preview'];
  /** By how many lines it was moved. */
  readonly previewTop: number;
  /** Of the last thing that was done; gone with the next key. */
  readonly message: string | undefined;
  readonly isHelp: boolean;
}

export type Event =
  | { readonly kind: 'key'; readonly key: Key }
  | { readonly kind: 'size'; readonly columns: number; readonly rows: number }
  | { readonly kind: 'answer'; readonly question: string; readonly answer: HitsAnswer }
  | { readonly kind: 'failed'; readonly question: string; readonly text: string }
  | { readonly kind: 'preview'; readonly of: Item; readonly preview: PreviewAnswer['preview'] }
  | { readonly kind: 'message'; readonly text: string };

export type Wish =
  | { readonly kind: 'open'; readonly item: Item }
  | { readonly kind: 'reveal'; readonly item: Item }
  | { readonly kind: 'copy'; readonly item: Item }
  | { readonly kind: 'end'; readonly status: number }
  | { readonly kind: 'suspend' }
  | { readonly kind: 'redraw' };

const FIRST = 20;
const MOST = 1000;
const INTERRUPTED = 130;

export function firstState(query: string, size: { readonly columns: number; readonly rows: number }): State {
  return {
    ...size,
    line: insert({ text: '', cursor: 0 }, query),
    kind: KINDS[0],
    sort: SORTS[0],
    limit: FIRST,
    items: [],
    found: undefined,
    problem: undefined,
    shownQuestion: '',
    selected: 0,
    top: 0,
    preview: null,
    previewTop: 0,
    message: undefined,
    isHelp: false,
  };
}

/** At least what the screen shows. */
export function limitOf(state: State): number {
  return Math.max(state.limit, listRows(state) + 1);
}

/** What was chosen, then the query, whose last word may be half typed. '' while nothing is asked. */
export function questionOf({ line, kind, sort }: State): string {
  const text = line.text.trim();
  return text === '' ? '' : [kind.condition, sort.condition, text].filter(Boolean).join(' ');
}

export function update(state: State, event: Event): { readonly state: State; readonly wish?: Wish } {
  switch (event.kind) {
    case 'key':
      return onKey({ ...state, message: undefined }, event.key);
    case 'size':
      return { state: scrolled({ ...state, columns: event.columns, rows: event.rows }) };
    case 'answer':
      return { state: answered(state, event.question, event.answer) };
    case 'failed':
      return { state: { ...emptied(state), problem: event.text, shownQuestion: event.question } };
    case 'preview':
      return { state: event.of === state.items[state.selected] ? { ...state, preview: event.preview } : state };
    case 'message':
      return { state: { ...state, message: event.text } };
  }
}

function emptied(state: State): State {
  return {
    ...state,
    items: [],
    found: undefined,
    selected: 0,
    top: 0,
    preview: null,
    previewTop: 0,
    problem: undefined,
  };
}

/** The place in the list is kept while the same question has more answers. */
function answered(state: State, question: string, { hits, ...found }: HitsAnswer): State {
  const items = hits as unknown as readonly Item[];
  const isSame = question === state.shownQuestion;
  const selected = isSame ? Math.max(0, Math.min(state.selected, items.length - 1)) : 0;
  const shown = { ...state, items, found, problem: undefined, shownQuestion: question, selected };
  return scrolled(isSame ? shown : { ...shown, top: 0, preview: null, previewTop: 0 });
}

type Update = ReturnType<typeof update>;

function onKey(state: State, key: Key): Update {
  if (key.kind === 'mouse') return onMouse(state, key);
  if (key.kind !== 'key') return { state: asking(state, insert(state.line, key.text)) };
  const wish = wishOf(state, key.name);
  if (wish) return { state, wish };
  if (state.isHelp) return { state: { ...state, isHelp: false } };
  return { state: afterKey(state, key.name) };
}

/** A press chooses, and opens what is chosen. The wheel moves the part it is over. */
function onMouse(state: State, { does, row }: Mouse): Update {
  if (state.isHelp) return does === 'press' ? { state: { ...state, isHelp: false } } : { state };
  const at = row - ROWS_ABOVE;
  const part = at < listRows(state) ? '' : 'preview ';
  if (does !== 'press') return { state: afterKey(state, `${part}${does === 'wheel up' ? 'up' : 'down'}`) };
  const pressed = state.top + at;
  const item = at < 0 || part !== '' ? undefined : state.items[pressed];
  if (!item) return { state };
  return pressed === state.selected
    ? { state, wish: { kind: 'open', item } }
    : { state: moved(state, pressed - state.selected) };
}

function wishOf({ items, selected, line, isHelp }: State, key: KeyName): Wish | undefined {
  const item = items[selected];
  if (key === 'interrupt') return { kind: 'end', status: INTERRUPTED };
  if (key === 'escape' && !isHelp) return { kind: 'end', status: 0 };
  if (key === 'end of input' && line.text === '') return { kind: 'end', status: 0 };
  if (key === 'suspend') return { kind: 'suspend' };
  if (key === 'redraw') return { kind: 'redraw' };
  if (!item || isHelp) return undefined;
  if (key === 'enter') return { kind: 'open', item };
  if (key === 'reveal') return { kind: 'reveal', item };
  return key === 'copy' ? { kind: 'copy', item } : undefined;
}

function afterKey(state: State, key: KeyName): State {
  const page = Math.max(1, listRows(state) - 1);
  switch (key) {
    case 'up':
      return moved(state, -1);
    case 'down':
      return moved(state, 1);
    case 'page up':
      return moved(state, -page);
    case 'page down':
      return moved(state, page);
    case 'preview up':
      return { ...state, previewTop: Math.max(0, state.previewTop - 1) };
    case 'preview down':
      return { ...state, previewTop: Math.min(state.previewTop + 1, lastLine(state)) };
    case 'tab':
      return { ...state, kind: following(KINDS, state.kind, 1) };
    case 'back tab':
      return { ...state, kind: following(KINDS, state.kind, -1) };
    case 'sort':
      return { ...state, sort: following(SORTS, state.sort, 1) };
    case 'help':
      return { ...state, isHelp: true };
    default:
      return asking(state, edit(state.line, key === 'end of input' ? 'delete' : key));
  }
}

function lastLine({ preview }: State): number {
  return Math.max(0, (preview?.text.split('\n').length ?? 0) - 1);
}

function following<Choice>(all: readonly Choice[], one: Choice, by: number): Choice {
  return all[(all.indexOf(one) + by + all.length) % all.length] as Choice;
}

function asking(state: State, line: Line): State {
  if (line.text === state.line.text) return { ...state, line };
  const next = { ...state, line, limit: FIRST };
  return questionOf(next) === '' ? { ...emptied(next), shownQuestion: '' } : next;
}

function moved(state: State, by: number): State {
  const selected = Math.max(0, Math.min(state.selected + by, state.items.length - 1));
  if (selected === state.selected) return state;
  const isNearEnd = selected >= state.items.length - listRows(state) && state.items.length >= limitOf(state);
  const limit = isNearEnd ? Math.min(limitOf(state) * 2, MOST) : state.limit;
  return scrolled({ ...state, selected, limit, preview: null, previewTop: 0 });
}

/** The selected item is on the screen. */
function scrolled(state: State): State {
  const rows = listRows(state);
  const least = Math.max(0, state.selected - rows + 1);
  const most = Math.max(0, state.items.length - rows);
  return { ...state, top: Math.max(least, Math.min(state.top, state.selected, most)) };
}

/** The query and a rule. */
const ROWS_ABOVE = 2;

/** Below: the preview, where there is room, with a rule, and the last line. */
export function listRows({ rows }: Pick<State, 'rows'>): number {
  const room = Math.max(0, rows - ROWS_ABOVE - 1);
  return room < 8 ? room : Math.ceil((room - 1) / 2);
}

export function previewRows(state: Pick<State, 'rows'>): number {
  return Math.max(0, state.rows - ROWS_ABOVE - 1 - listRows(state) - 1);
}
