/**
 * `find-textd watch DIR`: tells of each change in one folder, as lines and to a webhook. It needs no configuration and
 * reads no contents into an index: names alone are kept, in a folder of their own. So what happens while it does not
 * run is told at the next start.
 */
import { createHash } from 'node:crypto';
import type { Config } from '../../shared/config/options.js';
import { FindTextError } from '../../shared/errors.js';
import { cleanText, displayPath } from '../../shared/path-text.js';
import { toBytes } from '../../shared/paths.js';
import { timeText } from '../../shared/who-text.js';
import { enable } from '../notify/deliver/outbox.js';
import type { Json } from '../notify/payload.js';
import { parseNotify } from '../notify/rules/parse-notify.js';
import { RuleSet } from '../notify/rules/rule-set.js';
import { hasHistory, openNotify } from '../notify/store.js';
import { NET_KINDS, type OwnKind } from '../notify/words.js';
import { PLACES } from '../rules/rules.js';
import type { NotifyWishes } from '../session-parts.js';
import type { SourceName } from './choose-source.js';
import type { Context } from './context.js';
import { placeOfWatch } from './histories.js';
import { locateRoot } from './locate-root.js';
import { argumentPaths } from './raw-arguments.js';
import { runDaemon } from './run.js';

export interface WatchOptions {
  readonly webhook?: string;
  /** Separated by commas. */
  readonly events?: string;
  readonly source?: SourceName;
}

/** Where the thread finds the address: no file and no argument list has it. */
const URL_VARIABLE = 'FIND_TEXT_WATCH_URL';
const URL_VARIABLES = ['WATCH_WEBHOOK_URL', 'WEBHOOK_URL'] as const;
const DEFAULT_EVENTS = ['created', 'modified', 'moved', 'deleted', 'attrib'];
/** Of find-text itself nothing is told but that it may have missed something. */
const OWN_KINDS: readonly OwnKind[] = ['gap_opened', 'gap_closed', 'endpoint_failing', 'endpoint_off'];
const SETTLE_MS = 300;
const RULE = 'watch';
const NOT_POSTED = `\nchanges are printed only: to post them, set ${URL_VARIABLES[0]} to the address of a webhook`;

/** @throws FindTextError FT_CONFIG_INVALID, FT_ROOT_MISSING and whatever keeps a daemon from starting */
export async function watch(context: Context, directory: string, options: WatchOptions): Promise<void> {
  const events = eventsIn(options.events);
  const url = urlIn(options);
  if (url !== undefined) process.env[URL_VARIABLE] = url;
  // What `ps` shows of an address in the arguments.
  if (options.webhook !== undefined) process.title = 'find-textd watch';
  const { path, why } = await locateRoot(argumentPaths([directory])[0] as Buffer, undefined);
  const place = placeOf(context, path);
  const { dataDirectory } = place.locations;
  if (why !== undefined && !hasHistory(dataDirectory)) throw noFolder(path, why);
  const config = { text: rulesText(events, url !== undefined), file: 'the command line' };
  let isReady = () => {};
  const ready = new Promise<void>((resolve) => {
    isReady = resolve;
  });
  const wishes = (roots: readonly Buffer[]): NotifyWishes => {
    tryAtOnce(dataDirectory);
    return {
      config: { ...config, settings: createHash('sha256').update(config.text).digest('hex').slice(0, 16) },
      dataDirectory,
      rules: new RuleSet(parseNotify(config.text, config.file, { roots, places: PLACES }).compiled),
      ownKinds: OWN_KINDS,
      onReady: () => isReady(),
      onTold: (payload) => void context.stdout.write(`${lineOf(payload)}\n`),
    };
  };
  const monitor = {
    wishes,
    ready,
    readyText: (source: string) => readyText(path, source, url),
    own: ownFolders(context),
  };
  await runDaemon(place, [directory], { ...(options.source && { source: options.source }), monitor }).catch(
    (error: unknown) => {
      throw isBusy(error) ? watchedAlready(path, error) : error;
    },
  );
}

function noFolder(path: Uint8Array, why: string): FindTextError {
  return new FindTextError('FT_ROOT_MISSING', `watch ${displayPath(toBytes(path))}: ${why}`, {
    hint: 'name a folder that exists and that you may read; for a single file, the folder that it is in',
  });
}

function isBusy(error: unknown): error is FindTextError {
  return error instanceof FindTextError && error.code === 'FT_STORE_BUSY';
}

function watchedAlready(path: Uint8Array, cause: FindTextError): FindTextError {
  const { message } = cause;
  const holder = /\(process \d+\)/.exec(message)?.[0] ?? '';
  return new FindTextError(
    'FT_STORE_BUSY',
    `watch ${displayPath(toBytes(path))}: another watch ${holder} does it already`,
    {
      hint: 'stop that one first to watch with other options; two receivers are two [[endpoint]] of one `find-textd run`',
      cause,
    },
  );
}

