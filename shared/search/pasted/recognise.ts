/**
 * What was pasted rather than typed: a path, a place in a file, lines of a stack trace, a dotted module, a URL, an
 * address, a number → the files that it may point to, and what is searched. Comes before the language of queries, so
 * that none of these is an error there; a text with a field (`name:x`) is a query. Pure.
 */
import { LetterPattern } from '../../words/letter-pattern.js';
import { firstWords, hasWord } from '../../words/words.js';
import { FIELD_NAMES } from '../fields.js';
import { type Group, MAX_PHRASE, type Query, type Term } from '../query.js';
import { messageIn } from './message.js';
import type { PasteContext, Pasted, PastedPlace } from './pasted.js';
import { type FilePlace, placesIn } from './places.js';
import { isPath, isRooted, partsOf, toReadings } from './read-path.js';
import { decodedUrl, spellings } from './unescape.js';

/** Of whole logs the beginning is looked at. */
const MOST_CHARACTERS = 20_000;
/** Longer than any path or address. */
const MOST_OF_ONE = 4096;
const MOST_PLACES = 20;
const MOST_WORDS = 30;
/** A message of so many words tells more than the name of the file. */
const MESSAGE_WORDS = 3;

/** Nothing that is pasted is without a sign or a number: most queries need no further look. */
const PLAIN_WORDS = /^[a-z ]*$/i;
/** Nobody prints `NEAR/3`. */
const LANGUAGE = new RegExp(`(?:^|[\\s(])-?(?:${FIELD_NAMES}):(?=\\S)|\\sNEAR/\\d{1,4}\\s`, 'i');

/** What was pasted is never an error. @param parse  the text, as a query of the language. */
export function readPasted(text: string, context: PasteContext, parse: () => Query): Query {
  const pasted = recognise(text, context);
  if (!pasted) return parse();
  if (pasted.groups?.length) return onlyWords(pasted, pasted.groups);
  try {
    return { ...parse(), pasted };
  } catch (error) {
    const groups = groupsOf(text.split(/\s+/));
    if (groups.length === 0) throw error;
    return onlyWords(pasted, groups);
  }
}

function onlyWords(pasted: Pasted, groups: readonly Group[]): Query {
  return { groups, excluded: [], filters: [], misread: [], pasted };
}

/** @returns undefined for what is no pasted thing, but a query. */
export function recognise(text: string, context: PasteContext = {}): Pasted | undefined {
  const trimmed = text.slice(0, MOST_CHARACTERS).trim();
  if (PLAIN_WORDS.test(trimmed) || LANGUAGE.test(trimmed)) return undefined;
  const one = trimmed.length <= MOST_OF_ONE ? trimmed : '';
  const token = /\s/.test(one) ? '' : one;
  return (
    url(token) ??
    address(token) ??
    number(one) ??
    lines(trimmed, context) ??
    module(token) ??
    path(one, context) ??
    message(trimmed)
  );
}

const URL = /^<?(?:url:)?([a-z][a-z0-9+.-]{1,20}):\/\/(\S+?)>?$/i;

