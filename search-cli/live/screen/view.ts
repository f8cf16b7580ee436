/**
 * The state of `find-text -i` → the rows of the screen, from the top, and where the cursor stands. Pure. Names and texts come from
 * strangers: nothing in them reaches the terminal but what can be seen.
 */
import { grouped } from '../../../shared/counted.js';
import { cleanText, displayPath, jsonPathBytes, WITHIN } from '../../../shared/path-text.js';
import { offerNotice, searchedNotice } from '../../notices.js';
import { shownDate, shownSize } from '../../print/facts.js';
import { type Piece, piece, row, type Style } from './paint.js';
import { type Item, listRows, previewRows, questionOf, type State } from './state.js';
import { columnsOf, fitEnd, fitStart, padded } from './width.js';

export interface ViewStyle extends Style {
  /** Shown as ~. */
  readonly home: string | undefined;
}

export interface View {
  readonly rows: readonly string[];
  readonly cursor: { readonly row: number; readonly column: number };
}

const PROMPT = '> ';
const DATE_COLUMNS = 'yyyy-mm-dd'.length;
const NAME_SHARE = 0.45;
const KEYS = 'enter open  ^R folder  ^Y copy path  tab kind  ^S sort  F1 help  esc end';

export function view(state: State, style: ViewStyle): View {
  const { columns, rows } = state;
  const { text, column } = promptPart(state);
  const all = [
    row([piece(PROMPT, 'bold'), piece(text)], columns, style),
    rule(state, style),
    ...(state.isHelp ? helpRows(state, style) : bodyRows(state, style)),
    lastRow(state, style),
  ];
  return { rows: filled(all, rows), cursor: { row: 0, column } };
}

/** The last row stays the last. */
function filled(all: readonly string[], rows: number): string[] {
  if (all.length >= rows) return all.slice(0, rows);
  return [...all.slice(0, -1), ...Array<string>(rows - all.length).fill(''), all.at(-1) ?? ''];
}

/** Of a long query the part around the cursor. */
function promptPart({ line, columns }: State) {
  const room = Math.max(1, columns - PROMPT.length - 1);
  const before = fitEnd(cleanText(line.text.slice(0, line.cursor)), room);
  const after = fitStart(cleanText(line.text.slice(line.cursor)), room - columnsOf(before));
  return { text: before + after, column: Math.min(PROMPT.length + columnsOf(before), columns - 1) };
}

function rule(state: State, style: Style): string {
  const { kind, sort } = state;
  const facts = [countText(state), kind.name, sort.name].filter(Boolean).join(' · ');
  return ruled([piece(`── ${facts} `, 'dim')], state, style);
}

function ruled(pieces: readonly Piece[], { columns }: State, style: Style): string {
  const used = pieces.reduce((sum, { text }) => sum + columnsOf(text), 0);
  return row([...pieces, piece('─'.repeat(Math.max(0, columns - used)), 'dim')], columns, style);
}

/** With `…` while the answer to what is typed is on its way. */
function countText(state: State): string {
  const { found, items } = state;
  const isAsking = questionOf(state) !== state.shownQuestion;
  if (!found) return isAsking ? '…' : '';
  const { total, isTotalExact } = found;
  const count =
    total === 0 && items.length > 0
      ? 'no file has all words'
      : `${isTotalExact ? '' : 'more than '}${grouped(total)} files`;
  return `${total === 1 ? '1 file' : count}${isAsking ? ' …' : ''}`;
}

function bodyRows(state: State, style: ViewStyle): string[] {
  const { items, top, selected, found, problem, columns } = state;
  const list = listRows(state);
  const shown = items.slice(top, top + list).map((item, i) => itemRow(item, state, style, top + i === selected));
  if (problem !== undefined) shown.push(row([piece(cleanText(problem), 'warning')], columns, style));
  else if (found && items.length === 0) shown.push(row([piece('nothing found', 'dim')], columns, style));
  const rows = Array.from({ length: list }, (_, i) => shown[i] ?? '');
  return previewRows(state) > 0 ? [...rows, ...previewPart(state, style)] : rows;
}

function itemRow(item: Item, { columns }: State, style: ViewStyle, isChosen: boolean): string {
  const date = columns >= 60 ? shownDate(Date.parse(item.modified)) : '';
  const room = columns - 2 - (date === '' ? 0 : DATE_COLUMNS + 2);
  const name = fitStart(nameOf(item), Math.max(1, Math.floor(room * NAME_SHARE)));
  const mark = item.stale ? '*' : item.missing ? '~' : ' ';
  const folder = fitEnd(folderOf(item, style.home), Math.max(0, room - columnsOf(name) - 2));
  return row(
    [
      piece(isChosen ? '>' : ' ', 'bold'),
      piece(mark, 'warning'),
      piece(name, 'bold'),
      piece(padded(`  ${folder}`, room - columnsOf(name)), 'dim'),
      piece(date === '' ? '' : `  ${date}`, 'dim'),
    ],
    columns,
    style,
    isChosen,
  );
}

