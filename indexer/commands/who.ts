/** Who types: the login, which stays under sudo, and the user where that is another one. */
import { readFileSync } from 'node:fs';
import { userName } from '../../shared/accounts.js';

const UNSET = 4_294_967_295;

export function whoTypes(): string {
  const user = userName(process.getuid?.() ?? 0);
  const login = loginName();
  return login === undefined || login === user ? user : `${login} as ${user}`;
}

/** undefined: nobody logged in, as in a service. */
function loginName(): string | undefined {
  try {
    const id = Number(readFileSync('/proc/self/loginuid', 'latin1'));
    return id === UNSET ? undefined : userName(id);
  } catch {
    return undefined;
  }
}
