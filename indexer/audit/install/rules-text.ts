/**
 * The audit rules of find-text, as the file that auditctl -R and augenrules read. Exclusions come first: the first rule
 * that matches wins, and indexing must not feed itself.
 *
 * Of reads: what was denied comes first, for it has changed nothing. Then changes, then programs whose reads are of no
 * interest, then reads. The other way round, what such a program opens to read and write would be lost to the index.
 */
import { displayPath } from '../../../shared/path-text.js';
import { overlap } from '../../../shared/path-within.js';
import { KEY_PREFIX, readKeyOf, type WatchedRoot } from '../plugin/audit-config.js';

const NEVER_KEY = `${KEY_PREFIX}never`;
const HEAD = `## Written by \`find-textd audit install\`; \`find-textd audit uninstall\` removes it.
## A folder that does not exist (yet) must not keep the rules after it from being loaded.
-c
`;

export interface Rules {
  readonly roots: readonly Pick<WatchedRoot, 'path' | 'key' | 'reads'>[];
  readonly never: readonly Buffer[];
  /** Records that may wait in the kernel; undefined to leave that to the other rules files. */
  readonly backlog: number | undefined;
}

/**
 * Several users may watch one folder: that is one rule. Of a folder in another one the rule comes first: it tells more.
 */
export function rulesText({ roots, never, backlog }: Rules): Buffer {
  const inner = roots.toSorted((a, b) => b.path.length - a.path.length);
  const watched = new Map(inner.map((root) => [root.key, root.path]));
  return Buffer.concat([
    Buffer.from(HEAD),
    Buffer.from(backlog === undefined ? '' : `-b ${backlog}\n`),
    ...never.map((path) => rule('never,exit', path, '', NEVER_KEY)),
    ...once(inner.flatMap(deniedRules)),
    ...[...watched].map(([key, path]) => rule('always,exit', path, '-F perm=wa ', key)),
    ...once(inner.flatMap((root) => readRules(root, inner))),
  ]);
}

function deniedRules({ key, reads }: Rules['roots'][number]): Buffer[] {
  if (!reads?.isDenied) return [];
  return reads.folders.flatMap((folder) =>
    ['EACCES', 'EPERM'].map((code) => rule('always,exit', folder, `-F perm=rwa -F exit=-${code} `, readKeyOf({ key }))),
  );
}

/** A program that one user ignores is left in where another one's rules are about the same. */
function readRules(root: Rules['roots'][number], all: Rules['roots']): Buffer[] {
  const { key, reads } = root;
  if (!reads?.isOpened) return [];
  const others = all.flatMap((other) => (other !== root && other.reads?.isOpened ? other.reads.folders : []));
  const isShared = (folder: Buffer) => others.some((other) => overlap(other, folder) !== undefined);
  return reads.folders.flatMap((folder) => [
    ...(isShared(folder) ? [] : reads.exes).map((exe) =>
      rule('never,exit', folder, `-F perm=r -F exe=${exe} `, NEVER_KEY),
    ),
    rule('always,exit', folder, '-F perm=r -F success=1 ', readKeyOf({ key })),
  ]);
}

function once(rules: readonly Buffer[]): Buffer[] {
  return [...new Map(rules.map((each) => [each.toString('latin1'), each])).values()];
}

function rule(list: string, path: Buffer, perm: string, key: string): Buffer {
  return Buffer.concat([Buffer.from(`-a ${list} -F dir=`), escaped(path), Buffer.from(` ${perm}-F key=${key}\n`)]);
}

/** Why a path cannot be watched; undefined when it can. */
export function whyNoRule(path: Buffer): string | undefined {
  if (path.includes(0x0a)) return `${displayPath(path)} has a line feed in its name, which a rules file cannot hold`;
  if (path.includes('\\ '))
    return `${displayPath(path)} has a backslash before a space, which a rules file cannot hold`;
  return undefined;
}

/** A space would end the path; there are no quotes. */
function escaped(path: Buffer): Buffer {
  return Buffer.from(path.toString('latin1').replaceAll(' ', '\\ '), 'latin1');
}
