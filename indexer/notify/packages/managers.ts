/** Was it a package manager, or a process below one? Pure. Only who is known can be one. */
import type { Doer } from '../words.js';

const PROGRAMS = /^(?:\/usr)?\/s?bin\/(?:dpkg|rpm)$/;
const NAMES: readonly string[] = ['dpkg', 'rpm'];

/** @param doers  null: not known. All must be one. */
export function isByPackageManager(doers: readonly (Doer | null)[]): boolean {
  return doers.length > 0 && doers.every((doer) => doer !== null && isPackageManager(doer));
}

/** Anybody can call a process so: what it wrote has to be as packaged, too. */
function isPackageManager({ exe, parents }: Doer): boolean {
  return (exe !== null && PROGRAMS.test(exe)) || parents.some((name) => NAMES.includes(name));
}
