/**
 * `find-textd notify explain`: of an event that is kept what each rule of the configuration, as it is now, says of it; of
 * an entry of the history what was decided then, and where its message is.
 */
import type { Writable } from 'node:stream';
import { FindTextError } from '../../../shared/errors.js';
import type { EventKind } from '../../../shared/file-event.js';
import { cleanText, displayPath } from '../../../shared/path-text.js';
import { currentIndexFile } from '../../../shared/store/generation.js';
import { guard, openForReading } from '../../../shared/store/open.js';
import { findEvent, type KeptEvent } from '../../../shared/store/read-events.js';
import { timeText } from '../../../shared/who-text.js';
import { type Accounts, loadAccounts } from '../../audit/view/accounts.js';
import { toDoer } from '../../notify/doers.js';
import { explainEntry } from '../../notify/ledger/explain-entry.js';
import { loadNotify } from '../../notify/rules/load-notify.js';
import type { Clause, RuleSet } from '../../notify/rules/rule-set.js';
import { openNotifyForReading } from '../../notify/store.js';
import type { NetChange, NetKind } from '../../notify/words.js';
import { PLACES } from '../../rules/rules.js';
import { type History, historiesIn } from '../histories.js';
import { rememberedRoots } from '../roots.js';
import { entryText } from './explain-entry.js';

export interface ExplainIo {
  readonly dataDirectory: string;
  readonly configFile: string;
  readonly stdout: Writable;
  readonly accounts?: Accounts;
}

const NET_KINDS: Readonly<Record<EventKind, NetKind>> = {
  create: 'created',
  mkdir: 'created',
  symlink: 'created',
  link: 'created',
  write: 'modified',
  attrib: 'attrib',
  rename: 'moved',
  exchange: 'moved',
  delete: 'deleted',
  rmdir: 'deleted',
  open: 'opened',
  close: 'closed_no_write',
  denied: 'denied',
};
const FOLDER_KINDS: readonly EventKind[] = ['mkdir', 'rmdir'];

/**
 * @param name  a number may be that of an event and that of an entry: both are told.
 * @throws FindTextError FT_CONFIG_INVALID, FT_STORE_…
 */
export async function explain(name: string, io: ExplainIo): Promise<void> {
  const entries = historiesIn(io.dataDirectory).map((history) => entryIn(history, name));
  const texts = [...entries, await eventIn(name, io)].flatMap((text) => text ?? []);
  if (texts.length > 0) return void io.stdout.write(texts.join('\n'));
  throw new FindTextError('FT_CONFIG_INVALID', `explain ${cleanText(name)}: there is none`, {
    hint: 'take `sequence` or `id` of a message, or of a line that `find-textd events --json` prints',
  });
}

function entryIn({ dataDirectory, isOfWatch, watched }: History, name: string): string | undefined {
  const db = openNotifyForReading(dataDirectory);
  if (!db) return undefined;
  try {
    const entry = guard('read the history of integrity monitoring', () => explainEntry(db, name));
    const of = isOfWatch ? `\`find-textd watch ${watched ? displayPath(watched) : ''}\`, ` : '';
    return entry && `${of}${entryText(entry)}`;
  } finally {
    db.close();
  }
}

async function eventIn(name: string, io: ExplainIo): Promise<string | undefined> {
  const { dataDirectory, configFile, accounts = loadAccounts() } = io;
  const file = currentIndexFile(dataDirectory);
  const event = file && readEvent(file, name);
  if (!event) return undefined;
  const roots = rememberedRoots(file).map(({ path }) => path);
  const { set } = await loadNotify(configFile, { roots, places: PLACES });
  return `${headText(event)}\n${explained(event, set, accounts)}`;
}

function readEvent(file: string, name: string): KeptEvent | undefined {
  const db = openForReading(file);
  try {
    return guard(`read the events in ${file}`, () => findEvent(db, name));
  } finally {
    db.close();
  }
}

function headText({ sequence, kind, path, to, atMs }: KeptEvent): string {
  const names = to ? `${displayPath(path)} -> ${displayPath(to)}` : displayPath(path);
  return `event ${sequence}, ${timeText(atMs)}: ${kind} ${names}, which alone is ${NET_KINDS[kind]}`;
}

function explained(event: KeptEvent, set: RuleSet, accounts: Accounts): string {
  if (set.rules.length === 0) return 'there are no rules: the configuration has no [[notify]]\n';
  const change = changeOf(event, accounts);
  const told = set.rules.map((rule) => {
    const { isSent, isDoerUnknown, clauses } = set.decide(rule, change);
    const verdict = isSent ? `told${isDoerUnknown ? ', marked: who did it is not known' : ''}` : 'kept back';
    return `\nrule ${rule.name}: ${verdict}\n${clauses.map(clauseText).join('')}`;
  });
  return told.join('');
}

function clauseText({ clause, isPassed, why }: Clause): string {
  return `  ${isPassed ? 'yes' : 'no '}  ${clause}: ${cleanText(why)}\n`;
}

/** The event by itself: what the disk shows after it has settled may be another change. */
function changeOf(event: KeptEvent, accounts: Accounts): NetChange {
  const { id, kind, path, to, origin, actor, isWithheld, atMs } = event;
  return {
    kind: NET_KINDS[kind],
    path,
    ...(to && { to }),
    isFolder: FOLDER_KINDS.includes(kind),
    isSynthetic: origin === 'comparison',
    origin,
    doers: actor ? [{ doer: toDoer(actor, accounts), count: 1 }] : [],
    isWithheld,
    before: null,
    after: null,
    changed: [],
    count: 1,
    firstMs: atMs,
    lastMs: atMs,
    eventIds: [id],
  };
}
