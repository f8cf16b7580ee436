/**
 * Which paths a rule is about. A pattern is one of a .gitignore, and means a file or folder with all that is below it.
 * The last pattern that fits a path decides; `!` takes out, also below a folder that is selected. Pure. Inside, paths
 * are latin1, one character for each byte.
 */
import { fromPathKey, pathKey } from '../../../shared/path-key.js';
import { overlap } from '../../../shared/path-within.js';
import { meaningIn, type Places } from '../../rules/configured-patterns.js';
import { PatternList, withoutTrailingBlanks } from '../../rules/ignore-patterns.js';
import { Wildmatch } from '../../rules/wildmatch.js';

const SPECIAL = /[*?[\\]/;
/** With the root folder before it, as much as a pattern of a list may have. */
const MAX_BYTES = 512;
const TOP = Buffer.from('/');
/** More folders than these are looked at anew. */
const MAX_FOLDERS = 1_000;

interface Glob {
  /** As written, latin1. */
  readonly text: string;
  readonly isNegative: boolean;
  /** Of one pattern, relative to `/`. */
  readonly list: PatternList;
  /** The pattern is about the last name of a path, anywhere below the prefix: that is quick to ask. */
  readonly isOfNames: boolean;
  /** Whatever fits is this or below it. `/srv/pii`; empty: anywhere. */
  readonly prefix: string;
  /** The prefix and all below it fit, and nothing else. */
  readonly isPlain: boolean;
  readonly isFolderOnly: boolean;
  /** Of each folder on the way; undefined: any number of any folders. */
  readonly names: readonly (Wildmatch | undefined)[];
}

/** Path keys. */
export interface Place {
  readonly path: string;
  /** That it is in. */
  readonly folder: string;
}

/** What decides about the names in a folder. */
interface InFolder {
  /** The first that fits the name. */
  readonly asked: readonly Glob[];
  /** Where none of them does: it fits the folder, or one above it. */
  readonly otherwise: Glob | undefined;
}

export interface Surroundings {
  /** Real paths. */
  readonly roots: readonly Uint8Array[];
  readonly places: Places;
}

export type GlobCheck = { readonly globs: readonly Glob[] } | { readonly refused: string };

export function placeOf(name: Uint8Array): Place {
  const path = pathKey(name);
  return { path, folder: path.slice(0, path.lastIndexOf('/')) };
}

export class PathSelection {
  readonly #folders = new Map<string, InFolder>();
  /** Some pattern means folders only. */
  readonly #isAboutFolders: boolean;

  constructor(private readonly globs: readonly Glob[]) {
    this.#isAboutFolders = globs.some(({ isFolderOnly }) => isFolderOnly);
  }

  selects(path: Uint8Array, isFolder = false): boolean {
    return this.selectsPlace(placeOf(path), isFolder);
  }

  /** @param isFolder  missing: it is not known, and one of both will do. */
  selectsPlace(place: Place, isFolder?: boolean): boolean {
    if (isFolder === undefined && this.#isAboutFolders)
      return this.selectsPlace(place, false) || this.selectsPlace(place, true);
    const glob = this.#decidedBy(place, isFolder ?? false);
    return glob !== undefined && !glob.isNegative;
  }

  /** The pattern that decides, as written, latin1. */
  patternFor(path: Uint8Array, isFolder = false): string | undefined {
    return this.#decidedBy(placeOf(path), isFolder)?.text;
  }

  /** Could something in this folder, however deep, be selected? May say yes where there is nothing. */
  mayContain(folder: Uint8Array): boolean {
    const key = pathKey(folder);
    const names = key.split('/').filter(Boolean);
    const decisive = this.globs.findLast((glob) => (glob.isNegative ? fits(glob, key, true) : leadsBelow(glob, names)));
    return decisive !== undefined && !decisive.isNegative;
  }

  /** All that is selected is one of these or below one. None is below another. */
  get places(): readonly Buffer[] {
    const prefixes = [...new Set(this.globs.filter((glob) => !glob.isNegative).map(({ prefix }) => prefix))];
    const isBelow = (prefix: string) => prefixes.some((other) => other !== prefix && prefix.startsWith(`${other}/`));
    return prefixes.filter((prefix) => !isBelow(prefix)).map((prefix) => fromPathKey(prefix === '' ? '/' : prefix));
  }

  /** Patterns, as written, that select nothing within these folders. */
  unseen(roots: readonly Uint8Array[]): readonly string[] {
    const isSeen = ({ prefix }: Glob) => roots.some((root) => overlap(fromPathKey(prefix === '' ? '/' : prefix), root));
    const positive = this.globs.filter((glob) => !glob.isNegative);
    const seen = new Set(positive.filter(isSeen).map(({ text }) => text));
    const unseen = positive.flatMap(({ text }) => (seen.has(text) ? [] : [text]));
    return [...new Set(unseen)].map((text) => `${Buffer.from(text, 'latin1')}`);
  }

  #decidedBy({ path, folder }: Place, isFolder: boolean): Glob | undefined {
    const { asked, otherwise } = this.#inFolder(folder);
    for (const glob of asked) if (fitsItself(glob, path, isFolder)) return glob;
    return otherwise;
  }

  #inFolder(folder: string): InFolder {
    const known = this.#folders.get(folder);
    if (known) return known;
    const at = this.globs.findLastIndex((glob) => fitsFolder(glob, folder));
    const asked = this.globs.slice(at + 1).filter((glob) => mayFitIn(glob, folder));
    const inFolder = { asked: asked.reverse(), otherwise: this.globs[at] };
    if (this.#folders.size >= MAX_FOLDERS) this.#folders.clear();
    this.#folders.set(folder, inFolder);
    return inFolder;
  }
}

/** @param pattern  of the configuration, latin1: absolute, `~/…`, or relative to each root. */
export function toGlobs(pattern: string, { roots, places }: Surroundings): GlobCheck {
  const isNegative = pattern.startsWith('!');
  const text = withoutTrailingBlanks(isNegative ? pattern.slice(1) : pattern);
  if (text.length > MAX_BYTES) return { refused: `it is longer than ${MAX_BYTES} bytes` };
  const isWhole = /^(?:\/|~(?:\/|$))/.test(text);
  if (!isWhole && roots.length === 0)
    return { refused: 'no folder is indexed that it could be in; write the whole path' };
  const meanings = isWhole ? [wholeMeaning(text, places)] : roots.map((root) => meaningBelow(text, root, places));
  const refused = meanings.flatMap((meaning) => ('never' in meaning ? [meaning.never] : []));
  if (refused[0] !== undefined) return { refused: refused[0] };
  const patterns = [...new Set(meanings.flatMap((meaning) => ('never' in meaning ? [] : meaning)))];
  return { globs: patterns.map((each) => toGlob(pattern, isNegative, each)) };
}

type Meaning = ReturnType<typeof meaningIn>;

/** The link itself, and where it leads. */
function wholeMeaning(text: string, places: Places): Meaning {
  if (/^\/+\.?$/.test(text)) return ['/**'];
  const meaning = meaningIn(text, TOP, places);
  if ('never' in meaning || SPECIAL.test(text)) return meaning;
  const [, folder = '', name = ''] =
    /^(.*)\/([^/]+\/?)$/.exec(text.startsWith('~') ? places.home + text.slice(1) : text) ?? [];
  return [...meaning, `${escaped(places.realPath(folder === '' ? '/' : folder))}/${name}`.replace('//', '/')];
}

function meaningBelow(text: string, root: Uint8Array, places: Places): Meaning {
  const top = escaped(pathKey(root)).replace(/\/$/, '');
  if (/^\.\/?$/.test(text)) return [top === '' ? '/**' : top];
  const meaning = meaningIn(text, root, places);
  if ('never' in meaning) return meaning;
  return meaning.map(
    (pattern) => `${top}/${pattern.slice(0, -1).includes('/') ? pattern.replace(/^\//, '') : `**/${pattern}`}`,
  );
}

function escaped(path: string): string {
  return path.replace(/[*?[\\]/g, '\\$&');
}

function toGlob(text: string, isNegative: boolean, means: string): Glob {
  const [, ofNames] = /^[^*?[\\]*\/\*\*\/([^/!][^/]*\/?)$/.exec(means) ?? [];
  const list = PatternList.of([{ pattern: { line: 1, text }, means: ofNames ?? means }]);
  const names = means.split('/').filter(Boolean);
  const first = names.findIndex((name) => SPECIAL.test(name.replace(/\\[*?[\\]/g, '')));
  const plain = (first < 0 ? names : names.slice(0, first)).map((name) => name.replace(/\\(.)/gs, '$1'));
  const prefix = plain.map((name) => `/${name}`).join('');
  const isFolderOnly = means.endsWith('/');
  const isPlain = first < 0 && !isFolderOnly;
  const rest = { isFolderOnly, names: names.map(toNameMatch) };
  return { text, isNegative, list, isOfNames: ofNames !== undefined, prefix, isPlain, ...rest };
}

/** A bracket with a slash in it is cut: it counts as anything. */
function toNameMatch(name: string): Wildmatch | undefined {
  return name === '**' ? undefined : Wildmatch.parse(name);
}

function fits(glob: Glob, path: string, isFolder: boolean): boolean {
  return fitsFolder(glob, path.slice(0, path.lastIndexOf('/'))) || fitsItself(glob, path, isFolder);
}

/** The folder, or one above it. */
function fitsFolder(glob: Glob, folder: string): boolean {
  const { prefix, isPlain, isOfNames, list } = glob;
  if (!isNear(glob, folder) || isPlain) return isNear(glob, folder);
  const path = `${folder}/`;
  const from = isOfNames ? prefix.length + 1 : prefix.length;
  for (let end = path.indexOf('/', Math.max(1, from)); end >= 0; end = path.indexOf('/', end + 1)) {
    if (list.decide(path.slice(1, end + 1))) return true;
  }
  return false;
}

function fitsItself(glob: Glob, path: string, isFolder: boolean): boolean {
  if (!isNear(glob, path) || glob.isPlain) return isNear(glob, path);
  if (glob.isOfNames && path.length === glob.prefix.length) return false;
  return glob.list.decide(path.slice(1) + (isFolder ? '/' : '')) !== undefined;
}

/** Could a name in the folder fit that does not fit by the folder? */
function mayFitIn(glob: Glob, folder: string): boolean {
  return isNear(glob, folder) ? !glob.isPlain : isNear({ prefix: folder }, glob.prefix);
}

function isNear({ prefix }: Pick<Glob, 'prefix'>, path: string): boolean {
  return path.startsWith(prefix) && (path.length === prefix.length || path[prefix.length] === '/' || prefix === '');
}

/** Is the folder on the way to what fits, or below it? */
function leadsBelow({ names }: Glob, folder: readonly string[]): boolean {
  for (const [at, name] of folder.entries()) {
    const match = names[at];
    if (match === undefined) return true;
    if (!match.matches(name)) return false;
  }
  return true;
}