function nameOf({ name }: Item): string {
  return cleanText(name);
}

/** Where the document is: its folder, or the file that it is within. */
export function folderOf(item: Item, home: string | undefined): string {
  const path = shownPath(item, home);
  const inner = item.inner === undefined ? '' : WITHIN + cleanText(item.inner);
  return item.inner === undefined ? path.slice(0, Math.max(1, path.lastIndexOf('/'))) : path + inner;
}

export function bytesOf({ path, pathHex }: Item): Buffer {
  return jsonPathBytes(path, pathHex);
}

function shownPath(item: Item, home: string | undefined): string {
  const shown = displayPath(bytesOf(item));
  return home && home !== '/' && shown.startsWith(`${home}/`) ? `~${shown.slice(home.length)}` : shown;
}

function previewPart(state: State, style: ViewStyle): string[] {
  const item = state.items[state.selected];
  if (!item) return [ruled([], state, style)];
  const { columns } = state;
  const facts = [cleanText(item.title), item.type, shownSize(item.size), shownDate(Date.parse(item.modified))];
  const path = fitEnd(shownPath(item, style.home), columns - 8);
  const lines = textRows(state, style);
  return [
    ruled([piece('── ', 'dim'), piece(path, 'bold'), piece(' ', 'dim')], state, style),
    row([piece(facts.filter(Boolean).join(' · '), 'dim')], columns, style),
    ...lines,
  ].slice(0, previewRows(state) + 1);
}

/** The lines around the match; the snippet until they are known. */
function textRows(state: State, style: ViewStyle): string[] {
  const { preview, items, selected, columns, previewTop } = state;
  const source = preview ?? items[selected]?.snippet;
  if (!source) return [];
  const first = preview?.line;
  const numbers = first === undefined ? 0 : String(first + previewRows(state) + previewTop).length + 1;
  return lineRanges(source.text)
    .slice(previewTop, previewTop + previewRows(state))
    .map(([from, to], i) => {
      const number = first === undefined ? '' : `${String(first + previewTop + i).padStart(numbers - 1)} `;
      return row([piece(number, 'dim'), ...marked(source, from, to)], columns, style);
    });
}

function lineRanges(text: string): [number, number][] {
  let from = 0;
  return text.split('\n').map((line) => {
    const range: [number, number] = [from, from + line.length];
    from += line.length + 1;
    return range;
  });
}

function marked({ text, highlights }: Item['snippet'], from: number, to: number): Piece[] {
  const pieces: Piece[] = [];
  let done = from;
  for (const [start, end] of highlights) {
    if (end <= done || start >= to) continue;
    const first = Math.max(start, done);
    pieces.push(piece(clean(text.slice(done, first))), piece(clean(text.slice(first, Math.min(end, to))), 'match'));
    done = Math.min(end, to);
  }
  return [...pieces, piece(clean(text.slice(done, to)))];
}

function clean(text: string): string {
  return cleanText(text.replaceAll('\t', '  '));
}

/** What was just done, else what is the matter, else what keys do. */
function lastRow({ message, found, columns }: State, style: Style): string {
  if (message !== undefined) return row([piece(cleanText(message), 'bold')], columns, style);
  const reason = found?.reasons.find(({ isNote }) => !isNote);
  if (reason) {
    const text = [reason.text, reason.advice].filter(Boolean).join('; ');
    return row([piece(cleanText(text), 'warning')], columns, style);
  }
  const notice = found && (searchedNotice(found.searched) ?? offerNotice(found));
  return row([notice === undefined ? piece(KEYS, 'dim') : piece(notice, 'bold')], columns, style);
}

const HELP = [
  ['enter', 'open the file; without a desktop in $VISUAL, $EDITOR or less'],
  ['^R', 'show it in its folder'],
  ['^Y', 'copy its path, also over ssh (the terminal must allow it)'],
  ['up, down', 'choose a file; also ^P, ^N, page up, page down, the mouse'],
  ['shift up, down', 'move the text below; also the wheel'],
  ['tab, shift tab', 'which kind of files'],
  ['^S', 'in which order'],
  ['^A ^E ^W ^U ^K', 'edit the query as a shell does'],
  ['^Z', 'back to the shell; fg goes on'],
  ['esc, ^C', 'end'],
  ['* ~', 'changed since it was indexed; has only some of the words'],
] as const;
const HELP_COLUMNS = 17;

function helpRows({ columns }: State, style: Style): string[] {
  return HELP.map(([keys, does]) => row([piece(padded(keys, HELP_COLUMNS), 'bold'), piece(does)], columns, style));
}
