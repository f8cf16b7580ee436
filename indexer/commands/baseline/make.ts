/**
 * `find-textd baseline create` and `accept`: what is there now becomes the baseline, signed here, or waiting for a
 * signature that is made elsewhere.
 */
import { hostname } from 'node:os';
import type { Writable } from 'node:stream';
import { counted } from '../../../shared/counted.js';
import { FindTextError } from '../../../shared/errors.js';
import { cleanText, displayPath } from '../../../shared/path-text.js';
import { isWithin } from '../../../shared/path-within.js';
import { joinPath, splitPath } from '../../../shared/paths.js';
import { loadAccounts } from '../../audit/view/accounts.js';
import { differences } from '../../baseline/differences.js';
import { documentText } from '../../baseline/document.js';
import { sha256 } from '../../baseline/entry.js';
import { type Scope, WEB_EXCEPT, whyNever } from '../../baseline/scope.js';
import {
  keyName,
  parsePublicKey,
  publicKeyLine,
  publicKeyText,
  type SecretKey,
  signatureText,
} from '../../baseline/sign/minisign.js';
import { isEncrypted, newSecretKey, openSecretKey, secretKeyText } from '../../baseline/sign/secret-key.js';
import { BaselineStore, type CurrentBaseline, type HistoryRecord } from '../../baseline/store.js';
import type { Survey } from '../../baseline/survey.js';
import { percentDecoded } from '../../witness/percent.js';
import { argumentPaths } from '../raw-arguments.js';
import { realPath, whereItLeads } from '../real-path.js';
import { watchVolumes } from '../watch-volumes.js';
import { whoTypes } from '../who.js';
import { askPassphrase, passphraseIn } from './passphrase.js';
import { type OwnParts, systemPaths } from './presets.js';
import { namesOf, prunedLines, STATUS, troubleLines } from './print.js';
import { placesHere, surveyHere } from './survey-here.js';

export const PRESETS = ['system', 'web'] as const;

export interface CreateArgs {
  readonly paths: readonly string[];
  readonly preset?: readonly (typeof PRESETS)[number][] | undefined;
  readonly except?: readonly string[] | undefined;
  readonly reason?: string | undefined;
  readonly passphraseFile?: string | undefined;
  /** Sign elsewhere, with this key. */
  readonly key?: string | undefined;
}

export interface AcceptArgs {
  readonly reason: string;
  readonly passphraseFile?: string | undefined;
}

export interface BaselineIo {
  readonly dataDirectory: string;
  readonly stdout: Writable;
  readonly stderr: Writable;
}

interface Made {
  readonly scope: Scope;
  readonly found: Survey;
  readonly reason: string;
  readonly before: CurrentBaseline | undefined;
}

/** @returns the exit status: 18 when something could not be read. @throws FindTextError */
export async function createBaseline(args: CreateArgs, io: BaselineIo, parts: OwnParts): Promise<number> {
  const store = new BaselineStore(io.dataDirectory);
  const scope = await scopeOf(args, parts);
  if (store.currentNumber() !== undefined) throw there(store);
  store.prepare();
  const found = await surveyHere(scope);
  const key = args.key === undefined ? await newKey(store, args, io) : undefined;
  if (args.key !== undefined) store.putKeys(publicKeyText(parsePublicKey(args.key)));
  write(store, { scope, found, reason: args.reason ?? 'first baseline', before: undefined }, { io, key });
  return statusOf(found, io);
}

/** @returns the exit status: 18 when something could not be read. @throws FindTextError */
export async function acceptBaseline(args: AcceptArgs, io: BaselineIo): Promise<number> {
  const store = new BaselineStore(io.dataDirectory);
  const before = store.current();
  if (!before)
    throw new FindTextError('FT_STORE_MISSING', 'accept a baseline: there is none yet', {
      hint: '`find-textd baseline create PATH` makes it, of the files and folders that you name',
    });
  if (args.reason.trim() === '') throw new FindTextError('FT_CONFIG_INVALID', 'accept a baseline: `--reason` is empty');
  const secret = store.secretKey();
  const key = secret === undefined ? undefined : await opened(secret, args.passphraseFile);
  const { scope } = before.head;
  const found = await surveyHere(scope);
  requireNothingLost(before, found);
  write(store, { scope, found, reason: args.reason, before }, { io, key });
  return statusOf(found, io);
}

/** Files that only cannot be seen now would be forgotten. */
function requireNothingLost({ lines }: CurrentBaseline, { unseen, lines: now }: Survey): void {
  const isThere = new Set(now.map(({ path }) => path));
  for (const folder of unseen) {
    const lost = lines.filter(({ path }) => !isThere.has(path) && isWithin(percentDecoded(path), folder));
    if (lost.length === 0) continue;
    const what = `${displayPath(folder)} cannot be read now, and the baseline has ${counted(lost.length, 'file')} there`;
    throw new FindTextError('FT_CONFIG_INVALID', `accept a baseline: ${what}`, {
      hint: '`find-textd baseline check` says why it cannot be read',
    });
  }
}

function there(store: BaselineStore): FindTextError {
  return new FindTextError('FT_CONFIG_INVALID', `create a baseline: there is one in ${store.folder}`, {
    hint: '`find-textd baseline accept --reason TEXT` makes a new one of the same files; to cover others, move that folder away and keep it',
  });
}

