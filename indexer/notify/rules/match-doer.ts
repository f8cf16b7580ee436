/** Is it one of those whom an entry of `ignore` or `only` means? Pure. What is not known is neither yes nor no. */
import type { Account, Doer } from '../words.js';
import type { DoerKey, DoerPattern } from './rule.js';

export type Answer = 'yes' | 'no' | 'unknown';

/** All keys of the entry must fit. */
export function fitsEntry(pattern: DoerPattern, doer: Doer): Answer {
  return all(keysOf(pattern).map((key) => fitsKey(key, pattern, doer)));
}

/** One of the entries must fit. */
export function fitsOne(entries: readonly DoerPattern[], doer: Doer): Answer {
  const answers = entries.map((entry) => fitsEntry(entry, doer));
  if (answers.includes('yes')) return 'yes';
  return answers.includes('unknown') ? 'unknown' : 'no';
}

function fitsKey(key: DoerKey, pattern: DoerPattern, doer: Doer): Answer {
  return CHECKS[key](doer, pattern[key] ?? []);
}

/** Login first: it is what `sudo` leaves as it was. */
export function keysOf(pattern: DoerPattern): readonly DoerKey[] {
  return ORDER.filter((key) => pattern[key] !== undefined);
}

const ORDER: readonly DoerKey[] = ['login', 'user', 'group', 'session', 'exe', 'comm', 'parent', 'unit'];

type Values = readonly (string | number)[];

const CHECKS: Readonly<Record<DoerKey, (doer: Doer, values: Values) => Answer>> = {
  login: ({ login }, values) => (login === 'unset' ? toAnswer(values.includes('unset')) : fitsAccount(login, values)),
  user: fitsUser,
  group: ({ group }, values) => fitsAccount(group, values),
  session: ({ session }, values) => fitsValue(session, values),
  exe: ({ exe }, values) => fitsValue(exe, values),
  comm: ({ comm }, values) => fitsValue(comm, values),
  unit: ({ unit }, values) => fitsValue(unit, values),
  parent: ({ parents, isParentsCut }, values) => {
    if (parents.some((name) => values.includes(name))) return 'yes';
    return isParentsCut ? 'unknown' : 'no';
  },
};

/** Who lends himself the rights of another is neither of them for sure. */
function fitsUser({ user, effective }: Doer, values: Values): Answer {
  const real = fitsAccount(user, values);
  const lent = effective === null ? real : fitsAccount(effective, values);
  return real === lent ? real : 'unknown';
}

function fitsAccount(account: Account | null, values: Values): Answer {
  if (account === null) return 'unknown';
  if (values.includes(account.id)) return 'yes';
  if (account.name !== null) return toAnswer(values.includes(account.name));
  return values.some((value) => typeof value === 'string' && value !== 'unset') ? 'unknown' : 'no';
}

function fitsValue(value: string | number | null, values: Values): Answer {
  return value === null ? 'unknown' : toAnswer(values.includes(value));
}

function all(answers: readonly Answer[]): Answer {
  if (answers.includes('no')) return 'no';
  return answers.includes('unknown') ? 'unknown' : 'yes';
}

function toAnswer(is: boolean): Answer {
  return is ? 'yes' : 'no';
}
