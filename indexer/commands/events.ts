/**
 * `find-textd events`: what happened to files, when, and who did it as far as that is told, newest last. Reads the
 * index only; with `--follow` it waits for more until it is interrupted or its reader goes.
 */
import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { FindTextError } from '../../shared/errors.js';
import type { EventKind } from '../../shared/file-event.js';
import { displayPath, jsonPath } from '../../shared/path-text.js';
import { overlap } from '../../shared/path-within.js';
import { readEventTotals } from '../../shared/store/events.js';
import { currentIndexFile } from '../../shared/store/generation.js';
import { lockHolder } from '../../shared/store/lock.js';
import { type Db, guard, openForReading } from '../../shared/store/open.js';
import { type KeptEvent, readEvents } from '../../shared/store/read-events.js';
import {
  actionText,
  doerText,
  type NamedActor,
  namedActor,
  sourceText,
  timeText,
  type UserNames,
} from '../../shared/who-text.js';
import { loadAccounts } from '../audit/view/accounts.js';
import { shellWord } from '../backup/shell-word.js';
import { isReaderGone } from './audit/stream-command.js';
import { historiesIn } from './histories.js';
import { argumentPaths } from './raw-arguments.js';
import { placeOf } from './real-path.js';
import { rememberedRoots } from './roots.js';
import { parseSince } from './since.js';

export interface EventsArgs {
  /** A file or folder; without it everything. */
  readonly path?: string | undefined;
  /** A time, or how long ago. */
  readonly since?: string | undefined;
  readonly follow?: boolean | undefined;
  readonly json?: boolean | undefined;
}

export interface EventsIo {
  readonly dataDirectory: string;
  readonly stdout: Writable;
  readonly stderr: Writable;
  readonly users?: UserNames;
  /** Ends `--follow`. */
  readonly stopped?: AbortSignal;
}

/** One line of `--json`. See docs/events-json.md. */
export interface EventLine {
  readonly sequence: number;
  readonly id: string;
  readonly atMs: number;
  readonly kind: EventKind;
  readonly path: string;
  readonly pathHex?: string;
  readonly to?: string;
  readonly toHex?: string;
  readonly origin: KeptEvent['origin'];
  readonly isWithheld?: true;
  readonly who: NamedActor | null;
}

const POLL_MS = 200;
const USER_COLUMNS = 12;

/** @throws FindTextError FT_CONFIG_INVALID, FT_STORE_… */
export async function runEvents(args: EventsArgs, io: EventsIo): Promise<void> {
  const { dataDirectory, stdout, stderr, users = loadAccounts().users, stopped } = io;
  const sinceMs = args.since === undefined ? 0 : parseSince(args.since, Date.now());
  const target = args.path === undefined ? undefined : await placeOf(argumentPaths([args.path])[0] as Buffer);
  const file = requireIndex(dataDirectory, target);
  const path = target && requireIndexed(target, dataDirectory, file);
  if (args.follow && !lockHolder(dataDirectory, 'daemon'))
    stderr.write('find-textd: no daemon runs: nothing is added until one is started with `find-textd run`\n');
  const encode = args.json ? jsonOf : eventText;
  const events = args.follow ? followed(dataDirectory, { sinceMs, path }, stopped) : kept(file, { sinceMs, path });
  let isAny = false;
  try {
    await pipeline(
      async function* () {
        for await (const event of events) {
          isAny = true;
          yield encode(event, users);
        }
      },
      stdout,
      { end: false, ...(stopped && { signal: stopped }) },
    );
  } catch (error) {
    if (!stopped?.aborted && !isReaderGone(error)) throw error;
  }
  if (!isAny && !args.follow && !args.json) stderr.write(`find-textd: ${noneText(file)}\n`);
}

function noneText(file: string): string {
  const db = openForReading(file);
  try {
    if (readEventTotals(db).last > 0) return 'no such events; `find-textd status` tells which are kept';
    return 'no events yet: they tell what changes from now on, as long as a daemon runs; files that the first index finds have none';
  } finally {
    db.close();
  }
}

interface Wanted {
  readonly sinceMs: number;
  readonly path: Buffer | undefined;
}

