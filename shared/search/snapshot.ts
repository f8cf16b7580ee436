/**
 * One snapshot of the index for one search. Within it the same question has the same answer: a query that is read in
 * several ways asks some of them again, and they are not looked up twice.
 */
import type { Db } from '../store/open.js';

const answered = new WeakMap<Db, Map<string, unknown>>();

/** `action` sees one state of the index, whatever is written meanwhile; that of the caller, where he holds one. */
export function inSnapshot<T>(db: Db, action: () => T): T {
  if (answered.has(db)) return action();
  answered.set(db, new Map());
  try {
    return db.inTransaction ? action() : db.transaction(action)();
  } finally {
    answered.delete(db);
  }
}

/** @param question  names what `ask` asks for, with all its parameters. */
export function askedOnce<T>(db: Db, question: string, ask: () => T): T {
  const known = answered.get(db);
  if (!known) return ask();
  if (!known.has(question)) known.set(question, ask());
  return known.get(question) as T;
}