/** A path of several parts may be that of a file here too. */
function url(text: string): Pasted | undefined {
  const [, scheme = '', rest = ''] = URL.exec(text) ?? [];
  if (rest === '') return undefined;
  const place = placesIn(text).find(({ end }) => end >= text.length - 1);
  const path = place?.path ?? rest.replace(/^[^/]*/, '').replace(/[?#].*$/, '');
  const parts = partsOf(decodedUrl(path));
  const isFile = scheme.toLowerCase() === 'file';
  const kinds = isFile ? (['exact', 'end'] as const) : (['end'] as const);
  const isNamed = parts.length > (isFile ? 0 : 1);
  return {
    places: isNamed ? [{ readings: kinds.map((kind) => ({ kind, parts })), ...lineOf(place) }] : [],
    groups: groupsOf([isFile ? `/${parts.join('/')}` : rest]),
  };
}

const ADDRESS = /^(?:mailto:)?<?([^\s@<>()",;:/]+@[^\s@<>()",;:/]+\.[^\s@<>()",;:/]{2,})>?$/i;

function address(text: string): Pasted | undefined {
  const [, own] = ADDRESS.exec(text) ?? [];
  return own ? { places: [], groups: groupsOf([own]) } : undefined;
}

/** 1,299.99 and 1.299,99 and 1 299,99 */
const NUMBER = /^[+-]?(\d{1,3}([ .,'’_\u00a0\u202f])\d{3}(?:\2\d{3})*)(?:[.,](\d+))?$/;

/** Each separator is a border between words, and some writers leave it out. */
function number(text: string): Pasted | undefined {
  const [, whole, , decimals] = NUMBER.exec(text) ?? [];
  if (!whole) return undefined;
  const texts = [whole.replace(/\D/g, ' '), whole.replace(/\D/g, '')];
  const terms = texts.map((one): Term => {
    return { text: decimals ? `${one} ${decimals}` : one, kind: 'phrase', field: 'any' };
  });
  return { places: [], groups: [terms] };
}

function lines(text: string, context: PasteContext): Pasted | undefined {
  const found = placesIn(text).slice(0, MOST_PLACES);
  if (found.length === 0) return undefined;
  const places = found.map((one): PastedPlace => ({ readings: toReadings(one.path, context), ...lineOf(one) }));
  return { places, groups: isPrinted(text, found) ? groupsOf(tellingWords(text, found)) : undefined };
}

/** What stands before the place in a line that a tool has printed. */
const TOOL =
  /^\W*(?:at|from|in|by|File|called from|#?\d+:?|thread|panic|Caused by|Traceback|goroutine|error|warning|note|fatal|\w*(?:Error|Exception|Warning))\b/i;
/** And behind it. */
const BEHIND = /^(?::|,? in | \+0x)/;

/** By a tool; else a person has typed words around the place. */
function isPrinted(text: string, found: readonly FilePlace[]): boolean {
  const [first, last] = [found[0], found.at(-1)] as [FilePlace, FilePlace];
  const isFirst = !hasWord(text.slice(0, first.start));
  if (isFirst && (!hasWord(text.slice(last.end)) || BEHIND.test(text.slice(first.end)))) return true;
  return text.includes('\n') || TOOL.test(text);
}

/** Those of the message behind the place, or between the lines of a trace; where there is none, the path. */
function tellingWords(text: string, found: readonly FilePlace[]): string[] {
  const rows = text.split('\n');
  const message =
    rows.length > 1
      ? rows.filter((row) => placesIn(row).length === 0).join(' ')
      : (/^: *(.*)/s.exec(text.slice(found.at(-1)?.end))?.[1] ?? '');
  const words = message.split(/\s+/).filter(hasWord);
  return words.length >= MESSAGE_WORDS ? words : [(found[0] as FilePlace).path];
}

const DIFF = /^(?:\+\+\+|---|rename (?:from|to)|copy (?:from|to)|diff --git) (?=\S*[/.])(\S+)/;

function path(text: string, context: PasteContext): Pasted | undefined {
  const [, ofDiff] = DIFF.exec(text) ?? [];
  if (ofDiff) return { places: [{ readings: toReadings(ofDiff, context) }], groups: groupsOf([ofDiff]) };
  const readings = spellings(text)
    .filter(isPath)
    .flatMap((spelling) => toReadings(spelling, context));
  if (readings.length === 0) return undefined;
  return { places: [{ readings }], groups: isRooted(text) ? groupsOf(text.split(/\s+/)) : undefined };
}

/** By dots, colons, or the backslashes of PHP. */
const MODULE = new LetterPattern(
  String.raw`^[\p{L}_$][\p{L}\p{N}_$]*(?:(?:(?:\.|::)[\p{L}_$][\p{L}\p{N}_$]*)+|(?:\\[\p{L}_$][\p{L}\p{N}_$]*)+)(?:\(\))?$`,
);

function module(text: string): Pasted | undefined {
  if (!MODULE.test(text)) return undefined;
  const parts = text.replace(/\(\)$/, '').split(/\.|::|\\/);
  const groups = /^\w+(?:\.\w+)+$/.test(text) ? undefined : groupsOf([text]);
  return { places: [{ readings: [{ kind: 'module', parts }] }], groups };
}

function message(text: string): Pasted | undefined {
  const found = messageIn(text);
  return found && { places: [], groups: undefined, message: found };
}

function lineOf(place: FilePlace | undefined): { readonly line?: number; readonly column?: number } {
  if (!place) return {};
  return place.column === undefined ? { line: place.line } : { line: place.line, column: place.column };
}

/** Words, none of them an operator. */
function groupsOf(words: readonly string[]): Group[] {
  const different = [...new Set(words)].filter(hasWord).slice(0, MOST_WORDS);
  return different.map((text): Group => [{ text: firstWords(text, MAX_PHRASE), kind: 'word', field: 'any' }]);
}
