/**
 * The socket of the query server at its place in the runtime folder, which only its user can look into. It is made
 * beside its place, closed to others, and then put there in one step. Nothing is followed, and what a killed daemon
 * left is replaced. The socket of a daemon that lives is left alone.
 */
import { chmodSync, closeSync, linkSync, lstatSync, renameSync, rmSync } from 'node:fs';
import { FindTextError, orUndefined, systemCode } from '../../shared/errors.js';
import { isListenedTo, listenAt } from '../system/libc.js';

export interface OwnSocket {
  /** It is listened to. */
  readonly fd: number;
  /** The place is free again, unless another socket stands there by now. */
  close(): void;
}

/** @throws FindTextError FT_STORE_BUSY when another daemon listens there; a system error */
export function openSocket(path: string): OwnSocket {
  const fresh = `${path}.${process.pid}.new`;
  rmSync(fresh, { force: true });
  const fd = listenAt(fresh);
  try {
    chmodSync(fresh, 0o600);
    const { ino } = lstatSync(fresh);
    put(fresh, path);
    return { fd, close: () => leave(path, fd, ino) };
  } catch (error) {
    closeSync(fd);
    throw error;
  } finally {
    rmSync(fresh, { force: true });
  }
}

/** As a second name, which fails where there is one: of two daemons that begin at once one comes first. */
function put(fresh: string, path: string): void {
  try {
    linkSync(fresh, path);
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw error;
    if (lstatSync(path, { throwIfNoEntry: false })?.isSocket() && isListenedTo(path)) throw taken(path);
    renameSync(fresh, path);
  }
}

function leave(path: string, fd: number, ino: number): void {
  if (lstatSync(path, { throwIfNoEntry: false })?.ino === ino) orUndefined(() => rmSync(path));
  closeSync(fd);
}

function taken(path: string): FindTextError {
  const hint = 'two daemons share this runtime folder; another XDG_RUNTIME_DIR keeps them apart';
  return new FindTextError('FT_STORE_BUSY', `listen at ${path}: another daemon answers there`, { hint });
}