/** Whoever starts it has put the receiver right. */
function tryAtOnce(dataDirectory: string): void {
  if (!hasHistory(dataDirectory)) return;
  const db = openNotify(dataDirectory);
  try {
    enable(db, RULE);
  } finally {
    db.close();
  }
}

function eventsIn(text: string | undefined): readonly string[] {
  const events = text?.split(',').map((each) => each.trim()) ?? DEFAULT_EVENTS;
  const unknown = events.find((each) => each !== 'any' && !NET_KINDS.some((kind) => kind === each));
  if (unknown === undefined) return events;
  throw new FindTextError('FT_CONFIG_INVALID', `watch for "${cleanText(unknown)}": there is no such event`, {
    hint: `events are ${[...NET_KINDS, 'any'].join(', ')}; separate them by commas`,
  });
}

/** The error does not show it: an address may be a secret. */
function urlIn({ webhook }: WatchOptions): string | undefined {
  const url =
    webhook ?? URL_VARIABLES.map((name) => process.env[name]).find((each) => each !== undefined && each !== '');
  const why = url === undefined ? undefined : whyNoAddress(url);
  if (why === undefined) return url;
  throw new FindTextError('FT_CONFIG_INVALID', `post to the webhook: its address ${why}`, {
    hint: `as https://host/path; give it by --webhook, or better by the environment variable ${URL_VARIABLES[0]}`,
  });
}

function whyNoAddress(url: string): string | undefined {
  if (!/^https?:\/\//i.test(url)) return 'does not begin with https:// or http://';
  return URL.canParse(url) ? undefined : 'is not understood: look at its host and port';
}

/** Names alone are kept, of everything but pseudo file systems. */
function placeOf(context: Context, path: Uint8Array): Context {
  const { locations, config } = context;
  const dataDirectory = placeOfWatch(locations.dataDirectory, path);
  const runtimeDirectory = placeOfWatch(locations.runtimeDirectory, path);
  const lists = Object.keys(config).filter((name) => name.startsWith('ignore.') && name !== 'ignore.pseudoFileSystems');
  const none = Object.fromEntries(lists.map((name) => [name, false]));
  const namesOnly = { 'ignore.patterns': ['*', '!*/'], 'ignore.excludedNames': 'names' };
  return {
    ...context,
    locations: { ...locations, dataDirectory, runtimeDirectory },
    config: { ...config, ...none, ...namesOnly } as Config,
  };
}

function ownFolders({ locations: { dataDirectory, stateDirectory, runtimeDirectory } }: Context): readonly string[] {
  return [dataDirectory, stateDirectory, runtimeDirectory];
}

function rulesText(events: readonly string[], isPosted: boolean): string {
  const told = isPosted ? `webhookEnv = "${URL_VARIABLE}"` : 'to = []';
  const list = events.map((each) => `"${each}"`).join(', ');
  return `[[notify]]\nname = "${RULE}"\npaths = ["."]\nevents = [${list}]\nfirst = "all"\nsettleMs = ${SETTLE_MS}\n${told}\n`;
}

function readyText(path: Uint8Array, source: string, url: string | undefined): string {
  const posted = url === undefined ? NOT_POSTED : `, each change is posted to ${hostOf(url)}`;
  const seen = source === 'audit' ? 'audit' : `${source}, which does not tell who did it`;
  return `watching ${displayPath(toBytes(path))}: changes are seen through ${seen}${posted}\n`;
}

function hostOf(url: string): string {
  try {
    return cleanText(new URL(url).host);
  } catch {
    return 'the webhook';
  }
}

/** `2026-11-29 10:30:12  modified  /srv/a  (anna, vim)` */
function lineOf(payload: Json): string {
  const {
    timestamp,
    event_type: kind,
    src_path: from,
    dest_path: to,
    via,
    text,
    actor,
  } = payload as Record<string, string>;
  const names = from === '' ? text : [from, to ? `-> ${to}` : '', via ? `(was ${via})` : ''].filter(Boolean).join(' ');
  const who = whoText(actor as unknown as Json | null);
  return cleanText(`${timeText(Date.parse(timestamp ?? ''))}  ${String(kind).padEnd(8)}  ${names}${who}`);
}

function whoText(actor: Json | null): string {
  if (!actor) return '';
  const { login, user, process: program } = actor as Record<string, { name?: string | null; id?: number } | null>;
  const name = (account: typeof user) => account?.name ?? account?.id;
  const who = [...new Set([name(login ?? null), name(user ?? null)].filter((each) => each !== undefined))].join(' as ');
  return `  (${[who, program?.name].filter(Boolean).join(', ')})`;
}
