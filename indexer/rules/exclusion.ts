/** Which rule leaves a path out, taken apart: its file, line and switch, and whether it is about a folder above. Pure. */
import type { OptionName } from '../../shared/config/options.js';
import { displayPath } from '../../shared/path-text.js';
import { joinPath, splitPath, toBytes } from '../../shared/paths.js';
import type { IgnoreLookup } from './ignore-lookup.js';

export interface Exclusion {
  /** As a verdict has it: `.gitignore:3: *.log in /home/a/src`. Safe to show. */
  readonly text: string;
  /** It leaves out this folder, with all that is below it; undefined: the path itself. */
  readonly above: Buffer | undefined;
  /** What switches it; undefined: nothing does. */
  readonly option: OptionName | undefined;
  /** The list it stands in, where that is a file. */
  readonly file: Buffer | undefined;
  /** From 1, in the file or in the list of the configuration. */
  readonly line: number | undefined;
  /** As it is written, safe to show. */
  readonly pattern: string | undefined;
}

/** @param root  that the path is in. @returns undefined when it is not left out. It may be found by its name all the same. */
export function findExclusion(
  rules: Pick<IgnoreLookup, 'verdict'>,
  path: Buffer,
  { root, isDirectory }: { readonly root: Uint8Array; readonly isDirectory: boolean },
): Exclusion | undefined {
  const above = foldersAbove(path).filter(({ length }) => length >= root.length);
  for (const folder of above.reverse()) {
    const verdict = rules.verdict(folder, true);
    if (verdict.kind !== 'index') return toExclusion(verdict.rule, path, folder);
  }
  const verdict = rules.verdict(path, isDirectory);
  return verdict.kind === 'index' ? undefined : toExclusion(verdict.rule, path, undefined);
}

const LISTED = /^(\.[^:/]*|\.git\/info\/exclude|ignore\.\w+):(\d+): /;

function toExclusion(text: string, path: Buffer, above: Buffer | undefined): Exclusion {
  const [head = '', list, line] = LISTED.exec(text) ?? [];
  if (list === undefined)
    return { text, above, option: optionOfFixed(text), file: undefined, line: undefined, pattern: undefined };
  const folder = [path, ...foldersAbove(path)].find((each) => text.endsWith(placeText(each)));
  const end = folder ? text.length - placeText(folder).length : text.lastIndexOf(' in the ');
  return {
    text,
    above,
    option: optionOfList(list),
    file: folder && joinPath(folder, Buffer.from(list)),
    line: Number(line),
    pattern: text.slice(head.length, end),
  };
}

function placeText(folder: Uint8Array): string {
  return ` in ${displayPath(folder)}`;
}

function optionOfList(list: string): OptionName {
  if (list === '.find-textignore') return 'ignore.ignoreFile';
  return list.startsWith('.git') ? 'ignore.gitignore' : (list as OptionName);
}

const FIXED: readonly (readonly [RegExp, OptionName])[] = [
  [/ of version control$/, 'ignore.vcs'],
  [/^a node_modules folder$/, 'ignore.nodeModules'],
  [/^a hidden name$/, 'ignore.hidden'],
  [/^CACHEDIR\.TAG in /, 'ignore.cacheDirs'],
  [/^\.(?:nomedia|trackerignore) in /, 'ignore.markerFiles'],
  [/^pseudo file system /, 'ignore.pseudoFileSystems'],
];

/** undefined: find-text's own folders. */
function optionOfFixed(text: string): OptionName | undefined {
  return FIXED.find(([words]) => words.test(text))?.[1];
}

/** The deepest first. */
function foldersAbove(path: Buffer): Buffer[] {
  const folders: Buffer[] = [];
  for (let at = path; at.length > 1; folders.push(at)) at = toBytes(splitPath(at).directory);
  return folders;
}
