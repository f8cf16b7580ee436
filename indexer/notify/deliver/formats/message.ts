/**
 * A payload in words, the same for every receiver: a title, facts, a diff. Names are cleaned of what a terminal or a
 * line could obey; what a receiver could obey is escaped by its format. Pure.
 */

import { counted } from '../../../../shared/counted.js';
import { cleanText, displayPath, jsonPathBytes } from '../../../../shared/path-text.js';
import { SEVERITIES, type Severity } from '../../rules/rule.js';
import { type ActorView, type PayloadView, userOf } from './payload-view.js';

export interface Message {
  /** One line: what happened to what, by whom. */
  readonly title: string;
  readonly severity: Severity;
  readonly facts: readonly Fact[];
  /** Lines that end in a line feed each; clean, tabs are kept. */
  readonly diff: string | undefined;
  /** The same for all that belongs into one incident. */
  readonly topic: string;
}

export interface Fact {
  readonly name: string;
  readonly value: string;
}

/** A name of 4,096 bytes may show as four times as many characters. */
const MAX_VALUE = 2_000;
const MAX_TOP = 5;

const VERBS: Readonly<Record<string, string>> = {
  created: 'was created',
  modified: 'was modified',
  moved: 'was moved',
  deleted: 'was deleted',
  attrib: 'has other attributes',
  touched: 'was written with the same content',
  opened: 'was opened',
  closed: 'was closed after writing',
  closed_no_write: 'was closed after reading',
  denied: 'was refused to somebody',
};

export function toMessage(payload: PayloadView): Message {
  const { rule = '', src_path: path = '', diff } = payload;
  return {
    title: titleOf(payload),
    severity: severityOf(payload.severity),
    facts: factsOf(payload).flatMap(([name, value]) =>
      value === undefined || value === '' ? [] : [{ name, value: short(cleanText(value)) }],
    ),
    diff: diff?.text ? cleanLines(diff.text) : undefined,
    topic: cleanText(`${rule}:${path === '' ? (payload.type ?? '') : path}`),
  };
}

export function severityOf(text: unknown): Severity {
  return SEVERITIES.find((severity) => severity === text) ?? 'notice';
}

function titleOf(payload: PayloadView): string {
  const { event_type: kind = '', text, host } = payload;
  const where = host?.name ? ` on ${cleanText(host.name)}` : '';
  if (isDigest(payload)) return short(`${counted(payload.count ?? 0, 'change')}${ruleOf(payload)}${where}`);
  const path = pathOf(payload.src_path, payload.src_pathHex);
  if (path === '') return short(cleanText(text?.trim() || payload.type || 'event') + where);
  return short(`${path} ${VERBS[kind] ?? cleanText(kind)}${targetOf(payload)}${byWhom(payload)}${where}`);
}

function isDigest({ type = '' }: PayloadView): boolean {
  return type.split('.').includes('digest');
}

function ruleOf({ rule }: PayloadView): string {
  return rule ? ` of ${cleanText(rule)}` : '';
}

function targetOf({ dest_path: to, dest_pathHex: hex }: PayloadView): string {
  const path = pathOf(to, hex);
  return path === '' ? '' : ` to ${path}`;
}

function byWhom({ actor, actors = [], actors_omitted: omitted = 0 }: PayloadView): string {
  if (actors.length > 1) return ` by ${actors.length + omitted} processes`;
  const who = actor && userOf(actor);
  const program = actor?.process?.name ?? actor?.process?.executable;
  return `${who ? ` by ${who}` : ''}${program ? ` with ${cleanText(program)}` : ''}`;
}

function factsOf(payload: PayloadView): readonly (readonly [string, string | undefined])[] {
  const { rule, severity, sequence, timestamp, tags = [], diff, text, reason } = payload;
  const details = isDigest(payload) ? digestFacts(payload) : changeFacts(payload);
  return [
    ...details,
    ['Rule', rule],
    ['Severity', severity],
    ['Tags', tags.join(', ')],
    ['Time', timestamp],
    ['Sequence', sequence === undefined || isDigest(payload) ? undefined : String(sequence)],
    ['No diff', diff?.omitted === 'off' || diff?.omitted === 'none' ? undefined : diff?.omitted],
    ['Reason', reason],
    ['Note', payload.src_path || isDigest(payload) ? text : undefined],
  ];
}

function changeFacts(payload: PayloadView): readonly (readonly [string, string | undefined])[] {
  const { actor, actors = [], changes, changed = [], origin, backup, count = 1, src_path: path } = payload;
  if (!path) return [];
  return [
    ['What changed', (changes ?? changed).join('; ')],
    ['Who', actors.length > 1 ? actors.map(countedActor).join('; ') : actor ? actorOf(actor) : 'not known'],
    ['Written as', payload.via],
    ['Seen by', origin],
    ['Writes', count > 1 ? String(count) : undefined],
    ['Backup', backup?.restore ?? (backup?.none && `none: ${backup.none}`)],
    ['Backup of', backup?.snapshot],
  ];
}

function digestFacts(payload: PayloadView): readonly (readonly [string, string | undefined])[] {
  const { counts = {}, first, last, first_sequence: from, last_sequence: to } = payload;
  return [
    ...Object.entries(counts).map(([what, each]) => [wordsOf(what), topOf(each)] as const),
    ['From', first],
    ['To', last],
    ['Sequences', from === undefined || to === undefined ? undefined : `${from} to ${to}`],
    ['All of them', `find-textd events --since ${first?.slice(0, 10) ?? '7d'}`],
  ];
}

/** `by_kind` → `By kind` */
function wordsOf(key: string): string {
  const words = key.replace(/_/g, ' ');
  return cleanText(words.charAt(0).toUpperCase() + words.slice(1));
}

function topOf(counts: Readonly<Record<string, number>>): string {
  const sorted = Object.entries(counts).sort(([, one], [, other]) => other - one);
  const shown = sorted.slice(0, MAX_TOP).map(([name, count]) => `${name} ${count}`);
  const more = sorted.length - shown.length;
  return [...shown, ...(more > 0 ? [`${more} more`] : [])].join(', ');
}

function countedActor({ actor, count = 1 }: { readonly actor?: ActorView; readonly count?: number }): string {
  return `${actor ? actorOf(actor) : 'not known'} (${count})`;
}

/** `anna as root, /usr/bin/vim below bash, sudo, sshd, unit ssh.service` */
function actorOf(actor: ActorView): string {
  const { executable, name, parents = [], unit } = actor.process ?? {};
  const below = parents.length > 0 ? ` below ${parents.join(', ')}` : '';
  const program = executable ?? name;
  return [userOf(actor), program && `${program}${below}`, unit && `unit ${unit}`].filter(Boolean).join(', ');
}

function pathOf(path = '', hex?: string): string {
  return hex ? displayPath(jsonPathBytes(path, hex)) : cleanText(path);
}

function short(text: string): string {
  return text.length <= MAX_VALUE ? text : `${text.slice(0, MAX_VALUE).replace(/[\ud800-\udbff]$/, '')}…`;
}

function cleanLines(text: string): string {
  const lines = text.split('\n').map((line) => line.split('\t').map(cleanText).join('\t'));
  return lines.join('\n').replace(/\n*$/, '\n');
}
