/** Was it a package manager, or a process below one? Pure. Who is not known is none. */
import type { Doer } from '../words.js';

const NAMES: readonly string[] = ['dpkg', 'rpm', 'dnf5', 'microdnf', 'zypper', 'pacman', 'apk'];
const PROGRAMS = new RegExp(`^(?:/usr)?/s?bin/(?:${NAMES.join('|')})$`);
/** dnf 4 is a script that installs packages of rpm itself: the program is its interpreter. */
const SCRIPTS: readonly string[] = ['dnf', 'dnf-3', 'dnf-automatic', 'yum'];
const INTERPRETERS = /^(?:(?:\/usr)?\/bin\/python3|\/usr\/libexec\/platform-python)(?:\d?\.\d+)?$/;

/**
 * All that are known must be one. That the index found something changed before the event came has no doer: where the
 * content is proven, that is nothing to tell.
 */
export function isByPackageManager(doers: readonly (Doer | null)[]): boolean {
  const known = doers.filter((doer): doer is Doer => doer !== null && isKnown(doer));
  return known.length > 0 && known.every(isPackageManager);
}

function isKnown({ exe, comm, pid }: Doer): boolean {
  return exe !== null || comm !== null || pid !== null;
}

/** Anybody can call a process so: what it wrote has to be as packaged, too. */
function isPackageManager({ exe, comm, parents }: Doer): boolean {
  if (exe !== null && PROGRAMS.test(exe)) return true;
  const isScript = exe !== null && comm !== null && INTERPRETERS.test(exe) && SCRIPTS.includes(comm);
  return isScript || parents.some((name) => NAMES.includes(name) || SCRIPTS.includes(name));
}
