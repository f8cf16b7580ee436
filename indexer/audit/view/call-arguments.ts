/**
 * Which argument of a call means what, for showing it by name.
 */
import { CALLS } from '../calls.js';
import { syscallName } from '../syscall-numbers.js';
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

/** Of a SYSCALL record, as 32 signed bits; 0 without one. */
export function archOf(record: TextFields): number {
  return Number.parseInt(rawOf(record, 'arch'), 16) | 0;
}

/** The call of a SYSCALL record: by our own tables, else as auditd wrote it where the event happened. */
export function callNameOf(record: TextFields): string | undefined {
  return syscallName(archOf(record), Number(rawOf(record, 'syscall'))) ?? knownName(record.enriched.get('SYSCALL'));
}

function knownName(enriched: string | undefined): string | undefined {
  return enriched?.startsWith('unknown') ? undefined : enriched;
}

function rawOf({ fields }: TextFields, name: string): string {
  return fields.find((field) => field.name === name)?.raw ?? '';
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