function* kept(file: string, wanted: Wanted): Generator<KeptEvent> {
  const db = openForReading(file);
  try {
    yield* guard(`read the events in ${file}`, () => readEvents(db, { ...wanted, afterSequence: 0 }));
  } finally {
    db.close();
  }
}

/** A rebuild makes another file the index; what was printed of it is not printed again. */
async function* followed(
  dataDirectory: string,
  wanted: Wanted,
  stopped: AbortSignal | undefined,
): AsyncGenerator<KeptEvent> {
  for (let afterSequence = 0; !stopped?.aborted; ) {
    const file = currentIndexFile(dataDirectory);
    if (!file) {
      await rest(stopped);
      continue;
    }
    const db = openForReading(file);
    try {
      afterSequence = Math.min(afterSequence, readEventTotals(db).last);
      for (let seen = -1; !stopped?.aborted && currentIndexFile(dataDirectory) === file; await rest(stopped)) {
        const version = versionOf(db);
        if (version === seen) continue;
        seen = version;
        // Before the rows: what comes meanwhile is read the next time, if it was not read now.
        const { last } = readEventTotals(db);
        for (const event of readEvents(db, { ...wanted, afterSequence })) {
          yield event;
          afterSequence = event.sequence;
        }
        afterSequence = Math.max(afterSequence, last);
      }
    } finally {
      db.close();
    }
  }
}

/** Another one after each commit of the daemon. */
function versionOf(db: Db): number {
  return db.pragma('data_version', { simple: true }) as number;
}

async function rest(stopped: AbortSignal | undefined): Promise<void> {
  await pause(POLL_MS, undefined, stopped ? { signal: stopped } : {}).catch(() => {});
}

/**
 *   2026-11-29 10:30:12  ann as root   written: /etc/motd  (/usr/bin/vim)
 */
export function eventText(event: KeptEvent, users: UserNames): string {
  const { atMs, kind, path, to } = event;
  const user = doerText(event, users).padEnd(USER_COLUMNS);
  const names = `${displayPath(path)}${to ? ` -> ${displayPath(to)}` : ''}`;
  return `${timeText(atMs)}  ${user}  ${actionText(kind)}: ${names}  (${sourceText(event)})\n`;
}

function jsonOf(event: KeptEvent, users: UserNames): string {
  return `${JSON.stringify(eventLine(event, users))}\n`;
}

export function eventLine(event: KeptEvent, users: UserNames): EventLine {
  const { sequence, id, atMs, kind, path, to, origin, actor, isWithheld } = event;
  return {
    sequence,
    id,
    atMs,
    kind,
    ...jsonPath('path', path),
    ...(to && jsonPath('to', to)),
    origin,
    ...(isWithheld && { isWithheld }),
    who: actor && namedActor(actor, users),
  };
}

function requireIndex(dataDirectory: string, target: Uint8Array | undefined): string {
  const file = currentIndexFile(dataDirectory);
  if (file) return file;
  const how = 'make one with `find-textd run DIR`: from then on it remembers what happens to files';
  throw new FindTextError('FT_STORE_MISSING', `read the events in ${dataDirectory}: there is no index yet`, {
    hint: watchText(dataDirectory, target) ?? how,
  });
}

/** What is gone has had its name in a folder that may be gone, too. */
function requireIndexed(target: Buffer, dataDirectory: string, indexFile: string): Buffer {
  const roots = rememberedRoots(indexFile).map(({ path }) => path);
  if (roots.some((root) => overlap(root, target))) return target;
  const hint = watchText(dataDirectory, target) ?? `what is: ${roots.map(displayPath).join(', ')}`;
  throw new FindTextError('FT_CONFIG_INVALID', `read the events of ${displayPath(target)}: it is not indexed`, {
    hint,
  });
}

/** `find-textd watch` has no index, but a history. @param target  undefined: whatever is watched */
function watchText(dataDirectory: string, target: Uint8Array | undefined): string | undefined {
  const folders = historiesIn(dataDirectory).flatMap(({ watched }) => watched ?? []);
  const watched = folders.find((folder) => target === undefined || overlap(folder, target));
  return watched && `what \`find-textd watch\` has told of: \`find-textd report ${shellWord(watched)}\``;
}
