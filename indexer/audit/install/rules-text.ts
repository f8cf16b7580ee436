/**
 * The audit rules of find-text, as the file that auditctl -R and augenrules read. Exclusions come first: the first rule
 * that matches wins, and indexing must not feed itself.
 */
import { displayPath } from '../../../shared/path-text.js';
import { KEY_PREFIX, type WatchedRoot } from '../plugin/audit-config.js';

const NEVER_KEY = `${KEY_PREFIX}never`;
const HEAD = `## Written by \`find-textd audit install\`; \`find-textd audit uninstall\` removes it.
## A folder that does not exist (yet) must not keep the rules after it from being loaded.
-c
`;

export interface Rules {
  readonly roots: readonly Pick<WatchedRoot, 'path' | 'key'>[];
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
    ...[...watched].map(([key, path]) => rule('always,exit', path, '-F perm=wa ', key)),
  ]);
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
