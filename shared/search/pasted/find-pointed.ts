/**
 * The files of the index that a pasted text points to. A path is compared as bytes, or as the text that they are. The
 * full-text table of names gives the files to compare, so the cost is that of one question about names.
 */

import { pathText } from '../../path-text.js';
import { joinPath } from '../../paths.js';
import type { Db } from '../../store/open.js';
import { hasWord } from '../../words/words.js';
import { documentsById, type FoundDocument, pathOf } from '../found-documents.js';
import { all, phraseOf } from '../match-expression.js';
import type { ParseContext } from '../parse-filter.js';
import type { Pasted, PastedPlace, Reading } from './pasted.js';

export interface Pointed {
  readonly document: FoundDocument;
  /** From 1 on; undefined: the whole file is meant. */
  readonly line?: number | undefined;
  readonly column?: number | undefined;
}

export type PointedOptions = Pick<ParseContext, 'realFolder'>;

/** Files of the same name that are compared. */
const MOST_COMPARED = 500;
/** Of a name that is in more places no single file can be meant. */
const MOST_ALIKE = 10;

/** Each file once, in the order of the text. */
export function findPointed(db: Db, pasted: Pasted | undefined, options: PointedOptions = {}): Pointed[] {
  const found = (pasted?.places ?? []).flatMap((place) => atPlace(db, place, options));
  return [...new Map(found.reverse().map((one) => [one.document.id, one])).values()].reverse();
}

function atPlace(db: Db, { readings, line, column }: PastedPlace, options: PointedOptions): Pointed[] {
  for (const reading of readings) {
    const documents = FINDERS[reading.kind](db, reading.parts, options);
    if (documents.length > 0) return documents.map((document) => ({ document, line, column }));
  }
  return [];
}

type Finder = (db: Db, parts: readonly string[], options: PointedOptions) => FoundDocument[];

const FINDERS: Readonly<Record<Reading['kind'], Finder>> = { exact, end, module };

/** The file itself, not what is within it. */
function exact(db: Db, parts: readonly string[], { realFolder }: PointedOptions): FoundDocument[] {
  const name = Buffer.from(parts.at(-1) as string);
  const folder = Buffer.from(`/${parts.slice(0, -1).join('/')}`);
  const sql = 'SELECT file.id FROM file JOIN dir ON dir.id = dir_id WHERE dir.path = ? AND name = ?';
  const find = db.prepare<[Buffer, Buffer], number>(sql).pluck();
  const id = find.get(folder, name) ?? (realFolder && find.get(realFolder(folder), name));
  return id === undefined ? [] : [...documentsById(db, [id]).values()];
}

/** Those that have most folders in common: the ones above may be of another machine. */
function end(db: Db, parts: readonly string[]): FoundDocument[] {
  const [name = '', folder] = [...parts].reverse();
  const near =
    folder === undefined ? [] : best(named(db, name, [folder]), (document) => commonEnd(pathParts(document), parts));
  if (near.length > 0) return near;
  const alike = best(named(db, name), (document) => 1 + commonEnd(pathParts(document), [name]));
  return parts.length === 1 || alike.length === 1 ? alike : [];
}

/** What is behind the module's own name may be defined in it. */
const MOST_DEFINED = 2;

function module(db: Db, parts: readonly string[]): FoundDocument[] {
  for (let length = parts.length; length >= Math.max(2, parts.length - MOST_DEFINED); length--) {
    const own = withoutSources(parts.slice(0, length));
    const [name = '', folder = ''] = [...own].reverse();
    const compared = [...named(db, name, [folder]), ...namedAsFolder(db, name, folder)];
    const found = best(compared, (document) => commonEnd(withoutSources(moduleParts(document)), own));
    if (found.length > 0) return isName(db, parts.join('.')) ? [] : found;
  }
  return [];
}

/** `package.json` is rather a file than a module. */
function isName(db: Db, text: string): boolean {
  return named(db, text).some(({ name }) => name === text);
}

/** The file that stands for its folder. */
const OF_FOLDER = ['__init__', 'index', 'mod', 'lib', 'main', 'package-info'];

function namedAsFolder(db: Db, name: string, folder: string): FoundDocument[] {
  return OF_FOLDER.flatMap((own) => named(db, own, [name, folder]));
}

/** @param folders  names that are words of its path. */
function named(db: Db, name: string, folders: readonly string[] = []): FoundDocument[] {
  if (![name, ...folders].every(hasWord)) return [];
  const expression = all([`{name} : ${phraseOf(name)}`, ...folders.map((folder) => `{path} : ${phraseOf(folder)}`)]);
  const sql = `SELECT rowid FROM names WHERE names MATCH ? LIMIT ${MOST_COMPARED}`;
  return [...documentsById(db, db.prepare<[string], number>(sql).pluck().all(expression)).values()];
}

/** Where most is the same, and more than the name; the shortest path first. */
function best(documents: readonly FoundDocument[], inCommon: (document: FoundDocument) => number): FoundDocument[] {
  const different = new Map(documents.map((document) => [document.id, document]));
  const counted = Array.from(different.values(), (document) => ({ document, common: inCommon(document) }));
  const most = Math.max(2, ...counted.map(({ common }) => common));
  const found = counted.filter(({ common }) => common === most).map(({ document }) => document);
  if (found.length > MOST_ALIKE) return [];
  return found.sort((a, b) => placeOf(a).length - placeOf(b).length);
}

function placeOf({ directory, name }: FoundDocument): string {
  return `${directory}/${name}`;
}

/** Of the document, which may be within the file. */
function pathParts(document: FoundDocument): string[] {
  const path = document.innerPath ? joinPath(pathOf(document), document.innerPath) : pathOf(document);
  return pathText(path).split('/').filter(Boolean);
}

/** Without the ending; of the file that stands for its folder without its name. */
function moduleParts(document: FoundDocument): string[] {
  const parts = pathParts(document);
  const name = (parts.pop() ?? '').replace(/\.[^.]*$/, '');
  return OF_FOLDER.includes(name) ? parts : [...parts, name];
}

/** Sources may lie in a folder of their own. */
function withoutSources(parts: readonly string[]): string[] {
  return parts.filter((part) => part !== 'src' && part !== 'lib');
}

/** Parts that are the same, from the end on; the case of letters matters little. */
function commonEnd(path: readonly string[], wanted: readonly string[]): number {
  const length = Math.min(path.length, wanted.length);
  let [count, exactly] = [0, 0];
  while (count < length && lower(path.at(-1 - count)) === lower(wanted.at(-1 - count))) {
    if (path.at(-1 - count) === wanted.at(-1 - count)) exactly++;
    count++;
  }
  return count + exactly / 1000;
}

function lower(part: string | undefined): string | undefined {
  return part?.normalize('NFC').toLowerCase();
}
