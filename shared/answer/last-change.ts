/** Who changed the hits last: looked up for many at once, as each look goes through all events. */
import { userNames } from '../accounts.js';
import { pathKey } from '../path-key.js';
import type { Hit } from '../search/search.js';
import { lastChanges } from '../store/last-changes.js';
import type { Db } from '../store/open.js';
import type { KeptEvent } from '../store/read-events.js';
import {
  actionText,
  type NamedActor,
  namedActor,
  sourceText,
  timeText,
  type UserNames,
  userText,
} from '../who-text.js';

/** In JSON; the keys are those of `find-textd events --json`. */
export interface LastChange extends Pick<KeptEvent, 'atMs' | 'kind' | 'origin'> {
  readonly isWithheld?: true;
  readonly who: NamedActor | null;
}

export interface ToldHit extends Hit {
  /** null: none is kept. Missing: nobody asks. */
  readonly lastChange?: { readonly json: LastChange; readonly text: () => string } | null;
}

const HITS_AT_ONCE = 200;

/** In their order, read as they are asked for. */
export function* withLastChanges(db: Db, hits: Iterable<Hit>): Generator<ToldHit> {
  let known: UserNames | undefined;
  const users = () => (known ??= userNames());
  let some: Hit[] = [];
  for (const hit of hits) {
    some.push(hit);
    if (some.length < HITS_AT_ONCE) continue;
    yield* told(db, some, users);
    some = [];
  }
  yield* told(db, some, users);
}

function told(db: Db, hits: readonly Hit[], users: () => UserNames): ToldHit[] {
  const changes = lastChanges(
    db,
    hits.map(({ path }) => path),
  );
  return hits.map((hit) => {
    const event = changes.get(pathKey(hit.path));
    return { ...hit, lastChange: event ? { json: toJson(event, users), text: () => toText(event, users) } : null };
  });
}

function toJson({ atMs, kind, origin, isWithheld, actor }: KeptEvent, users: () => UserNames): LastChange {
  return { atMs, kind, origin, ...(isWithheld && { isWithheld }), who: actor && namedActor(actor, users()) };
}

/** 'written 2026-11-29 10:30:12 by ann as root (/usr/bin/vim)' */
function toText(event: KeptEvent, users: () => UserNames): string {
  const by = event.actor ? ` by ${userText(event.actor, users())}` : '';
  return `${actionText(event.kind)} ${timeText(event.atMs)}${by} (${sourceText(event)})`;
}
