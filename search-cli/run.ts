/**
 * find-text from its arguments to its exit status. All that its output depends on comes in as `World`: the daemon runs
 * it, too, for a find-text that asks it (serve/answer-command.ts).
 */
import { answer, type Found, type Question, queryOptions } from '../shared/answer/answer.js';
import { type Answered, jsonLine, searchedInstead } from '../shared/answer/hit-json.js';
import { type ToldHit, withLastChanges } from '../shared/answer/last-change.js';
import type { OpenIndex } from '../shared/answer/open-index.js';
import type { Environment, Terminal } from '../shared/ask/command.js';
import { locate } from '../shared/locations.js';
import { displayPath } from '../shared/path-text.js';
import type { CanLook } from '../shared/search/document-text.js';
import type { ListedPath, Listing } from '../shared/search/list.js';
import { parseQuery } from '../shared/search/parse-query.js';
import type { Hit, SearchResult } from '../shared/search/search.js';
import type { Db } from '../shared/store/open.js';
import { complain } from './complain.js';
import { EXIT } from './exit-codes.js';
import { type Flags, helpText, isList, parseFlags } from './flags.js';
import {
  bothNotices,
  isMixed,
  misreadNotices,
  nothingFound,
  offerNotice,
  reasonNotices,
  searchedNotice,
  someWordsNotice,
  staleNotice,
  totalNotice,
  unverifiedNotice,
} from './notices.js';
import { isReaderGone, type Output } from './output.js';
import { paintDim, pipeLine, type TerminalStyle, terminalBlock } from './print/text.js';
import { queryText } from './query-text.js';
import { unknownDoers } from './unknown-doers.js';
import { unknownEndings } from './unknown-endings.js';
import { unknownFolders } from './unknown-folders.js';

export interface World {
  readonly argv: readonly string[];
  readonly env: Environment;
  readonly cwd: string;
  readonly nowMs: number;
  readonly version: string;
  readonly stdout: Output;
  readonly stderr: Output;
  /** undefined: standard output is no terminal. */
  readonly terminal: Terminal | undefined;
  readonly canLook: CanLook;
  /** One state of the index in this folder. It throws FT_STORE_…, and what `use` throws. */
  readonly askIndex: <Answer>(dataDirectory: string, use: (index: OpenIndex) => Answer) => Answer;
  /** For what does not end with its answer: it says at its end what the exit status is. */
  readonly goOn: (flags: Flags) => number;
}

const NUL = Buffer.of(0);

/** What was asked, and how it is to be printed. */
interface Request extends Flags {
  readonly query: string;
  readonly db: Db;
}

/** Everything is written when it returns. @returns the exit status. */
export function run(world: World): number {
  try {
    const flags = parseFlags(world.argv);
    const status = act(world, flags);
    world.stdout.flush();
    return status;
  } catch (error) {
    if (isReaderGone(error)) return EXIT.found;
    complain(world, error);
    return EXIT.error;
  }
}

function act(world: World, flags: Flags): number {
  if (flags.action === 'help') return say(world, helpText());
  if (flags.action === 'version') return say(world, `find-text ${world.version}\n`);
  if (flags.action !== 'search') return world.goOn(flags);
  return find(world, flags);
}

function say({ stdout }: World, text: string): number {
  stdout.write(text);
  return EXIT.found;
}

function find(world: World, flags: Flags): number {
  return world.askIndex(locate(world.env).dataDirectory, (index) => findIn(index, world, flags));
}

function findIn(index: OpenIndex, world: World, flags: Flags): number {
  const { db } = index;
  const asker = { nowMs: world.nowMs, home: world.env.HOME, cwd: world.cwd, canLook: world.canLook };
  const options = queryOptions(index, asker);
  const query = queryText(db, flags.words, options);
  const { found, misread, reasons } = answer(index, toQuestion(world, flags, query), asker);
  for (const notice of misreadNotices(misread)) note(world, notice);
  const count = print(world, { ...flags, query, db }, found);
  if (count === 0) for (const notice of unknownFolders(db, query, options)) note(world, notice);
  for (const why of count === 0 ? [unknownDoers, unknownEndings] : []) note(world, why(db, parseQuery(query, options)));
  for (const notice of reasonNotices(reasons(), count)) note(world, notice);
  return count > 0 ? EXIT.found : EXIT.nothingFound;
}

function toQuestion({ terminal }: World, { output, limit, hasParts, hasCopies }: Flags, query: string): Question {
  const isForPeople = terminal !== undefined && output === 'text';
  const copies = output === 'json' ? 'marked' : isForPeople && !hasCopies ? 'folded' : undefined;
  return { query, wants: isList(output) ? 'paths' : 'hits', limit, explains: hasParts, ...(copies && { copies }) };
}

