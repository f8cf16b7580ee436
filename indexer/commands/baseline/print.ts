/** What a check prints, and how it ends: the exit bits of AIDE. */

import { displayPath, jsonPath } from '../../../shared/path-text.js';
import type { Accounts } from '../../audit/view/accounts.js';
import type { Differences } from '../../baseline/differences.js';
import { type BaselineStore, type CurrentBaseline, KEPT } from '../../baseline/store.js';
import type { Survey } from '../../baseline/survey.js';
import type { AccountNames } from '../../witness/attributes-text.js';

/** Bits for what was found; from 14 on errors. */
export const STATUS = { added: 1, removed: 2, changed: 4, usage: 15, noBaseline: 17, unreadable: 18 } as const;

const MAX_TROUBLES = 100;

export function namesOf({ users, groups }: Accounts): AccountNames {
  return { user: (uid) => users.get(uid), group: (gid) => groups.get(gid) };
}

export function foundStatus({ added, removed, changed }: Differences): number {
  return (
    (added.length > 0 ? STATUS.added : 0) +
    (removed.length > 0 ? STATUS.removed : 0) +
    (changed.length > 0 ? STATUS.changed : 0)
  );
}

export function checkText({ head, lines }: CurrentBaseline, found: Differences, now: Survey): string {
  const { added, removed, changed } = found;
  const counts = `${added.length} new, ${removed.length} removed, ${changed.length} changed`;
  const rows = [
    ...added.map(
      ({ path, words }) => `new      ${displayPath(path)}${words.length > 0 ? ` (${words.join('; ')})` : ''}`,
    ),
    ...removed.map((path) => `removed  ${displayPath(path)}`),
    ...changed.flatMap(({ path, words }) => [
      `changed  ${displayPath(path)}`,
      ...words.map((word) => `           ${word}`),
    ]),
    `${now.lines.length} files compared with baseline ${head.number} (${lines.length} files, ${head.made}, by ${head.by}): ${counts}`,
  ];
  return `${rows.join('\n')}\n`;
}

export function troubleLines({ troubles, tooLarge }: Survey): string[] {
  const more = troubles.length - MAX_TROUBLES;
  return [
    ...troubles.slice(0, MAX_TROUBLES).map(({ path, why }) => `read ${displayPath(path)}: ${why}`),
    ...(more > 0 ? [`and ${more} more that could not be read`] : []),
    ...tooLarge.map((path) => `${displayPath(path)} is too large for a digest: only its size and time are compared`),
  ];
}

/** Takes old baselines away, and says so. */
export function prunedLines(store: BaselineStore): string[] {
  const pruned = store.prune(Date.now());
  if (pruned.length === 0) return [];
  const which = `${pruned.length === 1 ? 'baseline' : 'baselines'} ${pruned.join(', ')}`;
  return [
    `removed ${which}: older than ${KEPT.days} days, and not of the newest ${KEPT.count}; the history has their digests`,
  ];
}

/** `--json`: one object. */
export function checkJson(baseline: CurrentBaseline, found: Differences, now: Survey) {
  const { head, hash } = baseline;
  return {
    status: foundStatus(found),
    baseline: { number: head.number, made: head.made, by: head.by, reason: head.reason, sha256: hash },
    compared: now.lines.length,
    added: found.added.map(({ path, words }) => ({ ...pathJson(path), words })),
    removed: found.removed.map(pathJson),
    changed: found.changed.map(({ path, attributes, words }) => ({
      ...pathJson(path),
      attributes: Object.fromEntries(attributes.map(({ name, old, new: now }) => [name, { old, new: now }])),
      words,
    })),
    errors: now.troubles.map(({ path, why }) => ({ ...pathJson(path), why })),
    tooLarge: now.tooLarge.map(pathJson),
  };
}

function pathJson(path: Buffer) {
  return jsonPath('path', path);
}
