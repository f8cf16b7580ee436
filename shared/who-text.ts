/** Who did what and when: for people, names where the system has them, safe on a terminal; for JSON, both. */
import type { Actor, EventKind, EventOrigin } from './file-event.js';
import { cleanText } from './path-text.js';

export type UserNames = ReadonlyMap<number, string>;

/**
 * 'ann', or 'ann as root' where she logged in as one and acts as another; an id without a name is a number.
 * 'somebody' where the log may not tell.
 */
export function userText({ auid, uid }: Pick<Actor, 'auid' | 'uid'>, users: UserNames): string {
  const name = (id: number) => cleanText(users.get(id) ?? String(id));
  if (uid === null) return auid === null ? 'somebody' : name(auid);
  return auid === null || auid === uid ? name(uid) : `${name(auid)} as ${name(uid)}`;
}

/** Of an event, also where it is withheld who it was. '?': it is not known. */
export function doerText(
  { actor, isWithheld }: { readonly actor: Actor | null; readonly isWithheld: boolean },
  users: UserNames,
): string {
  return actor ? userText(actor, users) : isWithheld ? 'somebody' : '?';
}

/** '/usr/bin/python3 (pip)': the process has a name of its own. '?' where it is not known. */
export function programText({ exe, comm }: Pick<Actor, 'exe' | 'comm'>): string {
  if (exe === null) return comm === null ? '?' : cleanText(comm);
  return comm === null || nameOf(exe).startsWith(comm) ? cleanText(exe) : cleanText(`${exe} (${comm})`);
}

export function nameOf(exe: string): string {
  return exe.slice(exe.lastIndexOf('/') + 1);
}

/** Local time: '2023-11-14 22:13:20'. */
export function timeText(ms: number): string {
  const at = new Date(ms);
  const two = (value: number) => String(value).padStart(2, '0');
  const date = [at.getFullYear(), two(at.getMonth() + 1), two(at.getDate())].join('-');
  return `${date} ${[at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join(':')}`;
}

const ACTIONS: Record<EventKind, string> = {
  create: 'created',
  write: 'written',
  attrib: 'attributes changed',
  rename: 'renamed',
  delete: 'deleted',
  link: 'linked',
  symlink: 'created symlink',
  mkdir: 'created folder',
  rmdir: 'removed folder',
  exchange: 'exchanged',
  open: 'opened',
  close: 'closed without a write',
  denied: 'not allowed to open',
};

export function actionText(kind: EventKind): string {
  return ACTIONS[kind];
}

/** With which program, or why that is not known. */
export function sourceText(event: {
  readonly origin: EventOrigin;
  readonly actor: Actor | null;
  readonly isWithheld: boolean;
}): string {
  const { origin, actor, isWithheld } = event;
  if (actor) return programText(actor);
  if (isWithheld) return 'not yours to know';
  return origin === 'comparison' ? 'found by comparing' : `told by ${origin}`;
}

/** For JSON. Null: the number is not known, or nobody has it. */
export interface NamedActor extends Actor {
  readonly login: string | null;
  readonly user: string | null;
}

export function namedActor(actor: Actor, users: UserNames): NamedActor {
  const name = (user: number | null) => (user === null ? null : (users.get(user) ?? null));
  return { ...actor, login: name(actor.auid), user: name(actor.uid) };
}
