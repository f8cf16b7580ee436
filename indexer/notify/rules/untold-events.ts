/**
 * Events that a rule names and the source never tells. Pure. Whoever names all of them takes what there is.
 */
import { NET_KINDS, type NetKind } from '../words.js';
import type { NotifyRule } from './rule.js';

export type SourceKind = 'audit' | 'inotify' | 'none';

type Untold = Partial<Record<NetKind, string>>;

const BY_SOURCE: Readonly<Record<SourceKind, Untold>> = {
  audit: { closed_no_write: 'audit sees who opens a file, not who closes it: `opened` is what it tells of reads' },
  inotify: { denied: 'inotify does not see what was not allowed: audit does, see `find-textd audit install`' },
  none: {
    opened: 'no source is used',
    closed_no_write: 'no source is used',
    denied: 'no source is used',
  },
};

/** For the user, one line for each rule and event. */
export function untoldEvents(rules: readonly Pick<NotifyRule, 'name' | 'events'>[], source: SourceKind): string[] {
  const untold = Object.entries(BY_SOURCE[source]) as [NetKind, string][];
  return rules
    .filter(({ events }) => events.size < NET_KINDS.length)
    .flatMap(({ name, events }) =>
      untold
        .filter(([kind]) => events.has(kind))
        .map(([kind, why]) => `the rule "${name}" asks for ${kind}, which is never told here: ${why}`),
    );
}
