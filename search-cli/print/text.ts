/**
 * A hit for people: on a terminal a block with rank, linked path, facts and the coloured snippet. In a pipe it is one
 * line `path: snippet`, so that grep, cut and head work. Names and texts come from strangers: no terminal obeys
 * anything in them.
 */
import type { ToldHit } from '../../shared/answer/last-change.js';
import { grouped } from '../../shared/counted.js';
import { cleanText, displayPath, WITHIN } from '../../shared/path-text.js';
import { scoreText } from '../../shared/search/score-text.js';
import type { Snippet } from '../../shared/types.js';
import { columnsOf } from './columns.js';
import { shownDate, shownSize } from './facts.js';
import { fileUrl } from './file-url.js';

export interface TerminalStyle {
  readonly hasColor: boolean;
  /** Host in file:// links; undefined: no links. */
  readonly linkHost: string | undefined;
  readonly columns: number;
  /** Shown as ~. */
  readonly home: string | undefined;
}

const MATCH = ['\x1b[1;31m', '\x1b[0m'] as const;
const PATH = ['\x1b[1m', '\x1b[0m'] as const;
const DIM = ['\x1b[2m', '\x1b[0m'] as const;
const PLAIN = ['', ''] as const;
type Paint = readonly [on: string, off: string];

const INDENT = '    ';
const MIN_COLUMNS = 40;
const MAX_COLUMNS = 100;

export function pipeLine(hit: ToldHit, hasColor: boolean): string {
  const change = hit.lastChange === undefined ? '' : ` [${shownChange(hit)}]`;
  const parts = partNotes(hit).map((note) => ` [${note}]`);
  const line = hit.pointed?.line === undefined ? '' : `:${hit.pointed.line}`;
  const path = paint(displayPath(hit.path), hasColor ? PATH : PLAIN) + shownInner(hit) + line + change + parts.join('');
  const shown = highlighted(hit.snippet, [0, hit.snippet.text.length], hasColor ? MATCH : PLAIN);
  return shown === '' ? `${path}\n` : `${path}: ${shown}\n`;
}

/** @param rank  counted from 1. */
export function terminalBlock(hit: ToldHit, rank: number, style: TerminalStyle): string {
  const dim = style.hasColor ? DIM : PLAIN;
  const path = linked(paint(shownPath(hit.path, style.home), style.hasColor ? PATH : PLAIN), hit.path, style.linkHost);
  const head = `${String(rank).padStart(2)}  ${path}${shownInner(hit)}\n`;
  const facts = [
    shownPointed(hit),
    cleanText(hit.title),
    shownSize(hit.size),
    shownDate(hit.modifiedMs),
    hit.pointed ? '' : shownLine(hit),
    hit.page ? `p. ${hit.page()}` : '',
    hit.isStale ? 'changed since it was indexed' : '',
    hit.isUnverified ? 'its volume does not answer' : '',
    hit.isPartial ? 'known in its first part only' : '',
  ];
  const notes = [...copyNotes(hit, style), ...partNotes(hit)].map((note) => paint(note, dim));
  const change = hit.lastChange === undefined ? [] : [paint(`last change: ${shownChange(hit)}`, dim)];
  const lines = [
    paint(facts.filter(Boolean).join(' · '), dim),
    ...change,
    ...notes,
    ...snippetLines(hit.snippet, style),
  ];
  return `${head}${lines.map((line) => `${INDENT}${line}\n`).join('')}`;
}

export function paintDim(text: string, hasColor: boolean): string {
  return paint(text, hasColor ? DIM : PLAIN);
}

function snippetLines(snippet: Snippet, { columns, hasColor }: TerminalStyle): string[] {
  const width = Math.min(Math.max(columns, MIN_COLUMNS), MAX_COLUMNS) - INDENT.length;
  return wrap(snippet.text, width).map((line) => highlighted(snippet, line, hasColor ? MATCH : PLAIN));
}

/** [start, end) of each line, broken at blanks. */
function wrap(text: string, width: number): [number, number][] {
  const lines: [number, number][] = [];
  for (const { index, 0: word } of text.matchAll(/\S+/g)) {
    const line = lines.at(-1);
    const end = index + word.length;
    if (line && columnsOf(text.slice(line[0], end)) <= width) line[1] = end;
    else lines.push([index, end]);
  }
  return lines;
}

/** The part [from, to) of a snippet, its highlights painted. */
function highlighted({ text, highlights }: Snippet, [from, to]: readonly [number, number], how: Paint): string {
  let shown = '';
  let done = from;
  for (const [start, end] of highlights) {
    if (end <= done || start >= to) continue;
    const first = Math.max(start, done);
    const last = Math.min(end, to);
    shown += cleanText(text.slice(done, first)) + paint(cleanText(text.slice(first, last)), how);
    done = last;
  }
  return shown + cleanText(text.slice(done, to));
}

function paint(text: string, [on, off]: Paint): string {
  return text === '' ? '' : on + text + off;
}

/** Why it comes first. */
function shownPointed({ pointed }: ToldHit): string {
  if (!pointed) return '';
  return pointed.line === undefined ? 'the file that was pasted' : `line ${pointed.line}, as pasted`;
}

/** Of the first match, as editors count. */
function shownLine({ line }: ToldHit): string {
  return line ? `line ${line()}` : '';
}

const NAMED_COPIES = 2;

function copyNotes({ copies = [], nearCopies = [] }: ToldHit, { home }: TerminalStyle): string[] {
  return [...named('same text', copies, home), ...named('nearly the same text', nearCopies, home)];
}

function named(what: string, paths: readonly Uint8Array[], home: string | undefined): string[] {
  if (paths.length === 0) return [];
  const first = paths.slice(0, NAMED_COPIES).map((path) => shownPath(path, home));
  const more = paths.length - first.length;
  const others = more > 0 ? ` and ${grouped(more)} more` : '';
  return [`${what}: ${first.join(', ')}${others}; --all shows each`];
}

function partNotes({ score, parts }: ToldHit): string[] {
  return parts ? [scoreText(score, parts())] : [];
}

function shownChange({ lastChange }: ToldHit): string {
  return lastChange?.text() ?? 'no event is kept';
}

/** Where in the file: `archive.tar › folder/name.txt`. */
function shownInner({ innerPath }: ToldHit): string {
  return innerPath ? WITHIN + displayPath(innerPath) : '';
}

function shownPath(path: Uint8Array, home: string | undefined): string {
  const shown = displayPath(path);
  return home && home !== '/' && shown.startsWith(`${home}/`) ? `~${shown.slice(home.length)}` : shown;
}

/** OSC 8, with the bytes of the path. */
function linked(text: string, path: Uint8Array, host: string | undefined): string {
  if (host === undefined) return text;
  return `\x1b]8;;${fileUrl(path, host)}\x1b\\${text}\x1b]8;;\x1b\\`;
}