async function scopeOf({ paths, preset = [], except = [] }: CreateArgs, parts: OwnParts): Promise<Scope> {
  const typed = argumentPaths(paths);
  if (typed.length === 0 && !preset.includes('system'))
    throw new FindTextError('FT_CONFIG_INVALID', 'create a baseline: there is nothing to cover', {
      hint: 'name files or folders, or `--preset system`',
    });
  const system = preset.includes('system') ? systemPaths(parts).map((path) => Buffer.from(path)) : [];
  const all = await placesOf([...typed, ...system]);
  const patterns = [
    ...(preset.includes('web') ? WEB_EXCEPT : []),
    ...except.map((each) => Buffer.from(each).toString('latin1')),
  ];
  const covered = [...new Map(all.map((path) => [path.toString('latin1'), path])).values()];
  for (const pattern of patterns) requireMeaning(pattern, covered);
  return { presets: [...new Set(preset)], paths: covered.sort(Buffer.compare), except: patterns };
}

async function placesOf(paths: readonly Buffer[]): Promise<Buffer[]> {
  const volumes = await watchVolumes(paths);
  try {
    return (await Promise.all(paths.map(withTarget))).flat();
  } finally {
    volumes.close();
  }
}

/** The link itself, and where it leads. */
async function withTarget(path: Buffer): Promise<Buffer[]> {
  const { directory, name } = splitPath(path);
  const place = name.length === 0 ? path : joinPath(await realPath(directory), name);
  const target = await whereItLeads(place);
  return Buffer.isBuffer(target) && !target.equals(place) ? [place, target] : [place];
}

function requireMeaning(pattern: string, paths: readonly Buffer[]): void {
  const whys = paths.map((path) => whyNever(pattern, path, placesHere()));
  const [why] = whys;
  if (why !== undefined && whys.every((each) => each !== undefined))
    throw new FindTextError('FT_CONFIG_INVALID', `read --except '${cleanText(pattern)}': ${why}`);
}

async function newKey(
  store: BaselineStore,
  { passphraseFile }: CreateArgs,
  { stderr }: BaselineIo,
): Promise<SecretKey> {
  const passphrase = passphraseFile === undefined ? await askTwice() : passphraseIn(passphraseFile);
  const key = newSecretKey();
  store.putKeys(publicKeyText(key), await secretKeyText(key, passphrase));
  if (passphrase === '')
    stderr.write(
      'find-textd: the secret key is kept without a passphrase: it proves a baseline against accidents and other users, not against root\n',
    );
  return key;
}

async function askTwice(): Promise<string> {
  const first = (await askPassphrase('Passphrase for the key that signs baselines (empty: none): ')) ?? '';
  if (first === '' || (await askPassphrase('Again: ')) === first) return first;
  throw new FindTextError('FT_CONFIG_INVALID', 'create a baseline: the two passphrases differ');
}

async function opened(secret: string, passphraseFile: string | undefined): Promise<SecretKey> {
  if (!isEncrypted(secret)) return openSecretKey(secret, '');
  const passphrase = passphraseFile === undefined ? await askPassphrase('Passphrase: ') : passphraseIn(passphraseFile);
  if (passphrase !== undefined) return openSecretKey(secret, passphrase);
  throw new FindTextError(
    'FT_CONFIG_INVALID',
    'accept a baseline: the key has a passphrase, and there is no terminal',
    {
      hint: 'give it with --passphrase-file',
    },
  );
}

interface Writing {
  readonly io: BaselineIo;
  /** undefined: it is signed elsewhere. */
  readonly key: SecretKey | undefined;
}

function write(store: BaselineStore, made: Made, writing: Writing): void {
  writeBaseline(store, made, writing);
  for (const line of [...flagLines(made.found), ...prunedLines(store)])
    writing.io.stderr.write(`find-textd: ${line}\n`);
}

function flagLines({ withoutFlags, lines }: Survey): string[] {
  if (withoutFlags === 0) return [];
  return [
    `of ${withoutFlags} of ${lines.length} files the flags (chattr) are not known: their file systems do not tell`,
  ];
}

function writeBaseline(store: BaselineStore, { scope, found, reason, before }: Made, { io, key }: Writing): void {
  const made = new Date().toISOString();
  const number = (before?.head.number ?? 0) + 1;
  const [host, by] = [hostname(), whoTypes()];
  const head = { host, made, number, by, reason: cleanText(reason), previous: before?.hash ?? '-', scope };
  const text = documentText({ head, lines: found.lines });
  const counted = before && countsOf(before, found);
  const entry: Omit<HistoryRecord, 'kind'> = {
    at: made,
    number,
    hash: sha256(text),
    by,
    reason,
    ...(counted && { counts: counted }),
    entries: found.lines.length,
    errors: found.troubles.length,
  };
  const what = `baseline ${number}: ${found.lines.length} files`;
  if (key) {
    const trusted = `find-text baseline ${number} of ${host}, ${made}, by ${by}: ${head.reason}`;
    store.put(number, text, signatureText(Buffer.from(text), key, cleanText(trusted)));
    store.record({ ...entry, kind: before ? 'accepted' : 'created' });
    io.stdout.write(
      `${what}, signed with the key ${keyName(key)}\n  verify elsewhere: minisign -Vm FILE -P ${publicKeyLine(key)}\n`,
    );
  } else {
    store.putWaiting(text);
    store.record({ ...entry, kind: 'waiting' });
    io.stdout.write(
      `${what}, waits for its signature\n  find-textd baseline export FILE, minisign -Sm FILE where the key is, find-textd baseline import FILE\n`,
    );
  }
}

function countsOf(before: CurrentBaseline, found: Survey): NonNullable<HistoryRecord['counts']> {
  const { added, removed, changed } = differences(before.lines, found, namesOf(loadAccounts()));
  return { added: added.length, removed: removed.length, changed: changed.length };
}

function statusOf(found: Survey, { stderr }: BaselineIo): number {
  for (const line of troubleLines(found)) stderr.write(`find-textd: ${line}\n`);
  return found.troubles.length > 0 ? STATUS.unreadable : 0;
}
