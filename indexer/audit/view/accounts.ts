/**
 * Names of user and group ids, from /etc/passwd and /etc/group; read once when a command starts.
 */
import { readFileSync } from 'node:fs';

export interface Accounts {
  readonly users: ReadonlyMap<number, string>;
  readonly groups: ReadonlyMap<number, string>;
}

/** A file that cannot be read gives no names: ids are then shown as numbers. */
export function loadAccounts(folder = '/etc'): Accounts {
  return { users: parseAccounts(tryRead(`${folder}/passwd`)), groups: parseAccounts(tryRead(`${folder}/group`)) };
}

/** 'root:x:0:0:...' → 0 = root; the first line of an id counts. */
export function parseAccounts(text: string): ReadonlyMap<number, string> {
  const names = new Map<number, string>();
  for (const line of text.split('\n')) {
    const [name, , id] = line.split(':');
    if (name && id && /^\d{1,10}$/.test(id) && !names.has(Number(id))) names.set(Number(id), name);
  }
  return names;
}

function tryRead(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}
