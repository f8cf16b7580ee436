/** Those who did something, and the entries that mean them, as a person reads them. Pure; not cleaned. */
import type { Account, Doer } from '../words.js';
import { keysOf } from './match-doer.js';
import type { DoerPattern } from './rule.js';

/** `login = deploy, comm = dpkg or rpm` */
export function entryText(entry: DoerPattern): string {
  return keysOf(entry)
    .map((key) => `${key} = ${entry[key]?.join(' or ')}`)
    .join(', ');
}

/** `vim.basic (/usr/bin/vim.basic), logged in as anna, running as root` */
export function doerText({ comm, exe, login, user, effective, parents, isParentsCut, unit }: Doer): string {
  const program = exe === null ? (comm ?? 'an unknown program') : `${comm ?? 'a program'} (${exe})`;
  const who = login === 'unset' ? 'nobody logged in' : `logged in as ${accountText(login)}`;
  const lent = effective !== null && effective.id !== user?.id ? ` with the rights of ${accountText(effective)}` : '';
  const above = parents.length > 0 ? `, below ${parents.join(' < ')}${isParentsCut ? ' < …' : ''}` : '';
  return `${program}, ${who}, running as ${accountText(user)}${lent}${above}${unit === null ? '' : `, in ${unit}`}`;
}

function accountText(account: Account | null): string {
  return account === null ? 'an unknown user' : (account.name ?? `${account.id}`);
}
