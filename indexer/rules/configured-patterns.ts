/**
 * What a line of `ignore.patterns` means in one root. As in a .gitignore, and beside that a path as people write it:
 * `~/x`, `/home/me/x` and `./x` mean that folder or file. Pure but for the places that are handed in. Text is latin1,
 * one character for each byte.
 */
import { pathKey } from '../../shared/path-key.js';
import { withoutTrailingBlanks } from './ignore-patterns.js';
import { Wildmatch } from './wildmatch.js';

export interface Places {
  /** `~`. */
  readonly home: string;
  /** Where the path leads without symlinks, as far as it exists; roots are such paths. */
  readonly realPath: (path: string) => string;
  /** Is there anything at this path? */
  readonly exists: (path: string) => boolean;
}

/** Patterns of gitignore syntax for one root, or why the line can never match anything there. */
export type Meaning = readonly string[] | { readonly never: string };

const SPECIAL = /[*?[\\]/;

/** @param line  one entry of the configuration, latin1. */
export function meaningIn(line: string, root: Uint8Array, places: Places): Meaning {
  const sign = line.startsWith('!') ? '!' : '';
  const text = line.slice(sign.length).trimStart() === '' ? '' : line.slice(sign.length);
  if (text === '') return { never: 'it is empty' };
  if (line.startsWith('#')) return { never: 'it is a comment; write `\\#` for a name that begins so' };
  const meaning = meaningOf(text, pathKey(root), places);
  return 'never' in meaning ? meaning : meaning.map((each) => sign + each);
}

function meaningOf(text: string, root: string, places: Places): Meaning {
  if (text === '~' || text.startsWith('~/')) return inRoot(places.home + text.slice(1), root, places);
  if (/^\$(?:HOME|\{HOME\})(?:\/|$)/.test(text)) return { never: 'variables are not put in; write `~/`' };
  const [user] = /^~[^/]+(?=\/)/.exec(text) ?? [];
  if (user !== undefined && !places.exists(inFolder(root, user)))
    return { never: `the home of another user is not put in for \`${user}\`; write the whole path` };
  const path = withoutDots(text);
  if (path.split('/').includes('..')) return { never: 'no path has `..` in it; write the whole path' };
  if (path === '' || path === '/') return { never: 'it names the folder that is indexed' };
  if (!Wildmatch.parse(withoutTrailingBlanks(path)))
    return { never: 'a bracket in it has no end or stands for no character, or it ends in a backslash' };
  if (!path.startsWith('/') || text.startsWith('./')) return [path];
  const absolute = inRoot(path, root, places);
  if (!('never' in absolute)) return [path, ...absolute];
  return isElsewhere(path, root, places) ? absolute : [path];
}

/** `./a//b/./c` → `/a/b/c`: a leading dot means the root, the others nothing. */
function withoutDots(text: string): string {
  const isFolderOnly = /\/\.?$/.test(text) ? '/' : '';
  const names = text.split('/');
  const rest = names.filter((name, at) => name !== '.' && (name !== '' || at === 0)).join('/');
  const start = text.startsWith('./') || text === '.' ? '/' : '';
  return rest === '' ? start : start + rest.replace(/\/$/, '') + (rest === '/' ? '' : isFolderOnly);
}

/** A path from the root of the file system, seen from a folder that is indexed. */
function inRoot(path: string, root: string, places: Places): Meaning {
  const names = realNames(path, places);
  const above = root.split('/').filter(Boolean);
  const isFolderOnly = path.endsWith('/') ? '/' : '';
  for (const [at, name] of above.entries()) {
    const pattern = names[at];
    const below = names.slice(at + 1);
    if (pattern === '**' && below.length > 0) return [`**/${below.join('/')}${isFolderOnly}`];
    if (pattern === undefined || pattern === '**')
      return { never: 'a folder that is indexed is not left out as a whole' };
    if (!Wildmatch.parse(pattern)?.matches(name)) return { never: 'it is in none of the folders that are indexed' };
  }
  const rest = names.slice(above.length);
  if (rest.length === 0) return { never: 'it names the folder that is indexed' };
  return [`/${rest.join('/')}${isFolderOnly}`];
}

/** The names of a path without symlinks, up to the first pattern in it. */
function realNames(path: string, { realPath }: Places): string[] {
  const names = path.split('/').filter((name) => name !== '' && name !== '.');
  const first = names.findIndex((name) => SPECIAL.test(name));
  const plain = first < 0 ? names : names.slice(0, first);
  const real = realPath(`/${plain.join('/')}`)
    .split('/')
    .filter(Boolean);
  return [...real.map((name) => name.replace(/[*?[\\]/g, '\\$&')), ...names.slice(plain.length)];
}

/** Does the path begin with a folder of the file system, and not with one of the root? */
function isElsewhere(path: string, root: string, { exists }: Places): boolean {
  const [, first = '', ...rest] = path.split('/');
  return rest.length > 0 && !SPECIAL.test(first) && exists(`/${first}`) && !exists(inFolder(root, first));
}

function inFolder(folder: string, name: string): string {
  return `${folder === '/' ? '' : folder}/${name}`;
}