function print(world: World, request: Request, found: Found): number {
  if (found.kind === 'paths' && request.output === 'count') return printCount(world, request, found.list);
  if (found.kind === 'paths') return printListing(world, request, found.list, shownPath);
  const printer = toPrinter(world, request);
  if (found.kind === 'best hits') return printHits(world, request, found.result, printer);
  const list = { ...found.list, items: told(request, found.list.items) };
  return printListing(world, request, list, (_, hit, rank) => printer.print(hit, rank));
}

function printCount(world: World, request: Request, list: Listing<ListedPath>): number {
  const count = printListing(world, request, list, () => '');
  world.stdout.write(`${count}\n`);
  return count;
}

function told({ db, hasWho }: Request, hits: Iterable<Hit>): Iterable<ToldHit> {
  return hasWho ? withLastChanges(db, hits) : hits;
}

/** @returns the number of files. */
function printListing<Item extends { readonly isStale: boolean; readonly isUnverified: boolean }>(
  world: World,
  request: Request,
  { items, suggest }: Listing<Item>,
  toText: (request: Request, item: Item, rank: number) => string | Uint8Array,
): number {
  let count = 0;
  let stale = 0;
  let unverified = 0;
  for (const item of items) {
    world.stdout.write(toText(request, item, ++count));
    if (item.isStale) stale++;
    if (item.isUnverified) unverified++;
    if (count === request.limit) break;
  }
  if (count === 0) note(world, nothingFound(request.query, suggest()));
  if (!isMarked(world, request)) note(world, staleNotice(stale));
  note(world, unverifiedNotice(unverified));
  return count;
}

/** Do the hits themselves tell that they have changed? */
function isMarked({ terminal }: World, { output }: Flags): boolean {
  return output === 'json' || (output === 'text' && terminal !== undefined);
}

function shownPath({ hasNul }: Flags, { path }: ListedPath): string | Uint8Array {
  return hasNul ? Buffer.concat([path, NUL]) : `${displayPath(path)}\n`;
}

function printHits(world: World, request: Request, result: SearchResult, printer: Printer): number {
  const { query, output } = request;
  note(world, bothNotices(searchedNotice(searchedInstead(result)), someWordsNotice(result)));
  note(world, offerNotice(result));
  const isForPeople = world.terminal !== undefined && output === 'text';
  const hits = [...told(request, isForPeople || output === 'json' ? result.hits : unmarkedHits(result))];
  hits.forEach((hit, i) => {
    const isFirstOfThese = !hit.isWhole && hits[i - 1]?.isWhole && !isMixed(result);
    if (isFirstOfThese && isForPeople) world.stdout.write(printer.someWordsHead);
    world.stdout.write(printer.print(hit, i + 1, result));
  });
  if (hits.length === 0) note(world, nothingFound(query, undefined));
  else if (isForPeople) note(world, totalNotice(result));
  if (!isMarked(world, request)) note(world, staleNotice(hits.filter(({ isStale }) => isStale).length));
  note(world, unverifiedNotice(hits.filter(({ isUnverified }) => isUnverified).length));
  return hits.length;
}

/**
 * Where no line tells that a file has only some of the words, those that have all stand alone, unless a note tells it.
 */
function unmarkedHits({ hits, corrections }: SearchResult): readonly Hit[] {
  const whole = hits.filter((hit) => hit.isWhole);
  return whole.length > 0 && corrections.length === 0 && !isMixed({ hits }) ? whole : hits;
}

interface Printer {
  readonly print: (hit: ToldHit, rank: number, answer?: Answered) => string;
  /** Stands before the first hit that has only some of the words. */
  readonly someWordsHead: string;
}

function toPrinter({ env, terminal }: World, { output, color }: Flags): Printer {
  if (output === 'json') return { print: (hit, _, answer) => jsonLine(hit, answer), someWordsHead: '' };
  const isAuto = terminal !== undefined && !env.NO_COLOR && env.TERM !== 'dumb';
  const hasColor = color === 'always' || (color === 'auto' && isAuto);
  if (!terminal) return { print: (hit) => pipeLine(hit, hasColor), someWordsHead: '' };
  const style: TerminalStyle = {
    hasColor,
    linkHost: hasColor ? terminal.host : undefined,
    columns: terminal.columns,
    home: env.HOME,
  };
  return {
    print: (hit, rank) => `${terminalBlock(hit, rank, style)}\n`,
    someWordsHead: `${paintDim('only some of the words:', hasColor)}\n\n`,
  };
}

/** Standard output first, so that a terminal shows both in their order. */
function note({ stdout, stderr }: World, text: string | undefined): void {
  if (text === undefined) return;
  stdout.flush();
  stderr.write(`find-text: ${text}\n`);
  stderr.flush();
}
