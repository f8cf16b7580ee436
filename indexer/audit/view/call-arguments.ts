/**
 * Which argument of a call means what, for showing it by name.
 */
import { CALLS } from '../calls.js';
import { MACHINES } from '../syscall-numbers.js';
import type { TextFields } from './text-fields.js';

/** Where calls that make something take its mode. */
const MODE_ARGUMENTS: Readonly<Record<string, number>> = {
  chmod: 1,
  creat: 1,
  fchmod: 1,
  mkdir: 1,
  mknod: 1,
  fchmodat: 2,
  fchmodat2: 2,
  mkdirat: 2,
  mknodat: 2,
};

/** The call of a SYSCALL record by our own tables. */
export function callNameOf({ fields }: TextFields): string | undefined {
  const raw = (name: string) => fields.find((field) => field.name === name)?.raw ?? '';
  return MACHINES.get(Number.parseInt(raw('arch'), 16) | 0)?.syscalls[Number(raw('syscall'))];
}

/** Arguments that are the directory a name is relative to. */
export function pathArguments(call: string): readonly number[] {
  const known = Object.hasOwn(CALLS, call) ? CALLS[call] : undefined;
  if (!known) return [];
  return [known.at, 'to' in known ? known.to : 'cwd'].filter((base) => typeof base === 'number');
}

export function opensWithFlags(call: string): number | undefined {
  const known = Object.hasOwn(CALLS, call) ? CALLS[call] : undefined;
  return known?.does === 'open' && typeof known.flags === 'number' ? known.flags : undefined;
}

export function takesMode(call: string): number | undefined {
  return Object.hasOwn(MODE_ARGUMENTS, call) ? MODE_ARGUMENTS[call] : undefined;
}
